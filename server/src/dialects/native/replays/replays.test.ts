import { expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import type { DeliveryState } from '../../../domain/delivery.ts';

const replays = '/api/v1/replays';

test('a replay tells its plan, how much there is to do, how far it has come, and who made it', async () => {
  await using native = await startNative();
  const webhookId = await given(native, 3);
  const plan = {
    webhookId,
    from: '2025-12-31T00:00:00Z',
    eventTypes: ['invoice.*'],
    states: ['exhausted', 'cancelled'],
  };
  const made = await native.call('POST', replays, plan);

  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.stringMatching(/^rpl_/),
    state: 'running',
    plan: { ...plan, from: '2025-12-31T00:00:00.000Z', to: '2026-01-01T00:00:00.010Z' },
    count: 3,
    atLeast: false,
    done: 0,
    skipped: 0,
    progress: 0,
    startedAt: '2026-01-01T00:00:00.010Z',
    finishedAt: null,
    createdBy: { kind: 'api-key', id: expect.any(String), name: expect.any(String) },
    stateSince: '2026-01-01T00:00:00.010Z',
    stateBy: null,
  });
  expect((await native.call('GET', `${replays}/${made.body.id}`)).body).toEqual(made.body);
  expect((await native.call('GET', `${replays}?webhookId=${webhookId}`)).body.data).toEqual([made.body]);
  expect((await native.call('GET', `${replays}?state=paused`)).body.data).toEqual([]);
  const { body: audit } = await native.call('GET', '/api/v1/audit?action=replay.created');
  expect(audit.data[0]).toMatchObject({ subject: { id: made.body.id }, after: { counted: { count: 3 } } });
});

test('a dry run answers the count and makes nothing', async () => {
  await using native = await startNative();
  await given(native, 2);
  const dry = await native.call('POST', replays, { dryRun: true }, { 'idempotency-key': 'k' });
  expect([dry.status, dry.body]).toEqual([200, { count: 2, atLeast: false }]);
  expect((await native.call('GET', replays)).body.data).toEqual([]);
  const delivered = await native.call('POST', replays, { dryRun: true, states: ['delivered'] });
  expect(delivered.body).toEqual({ count: 0, atLeast: false });
});

test('a replay is made once under one key, paused, resumed and cancelled, each as often as asked', async () => {
  await using native = await startNative();
  await given(native, 2);
  const key = { 'idempotency-key': 'k' };
  const first = await native.call('POST', replays, {}, key);
  const again = await native.call('POST', replays, {}, key);
  expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([
    201,
    first.body,
    'true',
  ]);

  const act = (verb: string) => native.call('POST', `${replays}/${first.body.id}/${verb}`);
  for (const [verb, state] of [
    ['pause', 'paused'],
    ['pause', 'paused'],
    ['resume', 'running'],
    ['resume', 'running'],
    ['cancel', 'cancelled'],
    ['cancel', 'cancelled'],
  ] as const) {
    const { status, body } = await act(verb);
    expect([verb, status, body.state]).toEqual([verb, 200, state]);
  }
  const over = await act('pause');
  expect([over.status, over.body.code]).toEqual([409, 'conflict']);
  const { body } = await native.call('GET', `${replays}/${first.body.id}`);
  expect(body).toMatchObject({
    state: 'cancelled',
    finishedAt: body.stateSince,
    stateBy: { kind: 'api-key' },
  });
  const { body: audit } = await native.call('GET', `/api/v1/audit?subjectId=${first.body.id}`);
  expect(audit.data.map(({ action }: { action: string }) => action)).toEqual([
    'replay.cancelled',
    'replay.resumed',
    'replay.paused',
    'replay.created',
  ]);
});

test.each([
  [{ webhookId: 'wh_unknown' }, '/webhookId'],
  [{ missed: true }, '/webhookId'],
  [{ missed: true, webhookId: 'wh_1', states: ['exhausted'] }, '/states'],
  [{ missed: true, webhookId: 'wh_1', error: 'timeout_total' }, '/error'],
  [{ deliveryIds: ['dlv_1'], webhookId: 'wh_1' }, '/webhookId'],
  [{ deliveryIds: ['dlv_1'], from: '2026-01-01T00:00:00Z' }, '/from'],
  [{ deliveryIds: [] }, '/deliveryIds'],
  [{ states: ['scheduled'] }, '/states/0'],
  [{ eventTypes: ['a b'] }, '/eventTypes/0'],
  [{ from: 'yesterday' }, '/from'],
  [{ everything: true }, '/everything'],
])('the plan %o is refused at %s', async (plan, pointer) => {
  await using native = await startNative();
  const { status, body } = await native.call('POST', replays, plan);
  expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
});

test('a disabled webhook is resumed before it is replayed', async () => {
  await using native = await startNative();
  const webhookId = await given(native, 1);
  const disabled = { kind: 'disabled', reason: 'failing', since: 1 } as const;
  await native.webhooks.update(native.caller, webhookId, (current) => ({ ...current, state: disabled }));
  for (const dryRun of [true, false]) {
    const { status, body } = await native.call('POST', replays, { webhookId, dryRun });
    expect([status, body.code]).toEqual([409, 'conflict']);
  }
  expect((await native.call('POST', replays, { dryRun: true })).body.count).toBe(0);
});

