// How the native API says no: problem details (RFC 9457) with a code and JSON pointers.

import { STATUS_CODES } from 'node:http';
import type { FieldProblem, RefusalCode } from '../domain/refusal.ts';
import type { Render } from './errors.ts';

/** The HTTP status of each refusal; a drop-in dialect has a table of its own. */
const statuses: Readonly<Record<RefusalCode, number>> = {
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

/** The body. Its `type` is left out: `about:blank`, what the status says (RFC 9457 §4.2.1); `code` is finer. */
type Problem = {
  readonly title: string;
  readonly status: number;
  readonly code: RefusalCode | 'internal';
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldProblem[];
};

const problemType = 'application/problem+json';

export const renderProblem: Render = (declined, requestId) => {
  if (declined.kind === 'fault') {
    const detail = 'Something went wrong on our side; the request id tells the operator what';
    return rendered({ status: 500, code: 'internal', detail, requestId });
  }
  const { code, message: detail, problems } = declined.refusal;
  const errors = problems.length === 0 ? {} : { errors: problems };
  return rendered({ status: statuses[code], code, detail, requestId, ...errors });
};

function rendered(problem: Omit<Problem, 'title'>) {
  const { status } = problem;
  // Never Basic: a browser would ask for a password and then send it along with requests of other sites.
  const headers = status === 401 ? { 'www-authenticate': 'Bearer realm="Posthorn"' } : {};
  const body: Problem = { title: STATUS_CODES[status] ?? 'Error', ...problem };
  return { status, contentType: problemType, headers, body };
}
