import { expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { hourMs } from '../../../domain/clock.ts';
import type { DeliveryState } from '../../../domain/delivery.ts';
import { askedNow } from '../../../domain/verification.ts';
import type { Webhook } from '../../../domain/webhook.ts';
import { healthy } from '../../../domain/webhook-health.ts';

const events = '/api/v1/events';
const url = 'https://example.com/hooks';

test('an event says for every webhook whether it was owed to it, and why not', async () => {
  await using native = await startNative();
  const { tenantId } = native.caller.principal;
  const owed = await create(native, { eventTypes: ['invoice.*'] });
  const paused = await create(native, { eventTypes: ['*'], state: 'paused' });
  const other = await create(native, { eventTypes: ['customer.*'] });
  const channel = await create(native, { eventTypes: ['*'], channels: ['eu'] });
  const gone = await create(native, { eventTypes: ['*'] });
  await native.webhooks.disable(tenantId, gone, 'gone', url);

  const { body: accepted } = await native.call('POST', events, {
    type: 'invoice.paid',
    data: {},
    channels: ['us'],
  });
  const { body } = await native.call('GET', `${events}/${accepted.id}`);

  const decisions = Object.fromEntries(
    body.routing.webhooks.map((webhook: { webhookId: string }) => [webhook.webhookId, webhook]),
  );
  expect(accepted.deliveries).toBe(2);
  for (const id of [owed, paused]) {
    expect(decisions[id]).toMatchObject({
      owed: true,
      reason: null,
      state: 'scheduled',
      deliveryId: expect.stringMatching(/^dlv_/),
    });
  }
  expect(decisions[other]).toMatchObject({ owed: false, reason: 'type', deliveryId: null });
  expect(decisions[channel]).toMatchObject({ owed: false, reason: 'channel' });
  expect(decisions[gone]).toMatchObject({ owed: false, reason: 'disabled', disabledReason: 'gone' });
  for (const id of [other, channel, gone]) expect(decisions[id].explanation).toMatch(/^[A-Z].*\.$/);
});

const at = Date.parse('2026-01-01T00:00:00Z');

test.each<[DeliveryState, RegExp]>([
  [{ kind: 'scheduled', dueAt: at + hourMs }, /next attempt, which is due at 2026-01-01T01:00:00.000Z/],
  [{ kind: 'scheduled', dueAt: at }, /It is due: its attempt is under way, or waits for its turn/],
  [{ kind: 'delivered', at }, /was delivered at 2026-01-01T00:00:00.000Z/],
  [{ kind: 'exhausted', at, reason: 'attempts' }, /attempts failed/],
  [{ kind: 'exhausted', at, reason: 'age' }, /too old/],
  [{ kind: 'cancelled', at, reason: 'person' }, /by a person/],
  [{ kind: 'cancelled', at, reason: 'webhook_deleted' }, /webhook was deleted/],
  [{ kind: 'cancelled', at, reason: 'superseded' }, /not needed any more/],
  [{ kind: 'cancelled', at, reason: 'webhook_disabled' }, /dropped when the webhook was disabled/],
  [{ kind: 'cancelled', at, reason: 'target_changed' }, /dropped when the webhook got another URL/],
  [{ kind: 'skipped', at, reason: 'breaker_open' }, /breaker is open/],
  [{ kind: 'skipped', at, reason: 'too_many_in_flight' }, /too many requests are in flight/],
])('an event that was owed is explained by its delivery: %o', async (state, explanation) => {
  await using native = await startNative();
  const id = await create(native, {});
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  const before = native.handedOver[0]!.delivery;
  const results = [{ before, after: { ...before, attempts: 1, state }, attempt: null, lastExchange: null }];
  await native.store.record({ results, health: new Map([[id, healthy]]) });

  const { body } = await native.call('GET', `${events}/${accepted.id}`);

  expect(body.routing.webhooks).toMatchObject([
    { owed: true, state: state.kind, explanation: expect.stringMatching(explanation) },
  ]);
});

test('who reads that all attempts failed is told whether the event can be delivered again', async () => {
  await using native = await startNative();
  const { tenantId } = native.caller.principal;
  const ids = [await create(native, {}), await create(native, {}), await create(native, {})] as const;
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  const results = native.handedOver.map(({ delivery: before }) => ({
    before,
    after: { ...before, attempts: 1, state: { kind: 'exhausted' as const, at, reason: 'attempts' as const } },
    attempt: null,
    lastExchange: null,
  }));
  await native.store.record({ results, health: new Map(ids.map((id) => [id, healthy])) });
  const [active, disabled, deleted] = ids;
  await native.webhooks.disable(tenantId, disabled, 'gone', url);
  await native.call('DELETE', `/api/v1/webhooks/${deleted}`);
  const explanationOf = async (id: string) =>
    (await native.call('GET', `${events}/${accepted.id}?webhookId=${id}`)).body.routing.webhooks[0]
      .explanation;

  expect(await explanationOf(active)).toBe('All its attempts failed. It can be redelivered.');
  expect(await explanationOf(disabled)).toMatch(
    /failed\. Once its webhook is resumed, it can be redelivered\.$/,
  );
  expect(await explanationOf(deleted)).toMatch(/failed\. Its webhook has been deleted since\.$/);
});

test('an event that waits says what for: a paused or disabled webhook, an open breaker', async () => {
  await using native = await startNative();
  const { tenantId } = native.caller.principal;
  const paused = await create(native, { state: 'paused' });
  const disabled = await create(native, {});
  const open = await create(native, {});
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  await native.webhooks.disable(tenantId, disabled, 'gone', url);
  const until = native.clock.now() + hourMs;
  native.health.set(open, {
    ...healthy,
    breaker: { kind: 'open', since: native.clock.now(), openings: 1, until },
  });
  const explanationOf = async (id: string) =>
    (await native.call('GET', `${events}/${accepted.id}?webhookId=${id}`)).body.routing.webhooks[0]
      .explanation;

  expect(await explanationOf(paused)).toMatch(/waits because the webhook is paused/);
  expect(await explanationOf(disabled)).toMatch(/until the webhook is active again.*410 Gone/);
  expect(await explanationOf(open)).toMatch(/breaker is open until 2026-01-01T01:00:00.000Z/);
});

test('an event that waits for a verification or a spared server says so', async () => {
  await using native = await startNative();
  const unverified = await create(native, {});
  const throttled = await create(native, {});
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  native.heldBack.set(unverified, { awaitsVerification: true });
  native.heldBack.set(throttled, { throttledUntil: native.clock.now() + hourMs });
  const explanationOf = async (id: string) =>
    (await native.call('GET', `${events}/${accepted.id}?webhookId=${id}`)).body.routing.webhooks[0]
      .explanation;

  expect(await explanationOf(unverified)).toMatch(/until the webhook is verified/);
  expect(await explanationOf(throttled)).toMatch(/server kept failing.*2026-01-01T01:00:00.000Z/);
});

test('a webhook that is narrowed by data, or skips events while unverified, says why it was not owed one', async () => {
  await using native = await startNative();
  const only = { path: ['app'], oneOf: ['one'] };
  const pending = askedNow('evt_01kdvdna00aaaaaaaaaaaaaaaa', native.clock.wall());
  const narrowed = await change(native, {
    subscription: { eventTypes: ['*'], channels: [], only, filter: null },
  });
  const unverified = await change(native, { verification: pending, profile: 'faithful' });
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: { app: 'two' } });
  const decisionOf = async (id: string) =>
    (await native.call('GET', `${events}/${accepted.id}?webhookId=${id}`)).body.routing.webhooks[0];

  expect(await decisionOf(narrowed)).toMatchObject({ owed: false, reason: 'data' });
  expect((await decisionOf(narrowed)).explanation).toMatch(/whose data names/);
  expect(await decisionOf(unverified)).toMatchObject({ owed: false, reason: 'unverified' });
  expect((await decisionOf(unverified)).explanation).toMatch(/not verified/);
});

