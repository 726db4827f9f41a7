import { expect, test, vi } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import type { Attempt } from '../../../domain/attempt.ts';
import { hourMs } from '../../../domain/clock.ts';
import type { Delivery, DeliveryState } from '../../../domain/delivery.ts';
import { askedNow } from '../../../domain/verification.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Webhook } from '../../../domain/webhook.ts';
import { healthy } from '../../../domain/webhook-health.ts';
import type { QueuedDelivery } from '../../../storage/store.ts';
import { safeText } from './show-attempt.ts';

const deliveries = '/api/v1/deliveries';

test('a delivery shows its attempts with request, response, timing and what went wrong', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'invoice.paid', data: { total: 7 } });
  await record(native, queued!, { kind: 'failure', status: 503 }, { kind: 'scheduled', dueAt: 5 });

  const { status, body } = await native.call('GET', `${deliveries}/${queued!.delivery.id}`);

  expect(status).toBe(200);
  expect(body).toMatchObject({
    state: 'scheduled',
    attemptCount: 1,
    nextAttemptAt: '1970-01-01T00:00:00.005Z',
    lastAttempt: { outcome: 'failure', status: 503, explanation: 'The receiver failed with 503.' },
    attempts: [
      {
        number: 1,
        durationMs: 12,
        outcome: 'failure',
        status: 503,
        error: null,
        request: { method: 'POST', url: 'https://example.com/hooks' },
        response: { status: 503, bodyText: 'sorry\ufffd', bodyLength: 6 },
        timing: { dnsMs: 1, connectMs: 2, firstByteMs: 9 },
      },
    ],
  });
  expect(Buffer.from(body.attempts[0].response.bodyBase64, 'base64')).toEqual(Buffer.from('sorry\0'));
  expect(body.requestBody.bodyText).toBe(
    '{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00.000Z","data":{"total":7}}',
  );
  expect(Buffer.from(body.requestBody.bodyBase64, 'base64').toString()).toBe(body.requestBody.bodyText);
});

test('an error without an answer is explained in a sentence', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  const outcome = { kind: 'error', reason: 'tls_expired', detail: 'CERT_HAS_EXPIRED' } as const;
  await record(native, queued!, outcome, { kind: 'exhausted', at: 5, reason: 'attempts' });

  const { body } = await native.call('GET', `${deliveries}/${queued!.delivery.id}`);

  expect(body).toMatchObject({
    state: 'exhausted',
    reason: 'attempts',
    nextAttemptAt: null,
    settledAt: '1970-01-01T00:00:00.005Z',
    attempts: [
      {
        outcome: 'error',
        error: 'tls_expired',
        explanation: expect.stringMatching(/certificate .* expired/),
        response: null,
      },
    ],
  });
});

test('a delivery tells what it waits for, alone and in the list, until it is final', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  const { id, webhookId } = queued!.delivery;
  const until = native.clock.now() + hourMs;
  const breaker = { kind: 'open', since: native.clock.now(), openings: 1, until } as const;
  const waiting = async () => {
    const { body } = await native.call('GET', `${deliveries}/${id}`);
    const list = await native.call('GET', `${deliveries}?id=${id}`);
    expect(list.body.data[0].waiting).toEqual(body.waiting);
    return body.waiting;
  };

  expect(await waiting()).toMatchObject({ kind: 'turn', until: null });
  native.heldBack.set(webhookId, { rateLimitedUntil: until });
  expect(await waiting()).toMatchObject({
    kind: 'rate_limited',
    until: '2026-01-01T01:00:00.000Z',
    explanation: expect.stringMatching(/rate limit.*next one begin at 2026-01-01T01:00:00.000Z/),
  });
  native.heldBack.set(webhookId, { throttledUntil: until });
  expect(await waiting()).toMatchObject({
    kind: 'throttled',
    until: '2026-01-01T01:00:00.000Z',
    explanation: expect.stringMatching(/server kept failing.*2026-01-01T01:00:00.000Z/),
  });
  native.health.set(webhookId, { ...healthy, breaker });
  expect(await waiting()).toMatchObject({ kind: 'breaker_open', until: '2026-01-01T01:00:00.000Z' });
  native.health.set(webhookId, { ...healthy, breaker: { ...breaker, until: native.clock.now() } });
  expect(await waiting()).toMatchObject({ kind: 'breaker_half_open', until: null });
  native.heldBack.set(webhookId, { awaitsVerification: true });
  expect(await waiting()).toMatchObject({ kind: 'unverified', until: null });
  await native.webhooks.pause(native.caller, webhookId);
  expect(await waiting()).toMatchObject({ kind: 'paused', until: null });
  const { tenantId } = native.caller.principal;
  const { endpoint } = await native.webhooks.get(tenantId, webhookId);
  await native.webhooks.disable(tenantId, webhookId, 'gone', endpoint.url);
  expect(await waiting()).toMatchObject({
    kind: 'disabled',
    until: null,
    explanation: expect.stringMatching(/until the webhook is active again.*410 Gone/),
  });
  await native.webhooks.resume(native.caller, webhookId);
  native.heldBack.delete(webhookId);
  native.health.delete(webhookId);
  await record(native, queued!, { kind: 'failure', status: 503 }, { kind: 'scheduled', dueAt: until });
  expect(await waiting()).toMatchObject({ kind: 'time', until: '2026-01-01T01:00:00.000Z' });
  const cancelled = await native.call('POST', `${deliveries}/${id}/cancel`);
  expect(cancelled.body.waiting).toBeNull();
  expect(await waiting()).toBeNull();
});

