// What receivers get and what the log keeps, over a running server and real connections.

import { Webhook as StandardWebhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { mostAllowed, mostInAWindow } from '../rate-windows.ts';
import { startReceiver, type Receiver, type Recorded } from '../receivers/receiver.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  deliveries,
  delivery,
  eventually,
  getWebhook,
  isDelivered,
  publish,
  type Delivery,
  type Published,
} from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

let posthorn: Posthorn;

beforeAll(async () => {
  posthorn = await startPosthorn();
});
afterAll(() => posthorn[Symbol.asyncDispose]());

const spellings = [
  '{ "spaces" : [ 1 , 2 ] ,\n\t"lines" : { } }',
  '{"10":1,"2":2,"01":3,"1":4}',
  '{"float":1.0,"huge":1e400,"tiny":1E-400,"negative":-0,"long":12345678901234567890}',
  String.raw`{"escaped":"\u00e9","slash":"\/","tab":"\t","surrogates":"\ud83d\ude00"}`,
  '{"plain":"é","slash":"/","emoji":"😀"}',
  '{}',
];

test.each(spellings)(
  'DLV-09: the bytes of %s arrive as they were published, in every dialect',
  async (data) => {
    await using receiver = await startReceiver();
    await createWebhook(posthorn, `${receiver.url}/native`, { eventTypes: ['page_created'] });
    await createWebhook(posthorn, `${receiver.url}/confluence`, {
      eventTypes: ['page_created'],
      dialect: 'confluence',
    });

    const body = `{"type":"page_created","data":${data}}`;
    const { status } = await posthorn.api('/events', { method: 'POST', body });
    expect(status).toBe(202);
    await receiver.waitFor(2);

    const [native] = sentTo(receiver.requests, '/native');
    const [confluence] = sentTo(receiver.requests, '/confluence');
    expect(native!.body.toString()).toContain(`"data":${data}}`);
    expect(confluence!.body.toString().endsWith(`${data.slice(1, -1).trim()}}`)).toBe(true);
    await removeWebhooks();
  },
);

test('DLV-13: a retry goes to the new URL with the new headers and secret; the log keeps what was used', async () => {
  await using before = await startReceiver();
  await using after = await startReceiver();
  before.respondWith({ status: 500 });
  const webhook = await createWebhook(posthorn, `${before.url}/old`, {
    headers: { authorization: 'Bearer of the old times', 'x-team': 'old' },
    retrySchedule: [2, 2],
  });
  const event = await publish(posthorn, 'order.paid', { order: 1 });
  await delivery(posthorn, event.id, ({ attemptCount }) => attemptCount === 1);
  await changeWebhook(posthorn, webhook.id, {
    url: `${after.url}/new`,
    headers: { authorization: 'Bearer of the new times', 'x-team': 'new' },
  });
  const rotated = await posthorn.api<{ secret: string }>(`/webhooks/${webhook.id}/secrets/rotate`, {
    method: 'POST',
    body: { graceMs: 0 },
  });
  expect(rotated.status).toBeLessThan(300);

  const { attempts } = await delivery(posthorn, event.id, isDelivered);

  const [request] = after.requests;
  expect(request).toMatchObject({
    url: '/new',
    headers: { 'x-team': 'new', authorization: 'Bearer of the new times' },
  });
  expect(verifies(request!, rotated.body.secret)).toBe(true);
  expect(verifies(request!, webhook.secret!)).toBe(false);
  expect(before.requests).toHaveLength(1);
  expect(attempts.map(({ request: { url } }) => url)).toEqual([`${before.url}/old`, `${after.url}/new`]);
  expect(attempts.map(({ request: { headers } }) => headers['x-team'])).toEqual(['old', 'new']);
  expect(JSON.stringify(attempts)).not.toMatch(/of the (old|new) times/);
  await removeWebhooks();
});

test('FAI-02: a receiver gets a backlog no faster than the rate limit of its webhook', async () => {
  await using receiver = await startReceiver();
  const rateLimit = { requests: 20, perSeconds: 1 };
  const webhook = await createWebhook(posthorn, receiver.url, { rateLimit });
  const body = Array.from({ length: 60 }, (_, order) => ({ type: 'order.paid', data: { order } }));
  const { status } = await posthorn.api('/events/batch', { method: 'POST', body });
  expect(status).toBe(202);
  const all = await eventually('their ends', async () => {
    const found = await deliveries(posthorn, `webhookId=${webhook.id}`);
    return found.length === body.length && found.every(isDelivered) ? found : undefined;
  });

  expect(receiver.requests).toHaveLength(body.length);
  const startedAt = all.flatMap(({ attempts }) => attempts.map((attempt) => Date.parse(attempt.startedAt)));
  // A twentieth of the window is left for how late a busy machine may note that an attempt has started.
  const window = { ...rateLimit, perSeconds: 0.95 * rateLimit.perSeconds };
  expect(mostInAWindow(startedAt, window)).toBeLessThanOrEqual(mostAllowed(rateLimit));
  await removeWebhooks();
});