test("what is listed of another tenant's is not counted, nor its webhook known", async () => {
  await using native = await startNative();
  const webhookId = await given(native, 2);
  const deliveryIds = native.handedOver.map(({ delivery }) => delivery.id);
  const headers = { authorization: `Bearer ${(await native.tenant('acme')).key}` };
  const listed = await native.call('POST', replays, { deliveryIds, dryRun: true }, headers);
  expect(listed.body).toEqual({ count: 0, atLeast: false });
  const { status } = await native.call('POST', replays, { webhookId, dryRun: true }, headers);
  expect(status).toBe(422);
  expect((await native.call('POST', replays, { deliveryIds, dryRun: true })).body.count).toBe(2);
});

test('missed events are those that a webhook subscribes to now and has no delivery of', async () => {
  await using native = await startNative();
  await given(native, 2);
  const webhook = { name: 'late', url: 'https://example.com/late', eventTypes: ['invoice.*'] };
  const { body: late } = await native.call('POST', '/api/v1/webhooks', webhook);
  const { body } = await native.call('POST', replays, { webhookId: late.id, missed: true });
  expect(body).toMatchObject({ state: 'running', count: 2, plan: { webhookId: late.id, missed: true } });
});

test('an event is replayed to whom it was owed, to newer webhooks too, and once under one key', async () => {
  await using native = await startNative();
  const webhookId = await given(native, 1);
  const [{ event, delivery }] = native.handedOver as [(typeof native.handedOver)[number]];
  const path = `/api/v1/events/${event.id}/replay`;
  const key = { 'idempotency-key': 'k' };
  const owed = await native.call('POST', path, undefined, key);
  const repeated = await native.call('POST', path, undefined, key);
  expect(owed.status).toBe(201);
  expect(owed.body).toEqual({ deliveries: [{ id: expect.any(String), webhookId }], skipped: [] });
  expect(repeated.body).toEqual(owed.body);
  const again = await native.call('GET', `/api/v1/deliveries/${owed.body.deliveries[0].id}`);
  expect(again.body).toMatchObject({ redeliveryOf: delivery.id, eventId: event.id, state: 'scheduled' });

  const webhook = { name: 'late', url: 'https://example.com/late', eventTypes: ['other'] };
  const { body: late } = await native.call('POST', '/api/v1/webhooks', webhook);
  const others = await native.call('POST', path, { webhookIds: [late.id] });
  expect(others.body.deliveries).toMatchObject([{ webhookId: late.id }]);
  const { body: shown } = await native.call('GET', `/api/v1/events/${event.id}`);
  expect(shown.routing.webhooks).toMatchObject([
    { webhookId, owed: true, redeliveries: [{ deliveryId: owed.body.deliveries[0].id }] },
    { webhookId: late.id, owed: false, deliveryId: others.body.deliveries[0].id, state: 'scheduled' },
  ]);

  const unknown = await native.call('POST', path, { webhookIds: [late.id, 'wh_unknown'] });
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/webhookIds/1']);
  await native.call('DELETE', `/api/v1/webhooks/${webhookId}`);
  const nobody = await native.call('POST', path);
  expect([nobody.status, nobody.body.code]).toEqual([409, 'conflict']);
  const { body: audit } = await native.call('GET', '/api/v1/audit?action=event.replayed');
  expect(audit.data).toHaveLength(2);
});

test('of those that were owed an event, who is gone or disabled is skipped', async () => {
  await using native = await startNative();
  await given(native, 0);
  const disabledId = await given(native, 0);
  const goneId = await given(native, 1);
  const [{ event }] = native.handedOver as [(typeof native.handedOver)[number]];
  await native.call('DELETE', `/api/v1/webhooks/${goneId}`);
  const disabled = { kind: 'disabled', reason: 'client', since: 1 } as const;
  await native.webhooks.update(native.caller, disabledId, (current) => ({ ...current, state: disabled }));
  const path = `/api/v1/events/${event.id}/replay`;
  const { body } = await native.call('POST', path);
  expect(body.deliveries).toHaveLength(1);
  expect(body.skipped).toEqual([
    { webhookId: disabledId, reason: 'disabled' },
    { webhookId: goneId, reason: 'gone' },
  ]);
  const refused = await native.call('POST', path, { webhookIds: [disabledId] });
  expect(refused.status).toBe(409);
});

/** A webhook that has so many exhausted deliveries. */
async function given(native: NativeServer, count: number): Promise<string> {
  const webhook = { name: 'w', url: 'https://example.com/hooks', eventTypes: ['*'] };
  const { body } = await native.call('POST', '/api/v1/webhooks', webhook);
  const state: DeliveryState = { kind: 'exhausted', at: 5, reason: 'attempts' };
  for (let made = 0; made < count; made++)
    await native.call('POST', '/api/v1/events', { type: 'invoice.paid', data: {} });
  const results = native.handedOver.map(({ delivery: before }) => ({
    before,
    after: { ...before, attempts: 1, state },
    attempt: null,
    lastExchange: null,
  }));
  await native.store.record({ results, health: new Map() });
  await native.clock.advance(10);
  return body.id;
}
