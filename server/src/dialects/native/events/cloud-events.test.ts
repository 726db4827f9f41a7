import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';

const events = '/api/v1/events';
const structured = { 'content-type': 'application/cloudevents+json' };

const cloudEvent = {
  specversion: '1.0',
  id: 'A234-1234.1234',
  source: '/mycontext/4',
  type: 'com.example.someevent',
  time: '2018-04-05T17:31:00Z',
  subject: 'order-7',
  partitionkey: 'orders',
  datacontenttype: 'application/json',
  dataschema: 'https://example.com/schema',
  data: { appinfoA: 'abc', appinfoB: 123 },
};

const binary = {
  'ce-specversion': '1.0',
  'ce-id': 'A234-1234.1234',
  'ce-source': '/mycontext/4',
  'ce-type': 'com.example.someevent',
  'ce-time': '2018-04-05T17:31:00Z',
  'ce-subject': 'order-7',
  'ce-partitionkey': 'orders',
  'ce-dataschema': 'https://example.com/schema',
  'content-type': 'application/json; charset=utf-8',
};

/** For refusals, which leave nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

test('a structured CloudEvent becomes an event with the bytes of its data', async () => {
  await using native = await startNative();
  const text = JSON.stringify(cloudEvent).replace('"appinfoB":123', '"appinfoB" : 1.0');

  const { status, body } = await native.call('POST', events, text, structured);
  const event = await native.call('GET', `${events}/${body.id}`);

  expect(status).toBe(202);
  expect(event.body).toMatchObject({
    type: 'com.example.someevent',
    occurredAt: '2018-04-05T17:31:00.000Z',
    publisherId: 'A234-1234.1234',
    source: '/mycontext/4',
    object: { id: 'order-7' },
    orderingKey: 'orders',
  });
  expect(event.bytes.toString()).toContain('"data":{"appinfoA":"abc","appinfoB" : 1.0}}');
});

test('a binary CloudEvent is the same event as its structured form', async () => {
  await using native = await startNative();

  const first = await native.call('POST', events, cloudEvent, structured);
  const second = await native.call('POST', events, ` ${JSON.stringify(cloudEvent.data)}\n`, binary);

  expect(second.status).toBe(202);
  expect(second.body).toEqual(first.body);
});

test('header values of a binary CloudEvent are percent-decoded', async () => {
  await using native = await startNative();

  const { body } = await native.call('POST', events, '{}', { ...binary, 'ce-subject': 'Euro%20%E2%82%AC' });
  const event = await native.call('GET', `${events}/${body.id}`);

  expect(event.body.object).toEqual({ id: 'Euro €' });
});

test('one Idempotency-Key for two binary CloudEvents with the same data and other attributes is refused', async () => {
  await using native = await startNative();
  const key = { 'idempotency-key': 'k' };

  const first = await native.call('POST', events, '{}', { ...binary, ...key });
  const again = await native.call('POST', events, '{}', { ...binary, ...key });
  const other = await native.call('POST', events, '{}', {
    ...binary,
    'ce-type': 'com.example.other',
    ...key,
  });

  expect(again.body).toEqual(first.body);
  expect(other.body.code).toBe('idempotency_key_reuse');
});

test('tracing attributes are taken and end here', async () => {
  const event = {
    ...cloudEvent,
    id: 't1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };

  expect((await shared.call('POST', events, event, structured)).status).toBe(202);
});

const refused: [string, object, string][] = [
  ['/specversion', { specversion: '0.3' }, 'version'],
  ['/source', { source: undefined }, 'required'],
  ['/id', { id: '' }, 'length'],
  ['/type', { type: 'has space' }, 'event_type'],
  ['/time', { time: 'now' }, 'date_time'],
  ['/datacontenttype', { datacontenttype: 'application/xml' }, 'type'],
  ['/data', { data: undefined }, 'required'],
  ['/data', { data: 'text' }, 'type'],
  ['/data_base64', { data_base64: 'e30=' }, 'type'],
  ['/myextension', { myextension: 1 }, 'extension'],
  ['/subject', { subject: 'a\nb' }, 'characters'],
];

test.each(refused)('a structured CloudEvent is refused at %s for %j', async (pointer, change, rule) => {
  const answer = await shared.call('POST', events, { ...cloudEvent, ...change }, structured);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer, rule }]);
});

const refusedHeaders: [string, Record<string, string>, string][] = [
  ['header/ce-specversion', { 'ce-specversion': '0.3' }, 'version'],
  ['header/ce-type', { 'ce-type': 'a%0d%0ab' }, 'event_type'],
  ['header/ce-time', { 'ce-time': 'now' }, 'date_time'],
  ['header/ce-subject', { 'ce-subject': '%FF' }, 'encoding'],
  ['header/ce-myextension', { 'ce-myextension': 'x' }, 'extension'],
];

test.each(refusedHeaders)('a binary CloudEvent is refused at %s for %j', async (pointer, change, rule) => {
  const answer = await shared.call('POST', events, '{}', { ...binary, ...change });

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer, rule }]);
});

test('what is wrong with a header of a binary CloudEvent is said about that header', async () => {
  const text = await shared.call('POST', events, '{}', { ...binary, 'ce-id': 'a%00b' });
  const time = await shared.call('POST', events, '{}', { ...binary, 'ce-time': 'now' });

  expect(text.body.errors[0].message).toMatch(/^'header\/ce-id' /);
  expect(time.body.errors[0].message).toMatch(/^'header\/ce-time' must be .* 2026-05-01T12:00:00Z/);
});

test('another CloudEvent under the same source and id is a conflict, told where the id stands', async () => {
  await using native = await startNative();
  const other = { ...cloudEvent, data: { other: 1 } };
  await native.call('POST', events, cloudEvent, structured);

  const answers = [
    await native.call('POST', events, other, structured),
    await native.call('POST', events, other.data, binary),
    await native.call('POST', `${events}/batch`, [other], {
      'content-type': 'application/cloudevents-batch+json',
    }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  expect(answers.map(({ body }) => body.errors[0].pointer)).toEqual(['/id', 'header/ce-id', '/0/id']);
});

test('a binary CloudEvent without its required headers names them, and without data too', async () => {
  const { 'ce-id': _, 'ce-source': __, ...without } = binary;

  const headless = await shared.call('POST', events, '{}', without);
  const bodiless = await shared.call('POST', events, '', binary);

  expect(headless.body.errors).toEqual([
    { pointer: 'header/ce-id', rule: 'required', message: 'header/ce-id is required' },
    { pointer: 'header/ce-source', rule: 'required', message: 'header/ce-source is required' },
  ]);
  expect(bodiless.status).toBe(422);
});