test('a page of deliveries asks the store no more than the page, whatever they wait for', async () => {
  await using native = await startNative();
  for (let count = 0; count < 3; count++) await deliver(native, { type: 'a', data: {} });
  const asked = vi.spyOn(native.store, 'listDeliveries');
  const others = (['getWebhook', 'listWebhooks', 'healthOf'] as const).map((name) =>
    vi.spyOn(native.store, name),
  );

  const { body } = await native.call('GET', `${deliveries}?state=scheduled`);

  expect(body.data.length).toBeGreaterThan(2);
  expect(asked).toHaveBeenCalledTimes(1);
  for (const other of others) expect(other).not.toHaveBeenCalled();
});

test('deliveries are found by ids, webhook, event, type, state, outcome, status class and time', async () => {
  await using native = await startNative();
  const [first] = await deliver(native, { type: 'a', data: {} });
  const [, second] = await deliver(native, { type: 'b', data: {} });
  await record(native, first!, { kind: 'success', status: 204 }, { kind: 'delivered', at: 5 });
  await record(native, second!, { kind: 'failure', status: 404 }, { kind: 'scheduled', dueAt: 9 });
  const list = async (query: string) =>
    (await native.call('GET', `${deliveries}?${query}`)).body.data.map(({ id }: { id: string }) => id);
  const [one, two] = [first!.delivery.id, second!.delivery.id];

  expect(await list('')).toEqual([two, one]);
  expect(await list(`webhookId=${first!.delivery.webhookId}`)).toEqual([two, one]);
  expect(await list('webhookId=wh_unknown')).toEqual([]);
  expect(await list(`eventId=${first!.event.id}`)).toEqual([one]);
  expect(await list(`id=${one}`)).toEqual([one]);
  expect(await list(`id=${one}&id=${two}&id=dlv_unknown`)).toEqual([two, one]);
  expect(await list(`id=${one}&id=${two}&state=delivered`)).toEqual([one]);
  expect(await list(`id=${first!.event.id}`)).toEqual([one]);
  expect(await list('eventType=b')).toEqual([two]);
  expect(await list('state=delivered')).toEqual([one]);
  expect(await list('outcome=failure')).toEqual([two]);
  expect(await list('statusClass=2xx')).toEqual([one]);
  expect(await list('statusClass=4xx&state=scheduled')).toEqual([two]);
  expect(await list('from=2026-01-01T00:00:00.001Z')).toEqual([]);
  expect(await list('to=2026-01-01T00:00:00.001Z')).toEqual([two, one]);
});

test.each([
  ['state', 'lost'],
  ['outcome', 'platform'],
  ['statusClass', '2'],
  ['statusClass', '6xx'],
  ['eventType', 'a%20b'],
  ['from', 'yesterday'],
  ['sort', 'id'],
])('INP-11: the query %s=%s is refused', async (name, value) => {
  await using native = await startNative();

  const { status, body } = await native.call('GET', `${deliveries}?${name}=${value}`);

  expect(status).toBe(422);
  expect(body.errors[0].pointer).toBe(`query/${name}`);
});

