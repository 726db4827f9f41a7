import { expect, test } from 'vitest';
import { hourMs } from '../../../domain/clock.ts';
import { healthy } from '../../../domain/webhook-health.ts';
import { givenTraffic } from '../../../../test/native/traffic.ts';

test("the tenant's statistics have totals, series and event types, what waits, and how webhooks do", async () => {
  await using native = await givenTraffic();
  const { recorded, webhook } = native;
  const [one, two] = [await webhook('one'), await webhook('two')];
  await recorded(one, { kind: 'success', status: 200 });
  await recorded(two, { kind: 'failure', status: 503 });
  await native.call('POST', `/api/v1/webhooks/${two}/pause`);

  const { status, body } = await native.call('GET', '/api/v1/statistics?window=1h');

  expect(status).toBe(200);
  expect(body).toMatchObject({
    window: '1h',
    totals: { attempts: 2, successes: 1, failures: 1, errors: 0, successRate: 0.5, latencyMsP50: 18 },
    queue: { scheduled: 1, oldestDueAt: expect.any(String), nextAttemptAt: null },
    webhooks: { active: 1, paused: 1, disabled: 0, failing: 1 },
  });
  expect(body.series).toHaveLength(60);
  expect(body.series.at(-1)).toMatchObject({ attempts: 2, latencyMsP95: 24 });
  expect(body.eventTypes.map(({ eventType }: { eventType: string }) => eventType)).toEqual([
    'a.one',
    'a.two',
  ]);
});

test('the next attempt is that of the webhook that can get one first, and late only where nothing holds it back', async () => {
  await using native = await givenTraffic();
  const { webhook, recorded, clock } = native;
  const [one, two] = [await webhook('one'), await webhook('two')];
  const queue = async () => {
    await clock.advance(2_000);
    return (await native.call('GET', '/api/v1/statistics')).body.queue;
  };
  const time = (at: number) => new Date(at).toISOString();
  const until = clock.now() + hourMs;
  await recorded(one, { kind: 'failure', status: 503 });
  await recorded(two, { kind: 'failure', status: 503 });
  const { oldestDueAt } = await queue();
  await clock.advance(Date.parse(oldestDueAt) - clock.now());

  expect(await queue()).toEqual({ scheduled: 2, oldestDueAt, nextAttemptAt: oldestDueAt });
  await native.call('POST', `/api/v1/webhooks/${one}/pause`);
  const { data } = (await native.call('GET', `/api/v1/deliveries?webhookId=${two}`)).body;
  expect(await queue()).toEqual({ scheduled: 2, oldestDueAt, nextAttemptAt: data[0].nextAttemptAt });
  native.heldBack.set(two, { rateLimitedUntil: until });
  expect(await queue()).toEqual({ scheduled: 2, oldestDueAt, nextAttemptAt: time(until) });
  native.heldBack.delete(two);
  native.health.set(two, { ...healthy, breaker: { kind: 'open', since: 0, openings: 1, until } });
  expect(await queue()).toEqual({ scheduled: 2, oldestDueAt, nextAttemptAt: time(until) });
  native.heldBack.set(two, { awaitsVerification: true });
  expect(await queue()).toEqual({ scheduled: 2, oldestDueAt, nextAttemptAt: null });
});

test('statistics are as of now where asking for them costs nothing', async () => {
  await using native = await givenTraffic();
  const one = await native.webhook('one');
  await native.recorded(one, { kind: 'success', status: 200 });
  const attempts = async () =>
    (await native.call('GET', '/api/v1/statistics?window=24h')).body.totals.attempts;

  expect(await attempts()).toBe(1);
  await native.recorded(one, { kind: 'success', status: 200 });
  expect(await attempts()).toBe(2);
});

test('statistics of webhooks tell their curve, what waits and the last attempt', async () => {
  await using native = await givenTraffic();
  const { webhook, recorded, call } = native;
  const [one, two, three] = [await webhook('one'), await webhook('two'), await webhook('three')];
  await recorded(one, { kind: 'success', status: 204 });
  await recorded(two, { kind: 'error', reason: 'dns_not_found', detail: '' });

  const { body } = await call('GET', `/api/v1/statistics/webhooks?id=${one}&id=${two}&id=wh_unknown`);
  const all = await call('GET', '/api/v1/statistics/webhooks?window=30d');

  expect(body.data.map(({ webhookId }: { webhookId: string }) => webhookId).toSorted()).toEqual([one, two]);
  const of = (id: string) => body.data.find(({ webhookId }: { webhookId: string }) => webhookId === id);
  expect(of(one)).toMatchObject({
    totals: { attempts: 1, successRate: 1 },
    lastAttempt: { outcome: 'success', status: 204, error: null },
    scheduled: 0,
  });
  expect(of(one).series).toHaveLength(48);
  expect(of(one).series.at(-1)).toMatchObject({ attempts: 1, successes: 1 });
  expect(of(two)).toMatchObject({
    totals: { attempts: 1, successRate: 0 },
    lastAttempt: { outcome: 'error', status: null, error: 'dns_not_found' },
    scheduled: 1,
  });
  expect(all.body.data).toHaveLength(3);
  expect(all.body.data.find(({ webhookId }: { webhookId: string }) => webhookId === three)).toMatchObject({
    totals: { attempts: 0, successRate: null },
    lastAttempt: null,
  });
});

test('a tenant with more than a hundred webhooks names those that it asks about', async () => {
  await using native = await givenTraffic();
  const ids: string[] = [];
  for (let count = 0; count < 101; count++) ids.push(await native.webhook(`w${count}`));
  const of = (query: string) => native.call('GET', `/api/v1/statistics/webhooks?${query}`);

  expect(await of('')).toMatchObject({ status: 422, body: { errors: [{ pointer: 'query/id' }] } });
  expect(await of(ids.map((id) => `id=${id}`).join('&'))).toMatchObject({ status: 422 });
  expect((await of(`id=${ids[100]}`)).body.data).toHaveLength(1);
});

test("P26: nobody's statistics have another tenant's attempts", async () => {
  await using native = await givenTraffic();
  const one = await native.webhook('one');
  await native.recorded(one, { kind: 'failure', status: 500 });
  const other = await native.tenant('acme');
  const ask = async (path: string) =>
    (await native.call('GET', `/api/v1/${path}`, undefined, { authorization: `Bearer ${other.key}` })).body;

  expect(await ask('statistics')).toMatchObject({
    totals: { attempts: 0 },
    eventTypes: [],
    queue: { scheduled: 0, oldestDueAt: null, nextAttemptAt: null },
    webhooks: { active: 0, failing: 0 },
  });
  expect((await ask(`statistics/webhooks?id=${one}`)).data).toEqual([]);
  expect((await ask('issues')).data).toEqual([]);
  expect((await ask(`issues/${one}.500`)).code).toBe('not_found');
});
