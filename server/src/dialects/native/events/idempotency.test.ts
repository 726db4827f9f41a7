import { expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';
import { dayMs, hourMs } from '../../../domain/clock.ts';

const events = '/api/v1/events';
const event = { type: 'invoice.paid', data: { total: 7 } };
const key = { 'idempotency-key': 'payment-42' };

test('CON-05: fifty parallel publishes under one Idempotency-Key make one event and get one answer', async () => {
  await using native = await startNative();

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => native.call('POST', events, event, key)),
  );
  const stored = await native.call('GET', events);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(stored.body.data).toHaveLength(1);
});

test('CON-05: the answer to a repeated publish, one event or a batch, says that it is one', async () => {
  await using native = await startNative();
  const replayed = async (path: string, body: object) =>
    (await native.call('POST', path, body, key)).headers['idempotency-replayed'];

  const one = [await replayed(events, event), await replayed(events, event)];
  const batch = [await replayed(`${events}/batch`, [event]), await replayed(`${events}/batch`, [event])];

  expect(one).toEqual([undefined, 'true']);
  expect(batch).toEqual([undefined, 'true']);
});

test('CON-06: the same key with a body that differs by one byte is refused', async () => {
  await using native = await startNative();

  await native.call('POST', events, event, key);
  const other = await native.call('POST', events, `${JSON.stringify(event)} `, key);

  expect(other.status).toBe(422);
  expect(other.body.code).toBe('idempotency_key_reuse');
});

test('CON-07: a key is kept for seven days', async () => {
  await using native = await startNative();
  const first = await native.call('POST', events, event, key);

  await native.clock.advance(7 * dayMs - hourMs);
  const within = await native.call('POST', events, event, key);
  await native.clock.advance(2 * hourMs);
  const after = await native.call('POST', events, event, key);

  expect(within.body).toEqual(first.body);
  expect(after.body.id).not.toBe(first.body.id);
});

test('CON-08: the same key of another tenant or on another route is independent', async () => {
  await using native = await startNative();
  const other = await native.tenant('acme');

  const mine = await native.call('POST', events, event, key);
  const theirs = await native.call('POST', events, event, { ...key, authorization: `Bearer ${other.key}` });
  const batch = await native.call('POST', `${events}/batch`, [event], key);

  expect(new Set([mine.body.id, theirs.body.id, batch.body.events[0].id]).size).toBe(3);
});

test('a repeated batch gets the answer of the first', async () => {
  await using native = await startNative();
  const two = [event, { type: 'b', data: {}, id: 'k1' }, { type: 'b', data: {}, id: 'k1' }];

  const first = await native.call('POST', `${events}/batch`, two, key);
  const again = await native.call('POST', `${events}/batch`, two, key);

  expect(again.body).toEqual(first.body);
  expect(again.body.events).toHaveLength(3);
});

test("the publisher's id makes a repetition harmless and another event a conflict", async () => {
  await using native = await startNative();
  await native.call('POST', '/api/v1/webhooks', {
    name: 'w',
    url: 'https://example.com/',
    eventTypes: ['*'],
  });
  const named = { ...event, id: 'k1' };

  const first = await native.call('POST', events, named);
  const again = await native.call(
    'POST',
    events,
    JSON.stringify(named, null, 2).replace(/"data": \{[^}]*\}/, '"data":{"total":7}'),
  );
  const other = await native.call('POST', events, { ...named, data: { total: 8 } });
  const elsewhere = await native.call('POST', events, { ...named, data: { total: 8 }, source: 'shop' });

  expect(again.body).toEqual(first.body);
  expect(other.status).toBe(409);
  expect(other.body.errors).toMatchObject([{ pointer: '/id' }]);
  expect(elsewhere.status).toBe(202);
  expect(native.handedOver).toHaveLength(2);
});

test.each(['', 'é', 'x'.repeat(256)])('the Idempotency-Key %j is refused', async (bad) => {
  await using native = await startNative();

  const answer = await native.call('POST', events, event, { 'idempotency-key': bad });

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer: 'header/idempotency-key' }]);
});
