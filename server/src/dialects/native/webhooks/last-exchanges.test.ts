import { expect, test } from 'vitest';
import { anAttempt, failed, refusedConnection } from '../../../storage/contract/given.ts';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import type { Attempt } from '../../../domain/attempt.ts';

test('the newest exchange for each event type and outcome is told, newest first, with the beginning of long bodies', async () => {
  await using native = await startNative();
  const webhook = await confluenceWebhook(native);
  await record(native, 'page_created', { startedAt: 1_000 });
  await record(native, 'page_created', { startedAt: 2_000, durationMs: 7 });
  await record(native, 'page_created', { ...failed, startedAt: 3_000 });
  await record(native, 'page_removed', { ...refusedConnection, startedAt: 4_000 }, 20_000);

  const { status, body } = await native.call('GET', `/api/v1/webhooks/${webhook.id}/last-exchanges`);

  expect(status).toBe(200);
  expect(body).toMatchObject({ next: null, previous: null });
  const seen = body.data.map((one: Record<string, unknown>) => [
    one['eventType'],
    one['outcome'],
    one['startedAt'],
  ]);
  expect(seen).toEqual([
    ['page_removed', 'error', '1970-01-01T00:00:04.000Z'],
    ['page_created', 'failure', '1970-01-01T00:00:03.000Z'],
    ['page_created', 'success', '1970-01-01T00:00:02.000Z'],
  ]);
  const [removed, , created] = body.data;
  expect(removed).toMatchObject({
    response: null,
    requestBody: { bodyLength: 20_000, bodyTruncated: true, bodyText: 'x'.repeat(16_384) },
  });
  expect(created).toMatchObject({
    durationMs: 7,
    status: 200,
    request: { headers: { 'content-type': 'application/json' } },
    response: { status: 200, headers: { server: 'test' } },
    requestBody: { bodyText: 'x', bodyLength: 1, bodyTruncated: false },
  });
});

test('event type and outcome narrow the list', async () => {
  await using native = await startNative();
  const { id } = await confluenceWebhook(native);
  await record(native, 'page_created', {});
  await record(native, 'page_created', failed);
  await record(native, 'page_removed', {});
  const of = async (query: string) =>
    (await native.call('GET', `/api/v1/webhooks/${id}/last-exchanges?${query}`)).body.data.length;
  expect(await of('eventType=page_created')).toBe(2);
  expect(await of('outcome=success')).toBe(2);
  expect(await of('eventType=page_removed&outcome=failure')).toBe(0);
});

test('a webhook that has none, or whose dialect keeps none, has an empty list; a foreign one is missing', async () => {
  await using native = await startNative();
  const { id } = await confluenceWebhook(native);
  const path = `/api/v1/webhooks/${id}/last-exchanges`;
  expect((await native.call('GET', path)).body.data).toEqual([]);
  const other = await native.tenant('acme');
  const authorization = `Bearer ${other.key}`;
  expect((await native.call('GET', path, undefined, { authorization })).status).toBe(404);
});

async function confluenceWebhook(native: NativeServer): Promise<{ readonly id: string }> {
  const webhook = {
    dialect: 'confluence',
    name: 'w',
    url: 'https://example.com/hooks',
    eventTypes: ['page_created', 'page_removed'],
  };
  return (await native.call('POST', '/api/v1/webhooks', webhook)).body;
}

/** Publishes an event and records its attempt as the engine would, with a request body of this length. */
async function record(
  native: NativeServer,
  type: string,
  attempt: Partial<Attempt>,
  bodyLength = 1,
): Promise<void> {
  await native.call('POST', '/api/v1/events', { type, data: {} });
  const { delivery: before } = native.handedOver.at(-1)!;
  const after = { ...before, attempts: 1 };
  const requestBody = new TextEncoder().encode('x'.repeat(bodyLength));
  await native.store.record({
    results: [{ before, after, attempt: anAttempt(before, attempt), lastExchange: { requestBody } }],
    health: new Map(),
  });
}
