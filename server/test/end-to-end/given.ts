// Steps that the tests over a running server share: webhooks, events, and waiting for what must happen.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Posthorn } from '../process/posthorn.ts';

export type Webhook = {
  readonly id: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly breaker: { readonly state: string };
  readonly secret?: string;
};

export type Delivery = {
  readonly id: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly state: string;
  readonly attemptCount: number;
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly Attempt[];
};

export type Attempt = {
  readonly number: number;
  readonly startedAt: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
};

export type Published = { readonly id: string; readonly deliveries: number };

type Api = Pick<Posthorn, 'api'>;
type Listed = { readonly data: readonly { readonly id: string }[] };

/** An active native webhook unless `more` says otherwise. */
export async function createWebhook({ api }: Api, url: string, more: object = {}): Promise<Webhook> {
  const body = { name: 'test', url, eventTypes: ['*'], ...more };
  const created = await api<Webhook>('/webhooks', { method: 'POST', body });
  if (created.status !== 201) throw new Error(`no webhook: ${JSON.stringify(created.body)}`);
  return created.body;
}

export async function changeWebhook({ api }: Api, id: string, body: object): Promise<Webhook> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  const changed = await api<Webhook>(`/webhooks/${id}`, { method: 'PATCH', body, headers });
  if (changed.status !== 200) throw new Error(`not changed: ${JSON.stringify(changed.body)}`);
  return changed.body;
}

export async function deleteWebhook({ api }: Api, id: string): Promise<void> {
  const { status, body } = await api(`/webhooks/${id}`, { method: 'DELETE' });
  if (status !== 200 && status !== 204) throw new Error(`not deleted: ${JSON.stringify(body)}`);
}

export async function getWebhook({ api }: Api, id: string): Promise<Webhook> {
  return (await api<Webhook>(`/webhooks/${id}`)).body;
}

/** Publishes one event and expects it to be accepted. */
export async function publish({ api }: Api, type: string, data: object = {}): Promise<Published> {
  const answer = await api<Published>('/events', { method: 'POST', body: { type, data } });
  if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** All deliveries that a query of `GET /deliveries` finds, at most 250, with their attempts. */
export async function deliveries({ api }: Api, query: string): Promise<readonly Delivery[]> {
  const listed = await api<Listed>(`/deliveries?limit=250&${query}`);
  if (listed.status !== 200) throw new Error(`no list: ${JSON.stringify(listed.body)}`);
  return Promise.all(listed.body.data.map(async ({ id }) => (await api<Delivery>(`/deliveries/${id}`)).body));
}

/** The only delivery of an event, as soon as it is as `until` wants it. */
export function delivery(
  posthorn: Api,
  eventId: string,
  until: (delivery: Delivery) => boolean,
): Promise<Delivery> {
  return eventually(`a delivery of ${eventId}`, async () => {
    const [first] = await deliveries(posthorn, `eventId=${eventId}`);
    return first !== undefined && until(first) ? first : undefined;
  });
}

export const isDelivered = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'delivered';

/** Asks again until there is an answer. Rejects after `withinMs`, a guard against hanging only, and says `what` did not come. */
export async function eventually<Answer>(
  what: string | (() => string),
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  withinMs = 60_000,
): Promise<Answer> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) {
      throw new Error(`${typeof what === 'string' ? what : what()} did not come within ${withinMs} ms`);
    }
    await sleep(20);
  }
}

/** The newest page of events, of the tenant that the server starts with. */
export async function allEvents({ api }: Posthorn): Promise<readonly { readonly id: string }[]> {
  return (await api<{ data: { id: string }[] }>('/events')).body.data;
}

/** Everything in a list, page by page. */
export async function allListed<Thing>({ api }: Api, list: string, query: string): Promise<readonly Thing[]> {
  const all: Thing[] = [];
  let cursor = '';
  do {
    const path = `/${list}?limit=250&${query}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await api<{ data: readonly Thing[]; next: string | null }>(path);
    all.push(...body.data);
    cursor = body.next ?? '';
  } while (cursor !== '');
  return all;
}
