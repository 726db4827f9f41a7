import { expect, test } from 'vitest';
import { dayMs } from '../../../domain/clock.ts';
import { givenTraffic } from '../../../../test/native/traffic.ts';

test('failures are grouped by webhook and error, and end when their deliveries do', async () => {
  await using native = await givenTraffic();
  const { webhook, recorded, call } = native;
  const [one, two] = [await webhook('one'), await webhook('two')];
  await recorded(one, { kind: 'failure', status: 503 });
  const last = await recorded(one, { kind: 'failure', status: 503 });
  await recorded(two, { kind: 'error', reason: 'timeout_total', detail: '' });
  await recorded(two, { kind: 'success', status: 200 });

  const { body } = await call('GET', '/api/v1/issues');
  const { body: ofOne } = await call('GET', `/api/v1/issues?webhookId=${one}`);
  const { body: alone } = await call('GET', `/api/v1/issues/${two}.timeout_total`);

  expect(body.data).toHaveLength(2);
  expect(ofOne.data).toEqual([
    {
      id: `${one}.503`,
      webhookId: one,
      webhookName: 'one',
      error: {
        outcome: 'failure',
        status: 503,
        code: null,
        explanation: 'The receiver failed with 503.',
      },
      eventTypes: ['a.one'],
      eventTypeCount: 1,
      deliveries: 2,
      scheduled: 2,
      exhausted: 0,
      firstSeenAt: expect.any(String),
      lastSeenAt: expect.any(String),
      exampleDeliveryId: expect.stringMatching(/^dlv_/),
    },
  ]);
  expect(alone).toMatchObject({ error: { outcome: 'error', status: null, code: 'timeout_total' } });

  await call('POST', `/api/v1/deliveries/${last}/cancel`);
  const { body: after } = await call('GET', `/api/v1/issues/${one}.503`);
  expect(after.deliveries).toBe(1);
});

test('issues of the last seven days are listed, older ones when they are asked for', async () => {
  await using native = await givenTraffic();
  const one = await native.webhook('one');
  await native.recorded(one, { kind: 'failure', status: 503 });
  const before = new Date(native.clock.wall()).toISOString();
  await native.clock.advance(8 * dayMs);
  const list = async (query: string) =>
    (await native.call('GET', `/api/v1/issues?${query}`)).body.data.length;

  expect(await list('')).toBe(0);
  expect(await list(`from=${before}`)).toBe(1);
  expect((await native.call('GET', `/api/v1/issues/${one}.503`)).status).toBe(200);
});

test('what is no issue is not found', async () => {
  await using native = await givenTraffic();
  const one = await native.webhook('one');
  await native.recorded(one, { kind: 'failure', status: 503 });
  for (const id of [`${one}.50`, `${one}.5030`, `${one}.`, one, `${one}.503.1x`, 'x.503'])
    expect([id, (await native.call('GET', `/api/v1/issues/${id}`)).status]).toEqual([id, 404]);
});

test('deliveries are found by their error and by id, webhooks by text, event type and failing', async () => {
  await using native = await givenTraffic();
  const { webhook, recorded, call, store } = native;
  const [one, two] = [await webhook('Billing'), await webhook('Wiki')];
  const failed = await recorded(one, { kind: 'error', reason: 'timeout_total', detail: '' });
  const well = await recorded(two, { kind: 'success', status: 200 });
  const ids = async (path: string) =>
    (await call('GET', `/api/v1/${path}`)).body.data.map(({ id }: { id: string }) => id);
  const { eventId } = (await call('GET', `/api/v1/deliveries/${well}`)).body;

  expect(await ids('deliveries?error=timeout_total')).toEqual([failed]);
  expect(await ids(`deliveries?error=timeout_total&webhookId=${two}`)).toEqual([]);
  expect(await ids(`deliveries?id=${well}`)).toEqual([well]);
  expect(await ids(`deliveries?id=${eventId}`)).toEqual([well]);
  expect(await ids('deliveries?id=nothing')).toEqual([]);
  expect(await ids('webhooks?q=BILL')).toEqual([one]);
  expect(await ids('webhooks?eventType=a.wiki')).toEqual([two]);
  expect(await ids('webhooks?failing=true')).toEqual([one]);
  const { body } = await call('GET', '/api/v1/webhooks?failing=true&q=bill');
  expect(body.data[0].failingSince).toBe(
    new Date(
      (await store.healthOf(native.caller.principal.tenantId, [one])).get(one)!.failing!.since,
    ).toISOString(),
  );
  for (const query of ['failing=false', 'q=', 'eventType=a%20b'])
    expect((await call('GET', `/api/v1/webhooks?${query}`)).status).toBe(422);
});
