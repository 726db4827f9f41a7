// A request that Posthorn declines: thrown once, rendered by each dialect in its own way.

import type { Permission } from './access.ts';

export type RefusalCode =
  | 'bad_request' // malformed before any rule of a field could be judged
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'invalid' // one or more fields break a rule; `problems` lists all of them
  | 'idempotency_key_reuse'
  | 'too_many_requests'
  | 'storage_full'
  | 'unavailable';

/** One field that breaks one rule. */
export type FieldProblem = {
  /** JSON pointer (RFC 6901) into the body, or `query/name`, `header/name`, `path/name`. */
  readonly pointer: string;
  /** The rule in one word, e.g. `required`, `type`, `target_not_allowed`. */
  readonly rule: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
};

export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly problems: readonly FieldProblem[];
  /** When to come back, for 429 and 503. */
  readonly retryAfterMs: number | undefined;
  /** The permission that would have allowed it. */
  readonly lacks: Permission | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    more: {
      readonly problems?: readonly FieldProblem[];
      readonly retryAfterMs?: number;
      readonly lacks?: Permission;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.problems = more.problems ?? [];
    this.retryAfterMs = more.retryAfterMs;
    this.lacks = more.lacks;
  }
}

/** The refusal for fields that break rules; the message repeats the first problem. */
export function invalid(problems: readonly [FieldProblem, ...FieldProblem[]]): Refusal {
  return new Refusal('invalid', problems[0].message, { problems });
}

export function notFound(what: string): Refusal {
  return new Refusal('not_found', `No such ${what}`);
}
