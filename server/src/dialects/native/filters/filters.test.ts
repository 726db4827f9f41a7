// Filters of webhooks over the API: kept, refused, tried, and told where an event was not delivered.

import { afterAll, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';

const webhooks = '/api/v1/webhooks';
const events = '/api/v1/events';
const checks = '/api/v1/filter-checks';
const billing = { name: 'Billing', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] };
const large = { 'data.amount': { $gte: 100 } };

/** For what leaves nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

async function create(native: NativeServer, more: object): Promise<string> {
  const { status, body } = await native.call('POST', webhooks, { ...billing, ...more });
  expect(status).toBe(201);
  return body.id;
}

async function publish(native: NativeServer, data: object): Promise<{ id: string; deliveries: number }> {
  return (await native.call('POST', events, { type: 'invoice.paid', data })).body;
}

test('a filter is kept as it was written; a change replaces it whole, keeps it where it says nothing, and null takes it away', async () => {
  await using native = await startNative();
  const id = await create(native, { filter: { 'data.b': { $in: [1, 'a'] }, ...large } });
  const shown = async () => (await native.call('GET', `${webhooks}/${id}`)).body.filter;
  const change = (patch: object) => native.call('PATCH', `${webhooks}/${id}`, patch);

  expect(JSON.stringify(await shown())).toBe('{"data.b":{"$in":[1,"a"]},"data.amount":{"$gte":100}}');
  await change({ name: 'Other' });
  expect(await shown()).toMatchObject(large);
  expect((await change({ filter: { type: 'invoice.paid' } })).body.filter).toEqual({ type: 'invoice.paid' });
  expect(await shown()).toEqual({ type: 'invoice.paid' });
  await change({ filter: null });
  expect(await shown()).toBeNull();
  expect((await native.call('GET', `${webhooks}/${await create(native, {})}`)).body.filter).toBeNull();
});

test('a webhook of every dialect can have one, which its own wire neither shows nor loses', async () => {
  await using native = await startNative();
  const id = await create(native, {
    dialect: 'confluence',
    eventTypes: ['page_created'],
    filter: { 'data.space': 'DOC' },
  });
  const published = await native.call('POST', events, { type: 'page_created', data: { space: 'OTHER' } });

  expect(published.body.deliveries).toBe(0);
  expect((await native.call('GET', `${webhooks}/${id}`)).body.filter).toEqual({ 'data.space': 'DOC' });
});

test.each(['POST', 'PATCH'])(
  '%s refuses a filter with the place of each problem and what would be right',
  async (method) => {
    const path = method === 'POST' ? webhooks : `${webhooks}/${await create(shared, {})}`;
    const given = method === 'POST' ? billing : {};
    const filter = { 'data.name': { $regex: '(a+)+$' }, $or: [{ amount: 5 }] };

    const { status, body } = await shared.call(method, path, { ...given, filter });

    expect(status).toBe(422);
    expect(body.errors).toEqual([
      {
        pointer: '/filter/data.name/$regex',
        rule: 'operator',
        message: expect.stringContaining('$eq, $ne, $in'),
      },
      { pointer: '/filter/$or/0/amount', rule: 'path', message: expect.stringContaining('data.amount') },
    ]);
  },
);

test.each<[unknown, string]>([
  ['data.amount > 5', 'one_of'],
  [[], 'one_of'],
  [{ __proto__x: 1 }, 'path'],
  [JSON.parse('{"__proto__":{"data.x":1}}'), 'forbidden_member'],
  [{ 'data.x': { $in: Array.from({ length: 10_000 }, () => 'a') } }, 'size'],
])('%j is refused, not broken by', async (filter, rule) => {
  const { status, body } = await shared.call('POST', webhooks, JSON.stringify({ ...billing, filter }));
  expect(status).toBe(422);
  expect(body.errors).toContainEqual(expect.objectContaining({ rule }));
});

test('an event that the filter does not take is not owed, and says by which condition while the filter is the same', async () => {
  await using native = await startNative();
  const id = await create(native, { filter: large });
  const other = await create(native, { filter: { 'data.amount': { $lt: 100 } } });
  await native.clock.advance(1);
  const small = await publish(native, { amount: 20 });
  const decisions = async (event: { id: string }) =>
    (await native.call('GET', `${events}/${event.id}`)).body.routing.webhooks;

  expect(small.deliveries).toBe(1);
  expect(await decisions(small)).toMatchObject([
    { webhookId: other, owed: true, reason: null },
    {
      webhookId: id,
      owed: false,
      reason: 'filter',
      explanation: "The webhook's filter did not match the event: data.amount is 20, not ≥ 100.",
    },
  ]);

  await native.call('PATCH', `${webhooks}/${id}`, { filter: { 'data.amount': 20 } });
  const [, changed] = await decisions(small);
  expect(changed).toMatchObject({ reason: 'filter', explanation: expect.stringContaining('as it was then') });
  await native.call('DELETE', `${webhooks}/${id}`);
  const [, deleted] = await decisions(small);
  expect(deleted).toMatchObject({ webhookId: id, reason: 'filter' });
});

test('what a filter asks for is told only to who may see webhooks', async () => {
  await using native = await startNative();
  await create(native, { filter: large });
  await native.clock.advance(1);
  const { id } = await publish(native, { amount: 20 });
  const authorization = `Bearer ${await native.apiKey(['EVENTS:VIEW'])}`;

  const { body } = await native.call('GET', `${events}/${id}`, undefined, { authorization });

  expect(body.routing.webhooks).toMatchObject([{ reason: 'filter' }]);
  expect(JSON.stringify(body.routing)).not.toContain('100');
});

test('a disabled webhook is the reason only for an event that its filter takes', async () => {
  await using native = await startNative();
  const id = await create(native, { filter: large });
  await native.webhooks.disable(native.caller.principal.tenantId, id, 'gone', billing.url);
  const reasonFor = async (amount: number) => {
    const event = await publish(native, { amount });
    return (await native.call('GET', `${events}/${event.id}`)).body.routing.webhooks[0].reason;
  };

  expect(await reasonFor(20)).toBe('filter');
  expect(await reasonFor(200)).toBe('disabled');
});

test('a filter is tried on a published event, and each condition is told', async () => {
  const { id } = await publish(shared, { amount: 20, currency: 'EUR' });

  const { status, body } = await shared.call('POST', checks, {
    filter: { 'data.currency': 'EUR', ...large },
    eventId: id,
  });

  expect(status).toBe(200);
  expect(body).toEqual({
    matches: false,
    explanation: 'data.amount is 20, not ≥ 100',
    conditions: [
      { pointer: '/data.currency', matches: true, explanation: 'data.currency is "EUR"' },
      { pointer: '/data.amount/$gte', matches: false, explanation: 'data.amount is 20, not ≥ 100' },
    ],
  });
});

test('a filter is tried on an event that nobody published, byte for byte as it would be', async () => {
  const event =
    '{"type":"invoice.paid","occurredAt":"2026-05-01T14:00:00+02:00","channels":["eu"],"data":{"n":1e400}}';
  const filter =
    '{"data.n":{"$gt":1},"channels":"eu","type":{"$ne":"x"},"occurredAt":"2026-05-01T12:00:00.000Z"}';

  const { body } = await shared.call('POST', checks, `{"filter":${filter},"event":${event}}`);

  expect(body).toMatchObject({ matches: true, explanation: null });
});

test('an event with repeated and odd members, which publishing takes, is tried as it is decided', async () => {
  const event =
    '{"type":"invoice.paid","data":{"n":1,"n":2,"__proto__":{"x":1},"long":12345678901234567890}}';
  const filter = '{"data.n":2}';

  const { status, body } = await shared.call('POST', checks, `{"filter":${filter},"event":${event}}`);

  expect({ status, body }).toMatchObject({ status: 200, body: { matches: true } });
});

test.each<[object, number, string]>([
  [{ filter: large }, 422, '/eventId'],
  [{ filter: large, event: { type: 'a', data: [] } }, 422, '/event/data'],
  [{ filter: large, event: null }, 422, '/event'],
  [{ filter: large, event: { type: 'a', data: {}, more: 1 } }, 422, '/event/more'],
  [{ filter: large, event: { type: 'a', data: {} }, more: 1 }, 422, '/more'],
  [{ filter: large, eventId: 'evt_1', event: { type: 'a', data: {} } }, 422, '/event'],
  [{ filter: large, event: { type: 'a b', data: {} } }, 422, '/event/type'],
  [{ filter: large, event: { type: 'a' } }, 422, '/event/data'],
  [{ filter: { amount: 1 }, event: { type: 'a', data: {} } }, 422, '/filter/amount'],
  [{ eventId: 'evt_1' }, 422, '/filter'],
])('trying %j is answered with %s', async (body, status, pointer) => {
  const answer = await shared.call('POST', checks, body);
  expect(answer.status).toBe(status);
  expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
});

test("another tenant's event is as unknown as none", async () => {
  for (const eventId of ['evt_1', 'evt_01kdvdna00aaaaaaaaaaaaaaaa']) {
    expect((await shared.call('POST', checks, { filter: large, eventId })).status).toBe(404);
  }
});

test('missed events are replayed by the filter as it is now', async () => {
  await using native = await startNative();
  const id = await create(native, { filter: large });
  for (const amount of [20, 50, 200]) await publish(native, { amount });
  await native.clock.advance(1);
  await native.call('PATCH', `${webhooks}/${id}`, { filter: { 'data.amount': { $lt: 40 } } });

  const { status, body } = await native.call('POST', '/api/v1/replays', {
    missed: true,
    webhookId: id,
    dryRun: true,
  });

  expect([status, body]).toMatchObject([200, { count: 1 }]);
});