test('DLV-15: an event that concerns nobody is accepted, and says why nobody got it', async () => {
  const webhook = await createWebhook(posthorn, 'http://127.0.0.1:9/', { eventTypes: ['invoice.*'] });

  const published = await publish(posthorn, 'never.heard.of');

  expect(published.deliveries).toBe(0);
  const { body } = await posthorn.api<{ routing: { webhooks: object[] } }>(`/events/${published.id}`);
  expect(body.routing.webhooks).toMatchObject([{ webhookId: webhook.id, owed: false, reason: 'type' }]);
  await removeWebhooks();
});

test('DLV-12: after a pause no attempt starts; what is in flight is recorded, the rest waits', async () => {
  await using receiver = await startReceiver();
  const { webhook, letGo } = await givenWaitingDeliveries(receiver);

  await changeWebhook(posthorn, webhook.id, { state: 'paused' });
  letGo();

  await untilStates(webhook.id, { delivered: 4, scheduled: 496 });
  expect(receiver.requests).toHaveLength(4);
  await removeWebhooks();
});

test('DLV-12: after a deletion no attempt starts; what is in flight is recorded, the rest is cancelled', async () => {
  await using receiver = await startReceiver();
  const { webhook, letGo } = await givenWaitingDeliveries(receiver);

  await deleteWebhook(posthorn, webhook.id);
  letGo();

  await untilStates(webhook.id, { cancelled: 500 });
  for (const { headers } of receiver.requests) {
    const { attempts } = await delivery(
      posthorn,
      String(headers['webhook-id']),
      (each) => each.attempts.length === 1,
    );
    expect(attempts).toMatchObject([{ outcome: 'success', status: 200 }]);
  }
  expect(receiver.requests).toHaveLength(4);
});

test('DLV-06: 410 disables a webhook; what waits is delivered once a person makes it active again', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith({ status: 410 });
  const webhook = await createWebhook(posthorn, receiver.url, { concurrency: 1, retrySchedule: [1, 1] });
  const owed = await publish(posthorn, 'order.paid');
  await eventually('disabling', async () => {
    const { state, stateReason } = await getWebhook(posthorn, webhook.id);
    return state === 'disabled' && stateReason === 'gone' ? true : undefined;
  });

  const notOwed = await publish(posthorn, 'order.paid');
  receiver.respondWith({ status: 200 });
  await changeWebhook(posthorn, webhook.id, { state: 'active' });
  await delivery(posthorn, owed.id, isDelivered);

  expect(notOwed.deliveries).toBe(0);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([owed.id, owed.id]);
  const audit = await posthorn.api<{ data: readonly object[] }>('/audit?limit=50');
  expect(JSON.stringify(audit.body.data)).toContain('gone');
  await removeWebhooks();
});

test('DLV-07: a receiver that asks for time gets it', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith({ status: 503, headers: { 'retry-after': '3600' } });
  await createWebhook(posthorn, receiver.url, { retrySchedule: [1, 1] });
  const event = await publish(posthorn, 'order.paid');

  const { nextAttemptAt, attempts } = await delivery(
    posthorn,
    event.id,
    ({ attemptCount }) => attemptCount === 1,
  );

  expect(Date.parse(nextAttemptAt!) - Date.parse(attempts[0]!.startedAt)).toBeGreaterThanOrEqual(3_600_000);
  await removeWebhooks();
});

test('what waits for its next attempt goes out when a person asks, one or many, and what is cancelled does not', async () => {
  let status = 500;
  await using receiver = await startReceiver(() => ({ status }));
  const webhook = await createWebhook(posthorn, receiver.url, { retrySchedule: [3_600, 3_600] });
  const published: Published[] = [];
  for (let order = 0; order < 4; order++) published.push(await publish(posthorn, 'order.paid', { order }));
  const waiting = [];
  for (const { id } of published)
    waiting.push(await delivery(posthorn, id, ({ attemptCount }) => attemptCount === 1));
  status = 200;
  const [one, two, three] = waiting.map(({ id }) => id);

  const retried = await posthorn.api(`/deliveries/${one}/retry`, { method: 'POST' });
  expect(retried.status).toBe(200);
  await delivery(posthorn, published[0]!.id, isDelivered);
  const cancelled = await posthorn.api('/deliveries/cancel', { method: 'POST', body: { ids: [two] } });
  expect(cancelled.body).toEqual({ cancelled: 1, more: false });
  const filter = { webhookId: webhook.id, statusClass: '5xx' };
  const many = await posthorn.api('/deliveries/retry', { method: 'POST', body: { filter } });
  expect(many.body).toEqual({ retried: 2, redelivered: 0, skipped: 0, more: false });
  for (const { id } of published.slice(2)) await delivery(posthorn, id, isDelivered);

  const again = await posthorn.api('/deliveries/retry', { method: 'POST', body: { ids: [two, three] } });
  expect(again.body).toEqual({ retried: 0, redelivered: 2, skipped: 0, more: false });
  await receiver.waitFor(4 + 3 + 2);
  const came = receiver.requests.slice(4).map(({ headers }) => String(headers['webhook-id']));
  const order = [0, 2, 3, 1, 2].map((index) => published[index]!.id);
  expect(came.toSorted()).toEqual(order.toSorted());
  await removeWebhooks();
});