test('a redelivery is a new delivery of the same event, made once under one key', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  await record(native, queued!, { kind: 'success', status: 200 }, { kind: 'delivered', at: 5 });
  const path = `${deliveries}/${queued!.delivery.id}/redeliver`;
  const key = { 'idempotency-key': 'k' };

  const first = await native.call('POST', path, undefined, key);
  const again = await native.call('POST', path, undefined, key);

  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    eventId: queued!.event.id,
    redeliveryOf: queued!.delivery.id,
    state: 'scheduled',
    attemptCount: 0,
  });
  expect(again.body).toEqual(first.body);
  expect((await native.call('GET', deliveries)).body.data).toHaveLength(2);
});

test.each([
  { what: 'a redelivery', path: ({ delivery }: QueuedDelivery) => `${deliveries}/${delivery.id}/redeliver` },
  { what: 'a replay', path: ({ event }: QueuedDelivery) => `/api/v1/events/${event.id}/replay` },
])('$what of what a purge removes at the same time is refused as unknown', async ({ path }) => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  await record(native, queued!, { kind: 'success', status: 200 }, { kind: 'delivered', at: 5 });
  const { store, clock } = native;
  const add = store.addDeliveries.bind(store);
  vi.spyOn(store, 'addDeliveries').mockImplementation(async (...given) => {
    await store.purge(clock.now() + 1, clock.now(), 100);
    return add(...given);
  });

  const { status, body } = await native.call('POST', path(queued!));

  expect([status, body.code]).toEqual([404, 'not_found']);
});

test.each([
  {
    what: 'a redelivery',
    path: ({ delivery }: QueuedDelivery) => `${deliveries}/${delivery.id}/redeliver`,
    answer: { status: 409, code: 'conflict' },
  },
  {
    what: 'a retry among many',
    path: () => `${deliveries}/retry`,
    given: ({ delivery }: QueuedDelivery) => ({ ids: [delivery.id] }),
    answer: { redelivered: 0, skipped: 1 },
  },
  {
    what: 'a replay for those that were owed it',
    path: ({ event }: QueuedDelivery) => `/api/v1/events/${event.id}/replay`,
    answer: { status: 409, code: 'conflict' },
  },
  {
    what: 'a replay for a webhook',
    path: ({ event }: QueuedDelivery) => `/api/v1/events/${event.id}/replay`,
    given: ({ delivery }: QueuedDelivery) => ({ webhookIds: [delivery.webhookId] }),
    answer: { status: 422, code: 'invalid' },
  },
])('$what makes nothing for a webhook that is deleted at the same time', async ({ path, given, answer }) => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  await record(native, queued!, { kind: 'success', status: 200 }, { kind: 'delivered', at: 5 });
  const { store } = native;
  const deleted = () => native.call('DELETE', `/api/v1/webhooks/${queued!.delivery.webhookId}`);
  const addDeliveries = store.addDeliveries.bind(store);
  const retryNow = store.retryNow.bind(store);
  vi.spyOn(store, 'addDeliveries').mockImplementation(async (...added) => {
    await deleted();
    return addDeliveries(...added);
  });
  vi.spyOn(store, 'retryNow').mockImplementation(async (...retried) => {
    await deleted();
    return retryNow(...retried);
  });

  const { body } = await native.call('POST', path(queued!), given?.(queued!));

  expect(body).toMatchObject(answer);
  expect((await native.call('GET', `${deliveries}?state=scheduled`)).body.data).toEqual([]);
});

test('a scheduled delivery can be cancelled, a final one can not', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  await record(native, queued!, { kind: 'failure', status: 500 }, { kind: 'scheduled', dueAt: 5 });
  const path = `${deliveries}/${queued!.delivery.id}/cancel`;

  const cancelled = await native.call('POST', path);
  const again = await native.call('POST', path);

  expect(cancelled.body).toMatchObject({
    state: 'cancelled',
    reason: 'person',
    attemptCount: 1,
    lastAttempt: { status: 500 },
  });
  expect(again.status).toBe(409);
});

test('the body of a delivery whose webhook is gone is not made again', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  await native.call('DELETE', `/api/v1/webhooks/${queued!.delivery.webhookId}`);

  const { body } = await native.call('GET', `${deliveries}/${queued!.delivery.id}`);
  const again = await native.call('POST', `${deliveries}/${queued!.delivery.id}/redeliver`);

  expect(body).toMatchObject({ state: 'cancelled', reason: 'webhook_deleted', requestBody: null });
  expect(again.status).toBe(409);
});

