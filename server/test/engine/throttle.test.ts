// A server that keeps failing is spared, whosever webhooks point at it: one probe finds out when it is back.

import { expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '../../src/domain/clock.ts';
import type { DeliveryRules } from '../../src/domain/delivery-rules.ts';
import type { WebhookDraft } from '../../src/manage/webhooks.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { failure, ok, running } from './running.ts';

const probeEveryMs = 5 * minuteMs;
const rules: Partial<DeliveryRules> = {
  throttle: { failuresInARowMax: 10, probeEveryMs },
  schedule: Array.from({ length: 50 }, () => minuteMs),
  jitter: { unit: 'share', from: 0, to: 0 },
  breaker: {
    failuresInARowMax: Number.POSITIVE_INFINITY,
    samplesMin: 0,
    failedShareMax: 1,
    firstWaitMs: 1,
    growth: 1,
    waitMsMax: 1,
  },
  disablesFailing: null,
};

const { endpoint } = sampleWebhook();
const at = (url: string, eventType: string): Partial<WebhookDraft> => ({
  verification: null,
  endpoint: { ...endpoint, url },
  subscription: { eventTypes: [eventType], channels: [], only: null },
});

/** One webhook has failed ten times at its server, another has something for the same server. */
async function throttled() {
  const run = await running(() => failure, { rules });
  const offender = await run.create(at('https://down.example/one', 'a'));
  const victim = await run.create(at('https://down.example:443/two', 'b'));
  for (let count = 0; count < 10; count++) await run.publish('a');
  await run.clock.advance(1);
  const waiting = await run.publish('b');
  await run.clock.advance(1);
  return { ...run, offender, victim, waiting };
}

test('after ten failures in a row one probe in all goes out every five minutes, and waiting costs no attempts', async () => {
  const { clock, sent, publish, statesOf, store, waiting } = await throttled();
  for (let count = 0; count < 20; count++) await publish('b');
  expect(sent).toHaveLength(10);
  await clock.advance(hourMs);
  const probes = sent.slice(10).map((each) => each.at);
  expect(probes.length).toBeGreaterThanOrEqual(11);
  expect(probes.length).toBeLessThanOrEqual(12);
  for (const [index, probe] of probes.slice(1).entries())
    expect(probe - probes[index]!).toBeGreaterThanOrEqual(probeEveryMs);
  expect(await statesOf(waiting)).toMatchObject([{ kind: 'scheduled' }]);
  const { rows } = await store.listDeliveries('tnt_1', {}, { limit: 100, after: null, before: null });
  const attempts = rows.reduce((sum, { delivery }) => sum + delivery.attempts, 0);
  expect(attempts).toBe(10 + probes.length);
});

test('the first success lifts it, and all that waits goes out at once', async () => {
  const run = await throttled();
  const { clock, world, publish, statesOf, signals, engine, store, offender, victim, waiting } = run;
  expect(engine.heldBack(victim.id)).toMatchObject({ kind: 'throttled' });
  world.receive = () => new Promise((resolve) => clock.after(10 * secondMs, () => resolve(ok)));
  await clock.advance(probeEveryMs + 4 * minuteMs);
  expect((await store.backlog()).pending).toBe(0);
  expect(await statesOf(waiting)).toMatchObject([{ kind: 'delivered' }]);
  expect(engine.heldBack(offender.id)).toBeNull();
  const released = signals.filter(({ kind }) => kind === 'server.released');
  expect(released).toEqual([{ kind: 'server.released', server: 'https://down.example' }]);
  const next = await publish('b');
  await clock.advance(11 * secondMs);
  expect(await statesOf(next)).toMatchObject([{ kind: 'delivered' }]);
});

test('each webhook that begins to wait is told once, with those whose attempts failed', async () => {
  const { clock, signals, offender, victim } = await throttled();
  await clock.advance(hourMs);
  const told = signals.filter((signal) => signal.kind === 'server.throttled');
  const offenders = [{ tenantId: 'tnt_1', webhookId: offender.id }];
  expect(told).toHaveLength(2);
  expect(told.find(({ webhookId }) => webhookId === victim.id)).toMatchObject({
    server: 'https://down.example',
    tenantId: 'tnt_1',
    offenders,
  });
  expect(told.find(({ webhookId }) => webhookId === offender.id)).toMatchObject({ offenders });
});

test('another host, port or scheme is another server', async () => {
  const { create, publish, clock, sent } = await throttled();
  const urls = ['https://up.example/', 'https://down.example:8443/', 'http://down.example/'];
  for (const [index, url] of urls.entries()) await create(at(url, `c${index}`));
  for (const index of urls.keys()) await publish(`c${index}`);
  await clock.advance(1);
  expect(sent).toHaveLength(13);
});

test('fewer failures in a row than that hold nothing back', async () => {
  const { create, publish, clock, world, sent } = await running(() => failure, { rules });
  await create(at('https://down.example/', '*'));
  for (let round = 0; round < 5; round++) {
    world.receive = () => failure;
    for (let count = 0; count < 9; count++) await publish();
    await clock.advance(1);
    world.receive = () => ok;
    await publish();
    await clock.advance(1);
  }
  expect(sent.length).toBeGreaterThanOrEqual(50);
});

test('what a webhook’s own administration sends passes, and does not count', async () => {
  const { clock, sent, sendTest, caller, victim, signals } = await throttled();
  const message = { type: 'test', data: new TextEncoder().encode('{}'), context: {} };
  await sendTest(caller, victim, message);
  await clock.advance(1);
  expect(sent.at(-1)).toMatchObject({ type: 'test' });
  expect(signals.some(({ kind }) => kind === 'server.released')).toBe(false);

  const other = await running(() => failure, { rules });
  const webhook = await other.create(at('https://down.example/', '*'));
  for (let count = 0; count < 12; count++) await other.sendTest(other.caller, webhook, message);
  await other.clock.advance(secondMs);
  expect(other.sent).toHaveLength(12);
  await other.publish();
  await other.clock.advance(1);
  expect(other.sent).toHaveLength(13);
});

test('a restart finds a failing server out anew', async () => {
  const first = await throttled();
  await first.engine.stop(0);
  const { clock, sent } = await running(() => failure, {
    rules,
    store: first.store,
    clock: first.clock,
    seed: 2,
  });
  await clock.advance(1);
  expect(sent).toMatchObject([{ eventId: first.waiting }]);
});
