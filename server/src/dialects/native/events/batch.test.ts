import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';

const batch = '/api/v1/events/batch';
const events = '/api/v1/events';

/** For refusals, which leave nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

const ndjson = { 'content-type': 'application/x-ndjson' };
const cloudEvents = { 'content-type': 'application/cloudevents-batch+json' };

test('a JSON array, lines of JSON and an array of CloudEvents are published alike, in order', async () => {
  await using native = await startNative();
  const two = [
    { type: 'a', data: { n: 1 } },
    { type: 'b', data: { n: 2 } },
  ];
  const asCloudEvents = two.map((event, index) => ({
    specversion: '1.0',
    source: '/s',
    id: `${index}`,
    ...event,
  }));

  const answers = [
    await native.call('POST', batch, two),
    await native.call('POST', batch, two.map((event) => JSON.stringify(event)).join('\n'), ndjson),
    await native.call(
      'POST',
      batch,
      `\r\n${two.map((event) => JSON.stringify(event)).join('\r\n\r\n')}\r\n`,
      ndjson,
    ),
    await native.call('POST', batch, asCloudEvents, cloudEvents),
  ];

  for (const { status, body } of answers) {
    expect(status).toBe(202);
    expect(body.events).toEqual([
      { id: expect.stringMatching(/^evt_/), deliveries: 0 },
      { id: expect.stringMatching(/^evt_/), deliveries: 0 },
    ]);
    const first = await native.call('GET', `${events}/${body.events[0].id}`);
    expect(first.body).toMatchObject({ type: 'a', data: { n: 1 } });
  }
});

test('each event of a batch keeps the bytes of its data', async () => {
  await using native = await startNative();
  const data = ['{"a" : 1e400 }', '{ }', '{"b":[ ]}'];

  const { body } = await native.call(
    'POST',
    batch,
    `[${data.map((bytes) => `{"data":${bytes},"type":"a"}`).join(' ,\n')}]`,
  );

  for (const [index, { id }] of body.events.entries()) {
    const event = await native.call('GET', `${events}/${id}`);
    expect(event.bytes.toString()).toContain(`"data":${data[index]}}`);
  }
});

test('INP-18: one bad event of a thousand refuses the batch, and nothing of it is stored', async () => {
  await using native = await startNative();
  const good = Array.from({ length: 1_000 }, (_, n) => ({ type: 'a', data: { n } }));
  const bad = good.with(700, { type: 'a b', data: { n: 700 } });

  const refused = await native.call('POST', batch, bad);
  const none = await native.call('GET', events);
  const accepted = await native.call('POST', batch, good);

  expect(refused.status).toBe(422);
  expect(refused.body.errors).toMatchObject([{ pointer: '/700/type', rule: 'event_type' }]);
  expect(none.body.data).toEqual([]);
  expect(accepted.status).toBe(202);
  expect(accepted.body.events).toHaveLength(1_000);
});

test('every bad event of a batch is named, with its place', async () => {
  const answer = await shared.call('POST', batch, [
    { type: 'a' },
    { type: 'a', data: {} },
    { type: '', data: {} },
  ]);

  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
    '/0/data',
    '/2/type',
  ]);
});

test('a batch is not empty, has at most 1,000 events, and is an array', async () => {
  const many = Array.from({ length: 1_001 }, () => ({ type: 'a', data: {} }));

  const answers = [
    await shared.call('POST', batch, []),
    await shared.call('POST', batch, '\n\n', ndjson),
    await shared.call('POST', batch, many),
    await shared.call('POST', batch, many.map((event) => JSON.stringify(event)).join('\n'), ndjson),
    await shared.call('POST', batch, { type: 'a', data: {} }),
    await shared.call('POST', batch, '[{"type":"a","data":{}},]'),
    await shared.call('POST', batch, '[{"type":"a","data":{}}'),
  ];

  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 400, 400, 400]);
});

test('INP-19: an 8 MiB batch is taken, a byte more is 413', async () => {
  await using native = await startNative();
  const bytes = 8 * 1024 * 1024;
  const event = `{"type":"a","data":{"x":"${'y'.repeat(200_000)}"}}`;
  const full = `[${Array.from({ length: 41 }, () => event).join()}]`;

  const good = await native.call('POST', batch, full.padEnd(bytes, ' '));
  const over = await native.call('POST', batch, full.padEnd(bytes + 1, ' '));

  expect([good.status, over.status]).toEqual([202, 413]);
});

test('an event whose data is too large refuses the batch with 413 and its place', async () => {
  await using native = await startNative({ dataBytesMax: 100 });

  const answer = await native.call('POST', batch, [
    { type: 'a', data: {} },
    { type: 'a', data: { x: 'y'.repeat(100) } },
  ]);

  expect(answer.status).toBe(413);
  expect(answer.body.errors).toMatchObject([{ pointer: '/1/data' }]);
  expect((await native.call('GET', events)).body.data).toEqual([]);
});

test("the same event twice in a batch under the publisher's id is stored once and answered twice", async () => {
  await using native = await startNative();
  const event = { type: 'a', data: { n: 1 }, id: 'k1' };

  const { body } = await native.call('POST', batch, [event, { type: 'b', data: {} }, event]);
  const stored = await native.call('GET', events);

  expect(body.events[2]).toEqual(body.events[0]);
  expect(body.events[1].id).not.toBe(body.events[0].id);
  expect(stored.body.data).toHaveLength(2);
});

test("two events in a batch under one publisher's id are a conflict, and none is stored", async () => {
  await using native = await startNative();

  const answer = await native.call('POST', batch, [
    { type: 'a', data: { n: 1 }, id: 'k1' },
    { type: 'a', data: { n: 2 }, id: 'k1' },
  ]);

  expect(answer.status).toBe(409);
  expect(answer.body.errors).toMatchObject([{ pointer: '/1/id', rule: 'unique' }]);
  expect((await native.call('GET', events)).body.data).toEqual([]);
});