test('SEC-03: the body of a delivery is not made again without the secrets that it needs', async () => {
  await using native = await startNative();
  const { body: webhook } = await native.call('POST', '/api/v1/webhooks', {
    name: 'Wiki',
    url: 'https://ada:pw@example.com/wiki',
    eventTypes: ['page_created'],
    dialect: 'confluence',
  });
  await native.call('POST', '/api/v1/events', { type: 'page_created', data: {} });
  const path = `${deliveries}/${native.handedOver[0]!.delivery.id}`;
  const before = await native.call('GET', path);
  const change = (stored: Webhook): Webhook => ({
    ...stored,
    endpoint: { ...stored.endpoint, credentials: { username: 'ada', password: Secret.unreadable() } },
  });
  vi.spyOn(native.store, 'getWebhook').mockResolvedValue(
    change((await native.store.getWebhook(native.caller.principal.tenantId, webhook.id))!),
  );

  const { status, body } = await native.call('GET', path);

  expect(before.body.requestBody).not.toBeNull();
  expect([status, body.requestBody]).toEqual([200, null]);
});

test('text of a response is safe to show: no control characters, nothing that turns text around', () => {
  const hostile = Buffer.from('a\tb\r\n\u0000\u001b[31m\u202etxt\u2066\u0085é');

  expect(safeText(Buffer.concat([hostile, Buffer.from([0xff])]))).toBe(
    'a\tb\r\n\ufffd\ufffd[31m\ufffdtxt\ufffd\ufffdé\ufffd',
  );
});

/** Publishes to one webhook, made at the first call; answers all that was handed over so far. */
test('a message of the administration shows its purpose, and is not delivered again', async () => {
  await using native = await startNative();
  const [queued] = await deliver(native, { type: 'a', data: {} });
  const pending = askedNow('evt_01kdvdna00aaaaaaaaaaaaaaaa', native.clock.wall());
  const { webhookId } = queued!.delivery;
  await native.webhooks.update(native.caller, webhookId, (current) => ({
    ...current,
    verification: pending,
  }));
  const { body: listed } = await native.call('GET', `${deliveries}?eventId=${pending.messageId}`);
  const [message] = listed.data;
  const again = await native.call('POST', `${deliveries}/${message.id}/redeliver`);
  const { body: other } = await native.call('GET', `${deliveries}/${queued!.delivery.id}`);

  expect(message).toMatchObject({ webhookId, eventType: 'webhook.verify', purpose: 'verification' });
  expect(other.purpose).toBe('event');
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining('send a fresh one') } });
});

async function deliver(native: NativeServer, event: object): Promise<readonly QueuedDelivery[]> {
  if (native.handedOver.length === 0) {
    const webhook = { name: 'w', url: 'https://example.com/hooks', eventTypes: ['*'] };
    await native.call('POST', '/api/v1/webhooks', webhook);
  }
  await native.call('POST', '/api/v1/events', event);
  return native.handedOver;
}

/** Records one attempt, as the engine would. */
async function record(
  native: NativeServer,
  { delivery: before }: QueuedDelivery,
  outcome: Attempt['outcome'],
  state: DeliveryState,
): Promise<void> {
  const after: Delivery = { ...before, attempts: before.attempts + 1, state };
  const body = Buffer.from('sorry\0');
  const attempt: Attempt = {
    id: 'att_01kdvdna00e81505w2ysr56cs2'.slice(0, -2) + before.id.slice(-2),
    tenantId: before.tenantId,
    deliveryId: before.id,
    webhookId: before.webhookId,
    eventType: before.eventType,
    number: after.attempts,
    startedAt: native.clock.wall(),
    durationMs: 12,
    outcome,
    request: { method: 'POST', url: 'https://example.com/hooks', headers: { 'webhook-id': before.eventId } },
    response:
      outcome.kind === 'error'
        ? null
        : {
            status: outcome.status,
            reason: '',
            headers: {},
            body,
            bodyLength: body.length,
            bodySha256: '0'.repeat(64),
            bodyTruncated: false,
          },
    timing: { dnsMs: 1, connectMs: 2, firstByteMs: 9 },
  };
  const results = [{ before, after, attempt, lastExchange: null }];
  await native.store.record({ results, health: new Map([[before.webhookId, healthy]]) });
}
