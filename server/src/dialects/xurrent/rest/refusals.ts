// Renders every refusal as Xurrent's REST API does: a message, and pairs of field and text (specification §2.4).

import type { Render, Rendered } from '../../../api/errors.ts';
import { invalid, Refusal, type FieldProblem, type RefusalCode } from '../../../domain/refusal.ts';

const problemsMax = 100;

/** `docsUrl` stands in the answer to who asks too often. */
export function makeRender(docsUrl: string): Render {
  return (declined) => {
    if (declined.kind === 'fault') return rendered(500, { message: 'Internal Server Error' });
    const { code, message, problems } = declined.refusal;
    const { status, text } = answers[code];
    if (status === 422) {
      const pairs = problems.length === 0 ? [['base', message]] : problems.slice(0, problemsMax).map(pairOf);
      return rendered(422, { message: 'Validation Failed', errors: pairs });
    }
    if (status === 429) {
      return rendered(429, { message: text, documentation_url: `${docsUrl}/#rate-limiting` });
    }
    return rendered(status, { message: text ?? message });
  };
}

/** A field that breaks a rule. `text` goes on after the field's name, such as `can't be blank`. */
export function fieldProblem(field: string, text: string): FieldProblem {
  return { pointer: `/${field}`, rule: 'field', message: `${humanised(field)} ${text}` };
}

/** Throws `invalid` with all problems at once, if there are any. */
export function refuseIfAny([first, ...others]: readonly FieldProblem[]): void {
  if (first !== undefined) throw invalid([first, ...others]);
}

/** A parameter of the query that can't be read. */
export function badParameter(name: string, text: string): Refusal {
  return new Refusal('bad_request', `Parameter '${name}' ${text}`);
}

/** `mail_exceptions_to` → `Mail exceptions to`, `webhook_policy_id` → `Webhook policy`. */
function humanised(field: string): string {
  const words = field.replace(/_ids?$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The control plane finds a policy that was deleted a moment ago; on this wire that is the reference's fault. */
function pairOf({ pointer, rule, message }: FieldProblem): readonly [field: string, message: string] {
  if (rule === 'unknown_policy') return ['webhook_policy_id', 'Webhook policy is invalid'];
  return [pointer.split('/')[1] || 'base', message];
}

type Answer = { readonly status: number; readonly text?: string };

const answers: Readonly<Record<RefusalCode, Answer>> = {
  bad_request: { status: 400 },
  unsupported_media_type: { status: 400 },
  unauthenticated: { status: 401, text: 'Unauthorized' },
  forbidden: { status: 403, text: 'Forbidden' },
  not_found: { status: 404, text: 'Not Found' },
  method_not_allowed: { status: 404, text: 'Not Found' },
  payload_too_large: { status: 413 },
  invalid: { status: 422 },
  conflict: { status: 422 },
  precondition_failed: { status: 422 },
  idempotency_key_reuse: { status: 422 },
  too_many_requests: { status: 429, text: 'Too Many Requests' },
  storage_full: { status: 503, text: 'Service Unavailable' },
  unavailable: { status: 503, text: 'Service Unavailable' },
};

function rendered(status: number, body: object): Rendered {
  const headers: Rendered['headers'] =
    status === 401 ? { 'www-authenticate': 'Bearer realm="Posthorn"' } : {};
  return { status, contentType: 'application/json; charset=utf-8', headers, body };
}