test('a message of the administration shows its purpose, and waits for no state of the webhook', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  await native.webhooks.pause(native.caller, id);
  const pending = askedNow('evt_01kdvdna00aaaaaaaaaaaaaaaa', native.clock.wall());
  await native.webhooks.update(native.caller, id, (current) => ({ ...current, verification: pending }));
  const { body } = await native.call('GET', `${events}/${pending.messageId}`);
  const { body: published } = await native.call('POST', events, { type: 'a', data: {} });
  const { body: event } = await native.call('GET', `${events}/${published.id}`);

  expect(body).toMatchObject({ type: 'webhook.verify', purpose: 'verification' });
  expect(body.routing.webhooks).toMatchObject([
    { webhookId: id, explanation: expect.stringMatching(/waits for its turn/) },
  ]);
  expect(event.purpose).toBe('event');
});

test('the decision is the one of the publish, whatever became of the webhooks since', async () => {
  await using native = await startNative();
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  const late = await create(native, {});

  const all = await native.call('GET', `${events}/${accepted.id}`);
  const one = await native.call('GET', `${events}/${accepted.id}?webhookId=${late}`);

  expect(all.body.routing.webhooks).toEqual([]);
  expect(one.body.routing.webhooks).toMatchObject([
    { webhookId: late, owed: false, reason: 'not_considered' },
  ]);
});

