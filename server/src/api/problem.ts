// How the native API says no: problem details (RFC 9457) with a code and JSON pointers.

import type { FieldProblem, RefusalCode } from '../domain/refusal.ts';
import type { Render } from './errors.ts';

/** The HTTP status of each refusal; a dialect may have its own table. */
export const statuses: Readonly<Record<RefusalCode, number>> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  idempotency_key_reuse: 422,
  too_many_requests: 429,
  storage_full: 507,
  unavailable: 503,
};

export type Problem = {
  readonly title: string;
  readonly status: number;
  readonly code: RefusalCode | 'internal';
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldProblem[];
};

export declare const renderProblem: Render;
