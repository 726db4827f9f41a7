// `Idempotency-Key`: a repeated POST gets the first answer and changes nothing.

import type { FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.ts';
import type { Remember } from '../manage/remember.ts';
import type { IdempotencyKey, Store, StoredAnswer } from '../storage/store.ts';

/**
 * The request's key, good for 7 days within the tenant, the method and the path; null without the header. Refuses with
 * `invalid` unless it is 1 to 255 printable ASCII characters. Needs the caller and, for the body's hash, the bytes.
 */
export declare function idempotencyKeyOf(request: FastifyRequest, clock: Clock): IdempotencyKey | null;

/** What to send; `repeated` becomes the header `idempotency-replayed: true`. */
export type OnceAnswer = StoredAnswer & { readonly repeated: boolean };

export interface Once {
  /**
   * Runs `act` unless the request's key was used before; then answers what was stored with it, also when both ran at
   * the same time. `act` passes `remember` on to the change. `stored`, without secrets, is what a
   * repetition gets. Refuses another body under the same key with
   * `idempotency_key_reuse`.
   */
  <Result, Remembered = Result>(
    request: FastifyRequest,
    act: (remember: Remember<Remembered> | undefined) => Promise<Result>,
    answers: {
      readonly fresh: (result: Result) => StoredAnswer;
      readonly stored: (result: Remembered) => StoredAnswer;
    },
  ): Promise<OnceAnswer>;
}

export declare function makeOnce(parts: {
  readonly store: Pick<Store, 'findAnswer'>;
  readonly clock: Clock;
}): Once;
