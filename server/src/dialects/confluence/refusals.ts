// Renders every refusal in Confluence's REST envelope (specification §2.3); the texts and keys are this project's choice.

import { STATUS_CODES } from 'node:http';
import type { Render, Rendered } from '../../api/errors.ts';
import { Refusal, type FieldProblem, type RefusalCode } from '../../domain/refusal.ts';
import type { ErrorEntry, ErrorEnvelope } from './schemas.ts';

/** A broken rule with its key on this wire as `rule`, and the arguments of its text. */
export type WireProblem = FieldProblem & { readonly args: readonly string[] };

/** An answer never repeats a whole body: of what was sent it tells the beginning, and so many problems. */
const repeatedLengthMax = 255;
const problemsMax = 100;

/** `key` without the leading `webhooks.`. */
export function wireProblem(
  pointer: string,
  key: string,
  translation: string,
  args: readonly string[] = [],
): WireProblem {
  return { pointer, rule: `webhooks.${key}`, message: translation, args: args.map(cut) };
}

/** The beginning of a text that the caller sent. */
export function cut(text: string): string {
  return text.length > repeatedLengthMax ? `${text.slice(0, repeatedLengthMax)}…` : text;
}

export function badParameter(pointer: string, name: string, value: string, translation: string): WireProblem {
  return wireProblem(pointer, 'parameter.invalid', translation, [name, value]);
}

export function noWebhook(id: string): Refusal {
  return new Refusal('not_found', `No webhook with id: ${cut(id)}`);
}

export function malformedBody(translation: string): Refusal {
  const problem = wireProblem('', 'body.malformed', translation);
  return new Refusal('invalid', translation, { problems: [problem] });
}

/** Every 4xx and 5xx of this dialect. A fault of ours tells its caller nothing but the request's id. */
export const renderRefusal: Render = (declined, requestId) => {
  if (declined.kind === 'fault') return rendered(500, envelope(500, `Internal error; request ${requestId}`));
  const { refusal } = declined;
  const status = statusOf[refusal.code];
  const message = status === 401 ? whoAreYou : refusal.message;
  return rendered(status, envelope(status, message, refusal.problems.slice(0, problemsMax).map(entry)));
};

/** In this product's words, and the same whether credentials are missing or wrong. */
const whoAreYou =
  'Send a valid user name and password, or a personal access token (an API key) as Authorization: Bearer';

function rendered(status: number, body: ErrorEnvelope): Rendered {
  const headers: Rendered['headers'] = status === 401 ? { 'www-authenticate': 'Basic realm="Posthorn"' } : {};
  return { status, contentType: 'application/json', headers, body };
}

function envelope(status: number, message: string, errors: readonly ErrorEntry[] = []): ErrorEnvelope {
  return {
    statusCode: status,
    data: {
      authorized: ![401, 403, 404].includes(status),
      valid: status !== 400,
      allowedInReadOnlyMode: true,
      errors,
      successful: false,
    },
    message,
    reason: STATUS_CODES[status] ?? '',
  };
}

const statusOf: Readonly<Record<RefusalCode, number>> = {
  bad_request: 400,
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reuse: 409,
  too_many_requests: 429,
  storage_full: 503,
  unavailable: 503,
};

/** A problem that a shared part found, rather than this dialect, gets the key of its field. */
function entry(problem: FieldProblem | WireProblem): ErrorEntry {
  const args = 'args' in problem ? problem.args : [problem.pointer.split('/').at(-1) ?? ''];
  const key = problem.rule.startsWith('webhooks.') ? problem.rule : keyOf(problem.pointer);
  return { message: { key, args, translation: problem.message } };
}

function keyOf(pointer: string): string {
  return pointer.startsWith('/url') ? 'webhooks.url.invalid' : 'webhooks.parameter.invalid';
}
