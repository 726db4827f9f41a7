// A running Posthorn as an account of Xurrent: its REST API, and events that its application publishes.

import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startPosthorn } from '../start.ts';

export const account = 'acme';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

/** Limits are off: tests ask faster than people. */
export function startAccount(env: Readonly<Record<string, string>> = {}): Promise<Posthorn> {
  return startPosthorn({
    POSTHORN_XURRENT_ACCOUNT: account,
    POSTHORN_XURRENT_REQUESTS_PER_HOUR: '0',
    POSTHORN_XURRENT_REQUESTS_PER_TWO_SECONDS: '0',
    ...env,
  });
}

/** A request as most clients make it; a text body goes out as it is. */
export async function rest(
  { url, token }: Posthorn,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'x-xurrent-account': account,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

/** Creates a webhook, with a new policy where its fields are given. */
export async function createWebhook(
  posthorn: Posthorn,
  webhook: { readonly event: string; readonly uri: string } & Readonly<Record<string, unknown>>,
  policy?: Readonly<Record<string, unknown>>,
): Promise<{
  readonly id: number;
  readonly policy: { readonly id: number; readonly name: string; readonly public_key_pem: string } | null;
}> {
  const made =
    policy === undefined ? null : (await rest(posthorn, 'POST', '/v1/webhook_policies', policy)).body;
  const link = made === null ? {} : { webhook_policy_id: made.id };
  const { status, body } = await rest(posthorn, 'POST', '/v1/webhooks', { ...webhook, ...link });
  if (status !== 200) throw new Error(`not created: ${JSON.stringify(body)}`);
  return { id: body.id as number, policy: made };
}

export async function publish(posthorn: Posthorn, event: Readonly<Record<string, unknown>>): Promise<string> {
  const { status, body } = await posthorn.api<{ id: string }>('/events', { method: 'POST', body: event });
  if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
  return body.id;
}

/** A change of a request, as an application publishes it. */
export const requestChanged = {
  type: 'request.status-changed',
  actor: { id: '6', name: 'Ada Jansen' },
  object: { type: 'request', id: '70453' },
  data: { status: 'completed', previous_status: 'assigned', audit_line_id: 71_960 },
} as const;