test('a redelivery shows beside the delivery that it repeats', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const { body: accepted } = await native.call('POST', events, { type: 'a', data: {} });
  const [queued] = native.handedOver;

  const again = await native.call('POST', `/api/v1/deliveries/${queued!.delivery.id}/redeliver`);
  const { body } = await native.call('GET', `${events}/${accepted.id}?webhookId=${id}`);

  expect(body.routing.webhooks).toMatchObject([
    { deliveryId: queued!.delivery.id, redeliveries: [{ deliveryId: again.body.id, state: 'scheduled' }] },
  ]);
});

test('events are listed newest first, without their data, and found by type and time', async () => {
  await using native = await startNative();
  const publish = async (type: string) => (await native.call('POST', events, { type, data: {} })).body.id;
  const first = await publish('a');
  await native.clock.advance(hourMs);
  const second = await publish('b');
  const list = async (query: string) =>
    (await native.call('GET', `${events}?${query}`)).body.data.map(({ id }: { id: string }) => id);

  expect(await list('')).toEqual([second, first]);
  expect(await list('type=a')).toEqual([first]);
  expect(await list('from=2026-01-01T00:30:00Z')).toEqual([second]);
  expect(await list('to=2026-01-01T01:30:00%2B01:00')).toEqual([first]);
  expect((await native.call('GET', events)).body.data[0]).not.toHaveProperty('data');
});

test('an unknown event is 404, whatever its id looks like', async () => {
  await using native = await startNative();

  for (const id of ['evt_01kdvdna00e81505w2ysr56cs2', 'evt_', 'x', '%00', '%2e%2e%2f', 'dlv_1']) {
    const { status } = await native.call('GET', `${events}/${id}`);
    expect([id, status]).toEqual([id, 404]);
  }
});

/** A new webhook, changed to what this API has no place for. */
async function change(native: NativeServer, to: Partial<Webhook>): Promise<string> {
  const id = await create(native, {});
  await native.webhooks.update(native.caller, id, (current) => ({ ...current, ...to }));
  return id;
}

async function create(native: NativeServer, part: object): Promise<string> {
  const webhook = { name: 'w', url, eventTypes: ['*'], ...part };
  return (await native.call('POST', '/api/v1/webhooks', webhook)).body.id as string;
}
