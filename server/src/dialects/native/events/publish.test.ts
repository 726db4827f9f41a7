import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';

const events = '/api/v1/events';

/** For the tables of refusals, which leave nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

test('a published event answers 202 with its id and the number of webhooks that are owed it', async () => {
  await using native = await startNative();
  await createWebhook(native, { eventTypes: ['invoice.*'] });
  await createWebhook(native, { eventTypes: ['*'] });
  await createWebhook(native, { eventTypes: ['customer.*'] });

  const answer = await native.call('POST', events, { type: 'invoice.paid', data: { total: 7 } });

  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ id: expect.stringMatching(/^evt_/), deliveries: 2 });
  expect(native.handedOver).toHaveLength(2);
});

test('DLV-15: an event that no webhook subscribed to is accepted, visible, and owed to nobody', async () => {
  await using native = await startNative();
  await createWebhook(native, { eventTypes: ['customer.*'] });

  const { status, body } = await native.call('POST', events, { type: 'never.catalogued', data: {} });
  const list = await native.call('GET', events);

  expect([status, body.deliveries]).toEqual([202, 0]);
  expect(list.body.data).toMatchObject([{ id: body.id, type: 'never.catalogued', deliveries: 0 }]);
});

test('all that a publisher may say about an event comes back', async () => {
  await using native = await startNative();
  const said = {
    occurredAt: '2026-05-01T12:00:00.500Z',
    actor: { id: '7', key: 'ada', name: 'Ada Lovelace ✓' },
    object: {
      type: 'page',
      id: '9',
      url: 'https://wiki.example/9',
      nodeId: 'n1',
      related: ['https://wiki.example/8'],
    },
    scope: { type: 'space', id: 'DOC' },
    channels: ['eu', 'customer:7'],
    orderingKey: 'page/9',
    source: 'wiki',
    instanceName: 'staging',
  };

  const { body } = await native.call('POST', events, { type: 'page_created', data: {}, id: 'k1', ...said });
  const event = await native.call('GET', `${events}/${body.id}`);

  expect(event.body).toMatchObject({ ...said, publisherId: 'k1', type: 'page_created' });
});

test('occurredAt takes any offset and is the time of acceptance when absent', async () => {
  await using native = await startNative();
  const given = await published(native, {
    type: 'a',
    data: {},
    occurredAt: '2026-05-01T14:00:00.1234+02:00',
  });
  // RFC 3339 §5.6: "T" and "Z" may be lower case.
  const lower = await published(native, { type: 'a', data: {}, occurredAt: '2026-05-01t12:00:00z' });
  const absent = await published(native, { type: 'a', data: {} });

  expect(given.occurredAt).toBe('2026-05-01T12:00:00.123Z');
  expect(lower.occurredAt).toBe('2026-05-01T12:00:00.000Z');
  expect(absent.occurredAt).toBe(absent.acceptedAt);
});

const badTypes = ['a\r\nb', 'a b', '..', '*', 'a%', 'x'.repeat(1_000), 'é', '', 'a..b', '.a', 'a.'];

test.each(badTypes)('INP-08: the event type %j is refused', async (type) => {
  const answer = await shared.call('POST', events, { type, data: {} });

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0]).toMatchObject({ pointer: '/type', rule: 'event_type' });
});

const refusedMembers: [string, unknown, string][] = [
  ['/data', { type: 'a' }, 'required'],
  ['/type', { data: {} }, 'required'],
  ['/data', { type: 'a', data: [] }, 'type'],
  ['/data', { type: 'a', data: null }, 'type'],
  ['/data', { type: 'a', data: '{}' }, 'type'],
  ['/surprise', { type: 'a', data: {}, surprise: 1 }, 'unknown_member'],
  ['/actor/email', { type: 'a', data: {}, actor: { email: 'x' } }, 'unknown_member'],
  ['/actor/id', { type: 'a', data: {}, actor: { id: 7 } }, 'type'],
  ['/actor/name', { type: 'a', data: {}, actor: { name: 'Ada\r\nX: y' } }, 'characters'],
  ['/actor/name', { type: 'a', data: {}, actor: { name: '\ud800' } }, 'characters'],
  ['/object/url', { type: 'a', data: {}, object: { url: 'javascript:alert(1)' } }, 'url'],
  ['/object/url', { type: 'a', data: {}, object: { url: 'https://x/>; rel=evil' } }, 'url'],
  ['/object/related/1', { type: 'a', data: {}, object: { related: ['https://x/', 'x'] } }, 'url'],
  ['/scope/id', { type: 'a', data: {}, scope: { type: 'space' } }, 'required'],
  ['/channels/0', { type: 'a', data: {}, channels: ['has space'] }, 'channel'],
  ['/channels/1', { type: 'a', data: {}, channels: ['eu', 'eu'] }, 'unique'],
  ['/channels', { type: 'a', data: {}, channels: 'eu' }, 'type'],
  ['/orderingKey', { type: 'a', data: {}, orderingKey: '' }, 'length'],
  ['/occurredAt', { type: 'a', data: {}, occurredAt: 'yesterday' }, 'format'],
  ['/occurredAt', { type: 'a', data: {}, occurredAt: '2026-02-30T00:00:00Z' }, 'format'],
  ['/occurredAt', { type: 'a', data: {}, occurredAt: 1_767_225_600 }, 'type'],
];

test.each(refusedMembers)('%s of %j is refused by its own rule (%s)', async (pointer, event, rule) => {
  const answer = await shared.call('POST', events, event as object);

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'invalid', errors: [{ pointer, rule }] });
  expect((await shared.call('GET', events)).body.data).toEqual([]);
});

test.each(['a.b', 'a\r\nb', 'é', 'a b', ''])('SIG-06: the publisher id %j is refused', async (id) => {
  const answer = await shared.call('POST', events, { type: 'a', data: {}, id });

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0]).toMatchObject({ pointer: '/id' });
});

test('INP-12: no value is turned into another type', async () => {
  await using native = await startNative();

  for (const wrong of ['true', '["12"]', '12', '1.5', '1e3']) {
    const answer = await native.call('POST', events, `{"type":"a","data":{},"orderingKey":${wrong}}`);
    expect([wrong, answer.status]).toEqual([wrong, 422]);
  }
});

test('INP-02: data of exactly the limit is taken, one byte more is refused, whatever stands around it', async () => {
  await using native = await startNative({ dataBytesMax: 1_000 });
  const data = (bytes: number) => `{"x":"${'y'.repeat(bytes - 8)}"}`;

  const exact = await native.call('POST', events, `{"type":"a", "data" : ${data(1_000)}  }`);
  const over = await native.call('POST', events, `{"type":"a","data":${data(1_001)}}`);
  const far = await native.call('POST', events, `{"type":"a","data":${data(200_000)}}`);

  expect(exact.status).toBe(202);
  expect([over.status, far.status]).toEqual([413, 413]);
  expect(over.body.errors).toMatchObject([{ pointer: '/data', rule: 'size' }]);
});

test('INP-02, INP-17: encoded bodies and other content types are refused with 415', async () => {
  await using native = await startNative();
  const body = JSON.stringify({ type: 'a', data: {} });

  for (const headers of [
    { 'content-encoding': 'gzip' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/json; charset=utf-7' },
    { 'content-type': '' },
  ]) {
    const answer = await native.call('POST', events, body, headers);
    expect([headers, answer.status]).toEqual([headers, 415]);
  }
});

test('INP-03, INP-04: the envelope is strict where the data keeps everything byte for byte', async () => {
  await using native = await startNative();
  const data = '{"a":1,"a":2,"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}';

  const kept = await native.call('POST', events, `{"type":"a","data":${data}}`);
  const twice = await native.call('POST', events, '{"type":"a","type":"b","data":{}}');
  const proto = await native.call('POST', events, '{"type":"a","data":{},"__proto__":{}}');
  const nested = await native.call('POST', events, '{"type":"a","data":{},"actor":{"id":"1","id":"2"}}');

  expect(kept.status).toBe(202);
  expect(await dataOf(native, kept.body.id)).toBe(data);
  expect([twice.status, proto.status, nested.status]).toEqual([422, 422, 422]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('INP-05: numbers and escapes in the data are never touched', async () => {
  await using native = await startNative();
  const data =
    '{ "10" : 1, "2":2,"n":[1e400,-0,12345678901234567890,0.1000000000000000055,1.0],"s":"\\u00e9é\\/","":{}}';

  const { body } = await native.call('POST', events, `{"data":${data},"type":"a"}`);

  expect(await dataOf(native, body.id)).toBe(data);
});

test('P13: the bytes of any JSON object come out of GET and of every delivery as they were published', async () => {
  await using native = await startNative();
  await createWebhook(native, { eventTypes: ['*'] });
  const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const key = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text));
  const member = fc
    .tuple(key, space, fc.jsonValue())
    .map(([name, gap, value]) => `${gap}${name}${gap}:${gap}${JSON.stringify(value)}`);
  const object = fc
    .tuple(fc.array(member, { maxLength: 6 }), space)
    .map(([members, gap]) => `{${gap}${members.join(`${gap},`)}${gap}}`);

  await fc.assert(
    fc.asyncProperty(object, async (data) => {
      const { status, body } = await native.call('POST', events, `{"type":"a","data":${data}}`);
      expect([data, status]).toEqual([data, 202]);
      expect(await dataOf(native, body.id)).toBe(data);
      const { delivery, event } = native.handedOver.at(-1)!;
      const webhook = (await native.store.getWebhook(delivery.tenantId, delivery.webhookId))!;
      const { body: sent } = native.dialect.format({ delivery, event, webhook }, { number: 1, at: 0 });
      expect(Buffer.from(sent).toString()).toContain(`"data":${data}}`);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['invalid UTF-8', Buffer.from([...Buffer.from('{"type":"a","data":{"x":"'), 0xff, ...Buffer.from('"}}')])],
  [
    'an overlong sequence',
    Buffer.from([...Buffer.from('{"type":"a","data":{"x":"'), 0xc0, 0xaf, 0x22, 0x7d, 0x7d]),
  ],
  ['a byte order mark', Buffer.from('\ufeff{"type":"a","data":{}}')],
  ['UTF-16', Buffer.from('{"type":"a","data":{}}', 'utf16le')],
  ['no JSON', Buffer.from('{"type":"a","data":{}')],
])('INP-07: %s is a bad request', async (_, body) => {
  const answer = await shared.call('POST', events, body);

  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('bad_request');
});

test('INP-01: 64 levels of data are taken, 65 are refused', async () => {
  await using native = await startNative();
  const nested = (levels: number) => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  const good = await native.call('POST', events, `{"type":"a","data":${nested(64)}}`);
  const deep = await native.call('POST', events, `{"type":"a","data":${nested(65)}}`);
  const abyss = await native.call('POST', events, `{"type":"a","data":${nested(100_000)}}`);

  expect([good.status, deep.status, abyss.status]).toEqual([202, 422, 422]);
  const problem = {
    pointer: '/data',
    rule: 'depth',
    message: "'data' is nested more than 64 levels deep; nest less",
  };
  expect(deep.body.errors).toEqual([problem]);

  const batch = (levels: number) =>
    native.call('POST', `${events}/batch`, `[{"type":"a","data":${nested(levels)}}]`);
  expect((await batch(64)).status).toBe(202);
  expect((await batch(65)).body.errors).toEqual([{ ...problem, pointer: '/0/data' }]);
});

test('INP-19: an object of as many members as fit is refused by their number', async () => {
  await using native = await startNative({ dataBytesMax: 1_048_576 });
  const members = Array.from({ length: 100_001 }, (_, index) => `"${index.toString(36)}":1`);

  const answer = await native.call('POST', events, `{"type":"a","data":{${members.join()}}}`);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ rule: 'members' }]);
});

async function createWebhook(native: NativeServer, part: object): Promise<string> {
  const webhook = { name: 'w', url: 'https://example.com/hooks', eventTypes: ['*'], ...part };
  return (await native.call('POST', '/api/v1/webhooks', webhook)).body.id as string;
}

async function published(native: NativeServer, event: object) {
  const { body } = await native.call('POST', events, event);
  return (await native.call('GET', `${events}/${body.id}`)).body;
}

/** The data in the answer, cut out of its bytes: it comes last. */
async function dataOf(native: NativeServer, id: string): Promise<string> {
  const text = (await native.call('GET', `${events}/${id}`)).bytes.toString();
  return text.slice(text.indexOf(',"data":') + ',"data":'.length, -1);
}
