import { expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';

const event = { type: 'a', data: {} };
const webhook = { name: 'w', url: 'https://example.com/', eventTypes: ['*'] };

test('DUR-10: while the disk is full nothing is accepted, everybody is told when to come back, and then all is well', async () => {
  let full = false;
  await using native = await startNative({
    failures: (moment) => (full && moment === 'commit' ? { kind: 'full', message: 'disk full' } : undefined),
  });

  full = true;
  const refused = [
    await native.call('POST', '/api/v1/events', event),
    await native.call('POST', '/api/v1/events/batch', [event]),
    await native.call('POST', '/api/v1/webhooks', webhook),
  ];
  full = false;
  const list = await native.call('GET', '/api/v1/events');
  const accepted = await native.call('POST', '/api/v1/events', event);

  for (const { status, body, headers } of refused) {
    expect(status).toBe(507);
    expect(body.code).toBe('storage_full');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(list.body.data).toEqual([]);
  expect(native.handedOver).toEqual([]);
  expect(accepted.status).toBe(202);
});

test('an event whose commit is not known to have happened is found out by the same request again', async () => {
  let cut = true;
  await using native = await startNative({
    failures: (moment) =>
      cut && moment === 'committed' ? { kind: 'unavailable', message: 'connection lost' } : undefined,
  });
  const key = { 'idempotency-key': 'k' };

  const unknown = await native.call('POST', '/api/v1/events', event, key);
  cut = false;
  const known = await native.call('POST', '/api/v1/events', event, key);
  const list = await native.call('GET', '/api/v1/events');

  expect(unknown.status).toBe(503);
  expect(known.status).toBe(202);
  expect(list.body.data).toMatchObject([{ id: known.body.id }]);
});
