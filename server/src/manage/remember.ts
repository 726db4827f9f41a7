// How a repeated POST gets its first answer: the key and the answer are stored in the change's own transaction.

import type { IdempotencyKey, StoredAnswer } from '../storage/store.ts';

/** The idempotency key of a POST with the answer to keep for it, made from what the change created. Holds no secret. */
export type Remember<Result> = (result: Result) => {
  readonly key: IdempotencyKey;
  readonly answer: StoredAnswer;
};