test('a new webhook gets what was published before it by a replay of what it missed', async () => {
  await using receiver = await startReceiver();
  await using first = await startReceiver();
  await createWebhook(posthorn, first.url, { eventTypes: ['order.missed'] });
  const before = [];
  for (let order = 0; order < 5; order++) before.push(await publish(posthorn, 'order.missed', { order }));
  const webhook = await createWebhook(posthorn, receiver.url, { eventTypes: ['order.*'] });
  const plan = { webhookId: webhook.id, missed: true, eventTypes: ['order.missed'] };
  const dry = await posthorn.api('/replays', { method: 'POST', body: { ...plan, dryRun: true } });
  expect([dry.status, dry.body]).toEqual([200, { count: 5, atLeast: false }]);
  const replay = await posthorn.api<{ id: string }>('/replays', { method: 'POST', body: plan });
  await receiver.waitFor(5);
  const done = await eventually('the end of the replay', async () => {
    const { body } = await posthorn.api<{ state: string }>(`/replays/${replay.body.id}`);
    return body.state === 'completed' ? body : undefined;
  });
  expect(done).toMatchObject({ count: 5, done: 5, skipped: 0, progress: 1 });
  expect(receiver.requests.map(({ headers }) => String(headers['webhook-id'])).toSorted()).toEqual(
    before.map(({ id }) => id).toSorted(),
  );
  const authorization = `Bearer ${posthorn.token}`;
  const metrics = await fetch(`${posthorn.url}/metrics`, { headers: { authorization } });
  expect(await metrics.text()).toMatch(/posthorn_replayed_deliveries_total{[^}]*} 5/);
  await removeWebhooks();
});

test('DLV-16: an event that always fails is exhausted on its own schedule, and the others flow', async () => {
  await using receiver = await startReceiver((request) => ({
    status: request.body.includes('"poison":true') ? 500 : 200,
  }));
  const webhook = await createWebhook(posthorn, receiver.url, { retrySchedule: [1] });
  const poison = await publish(posthorn, 'order.paid', { poison: true });
  const others: Published[] = [];
  for (let count = 0; count < 20; count++) others.push(await publish(posthorn, 'order.paid', { count }));

  const exhausted = await delivery(posthorn, poison.id, ({ state }) => state === 'exhausted');
  for (const { id } of others) await delivery(posthorn, id, isDelivered);

  expect(exhausted.attempts.map(({ status }) => status)).toEqual([500, 500]);
  expect((await getWebhook(posthorn, webhook.id)).breaker.state).toBe('closed');
  await removeWebhooks();
});

async function removeWebhooks(): Promise<void> {
  const { body } = await posthorn.api<{ data: { id: string }[] }>('/webhooks?limit=250');
  for (const { id } of body.data) await deleteWebhook(posthorn, id);
}

/** A webhook with 500 deliveries, four of them in flight until `letGo` answers them. */
async function givenWaitingDeliveries(receiver: Receiver) {
  const gate = Promise.withResolvers<void>();
  receiver.respondWith(async () => {
    await gate.promise;
    return { status: 200 };
  });
  const webhook = await createWebhook(posthorn, receiver.url, { concurrency: 4 });
  const batch = Array.from({ length: 500 }, (_, number) => ({ type: 'order.paid', data: { number } }));
  const published = await posthorn.api('/events/batch', { method: 'POST', body: batch });
  expect(published.status).toBe(202);
  await receiver.waitFor(4);
  return { webhook, letGo: gate.resolve };
}

async function untilStates(webhookId: string, states: Record<string, number>): Promise<void> {
  await expect.poll(() => countStates(webhookId), { timeout: 60_000 }).toEqual(states);
}

async function countStates(webhookId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/deliveries?webhookId=${webhookId}&limit=250${cursor}`;
    const { body } = await posthorn.api<{ data: Delivery[]; next: string | null }>(path);
    for (const { state } of body.data) counts[state] = (counts[state] ?? 0) + 1;
    cursor = body.next === null ? null : `&cursor=${encodeURIComponent(body.next)}`;
  }
  return counts;
}

function sentTo(requests: readonly Recorded[], path: string): readonly Recorded[] {
  return requests.filter(({ url }) => url === path);
}

function verifies(request: Recorded, secret: string): boolean {
  try {
    new StandardWebhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
