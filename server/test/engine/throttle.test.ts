// A server that keeps failing is spared, whosever webhooks point at it: one probe finds out when it is back.

import { describe, expect, test } from 'vitest';
import type { Engine, Shared } from '../../src/deliver/engine-port.ts';
import { hourMs, minuteMs, secondMs } from '../../src/domain/clock.ts';
import type { DeliveryRules } from '../../src/domain/delivery-rules.ts';
import type { NodeNews } from '../../src/domain/node-news.ts';
import { shardCount, shardOf } from '../../src/domain/shard.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { WebhookDraft } from '../../src/manage/webhooks.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { testClock } from '../test-clock.ts';
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
  subscription: { eventTypes: [eventType], channels: [], only: null, filter: null },
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

/** One every five minutes, never sooner. */
function expectProbesOfAnHour(probes: readonly number[]): void {
  expect(probes.length).toBeGreaterThanOrEqual(11);
  expect(probes.length).toBeLessThanOrEqual(12);
  for (const [index, probe] of probes.slice(1).entries())
    expect(probe - probes[index]!).toBeGreaterThanOrEqual(probeEveryMs);
}

test('after ten failures in a row one probe in all goes out every five minutes, and waiting costs no attempts', async () => {
  const { clock, sent, publish, statesOf, store, waiting } = await throttled();
  for (let count = 0; count < 20; count++) await publish('b');
  expect(sent).toHaveLength(10);
  await clock.advance(hourMs);
  const probes = sent.slice(10).map((each) => each.at);
  expectProbesOfAnHour(probes);
  expect(await statesOf(waiting)).toMatchObject([{ kind: 'scheduled' }]);
  const { rows } = await store.listDeliveries('tnt_1', {}, { limit: 100, after: null, before: null });
  const attempts = rows.reduce((sum, { delivery }) => sum + delivery.attempts, 0);
  expect(attempts).toBe(10 + probes.length);
});

test('the first success lifts it, and all that waits goes out at once', async () => {
  const run = await throttled();
  const { clock, world, publish, statesOf, signals, engine, store, offender, victim, waiting } = run;
  expect(engine.waitsFor(victim.id).throttledUntil).toBeGreaterThan(0);
  world.receive = () => new Promise((resolve) => clock.after(10 * secondMs, () => resolve(ok)));
  await clock.advance(probeEveryMs + 4 * minuteMs);
  expect((await store.backlog()).pending).toBe(0);
  expect(await statesOf(waiting)).toMatchObject([{ kind: 'delivered' }]);
  expect(engine.waitsFor(offender.id).throttledUntil).toBeNull();
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

test('webhooks take turns to probe: one that fails for itself keeps no other waiting', async () => {
  const { clock, create, publish, statesOf } = await running(({ type }) => (type === 'a' ? failure : ok), {
    rules,
  });
  await create(at('https://down.example/one', 'a'));
  await create(at('https://down.example/two', 'b'));
  for (let count = 0; count < 10; count++) await publish('a');
  await clock.advance(2 * minuteMs);
  const waiting = await publish('b');
  await clock.advance(2 * probeEveryMs);
  expect(await statesOf(waiting)).toMatchObject([{ kind: 'delivered' }]);
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

describe('nodes that share a database', () => {
  const everyShard = Array.from({ length: shardCount }, (_, shard) => shard);
  /** Each of two nodes owns one of two webhooks with the same server. What one tells takes a moment. */
  async function twoNodes() {
    const clock = testClock();
    const world = { listening: true };
    const engines: Engine[] = [];
    const shared = (nodeId: string): Shared => ({
      nodeId,
      holds: () => true,
      tell: (news) =>
        void clock.after(20, () => world.listening && engines.forEach((each) => each.hear(news))),
    });
    const one = await running(() => failure, { rules, clock, shared: shared('nod_1') });
    const { store } = one;
    const two = await running(() => failure, { rules, clock, store, seed: 2, shared: shared('nod_2') });
    engines.push(one.engine, two.engine);
    const ofOne = await one.create(at('https://down.example/', 'a'));
    const ofTwo = await two.create(at('https://down.example/', 'b'));
    await one.engine.take(new Map([[shardOf(ofOne.id), 101]]));
    await two.engine.take(new Map([[shardOf(ofTwo.id), 102]]));
    const attempts = () => [...one.sent, ...two.sent].map((sent) => sent.at).toSorted((a, b) => a - b);
    return { clock, world, one, two, ofOne, ofTwo, attempts };
  }

  /** Five failures each, so that it takes both to throttle the server. */
  async function throttledTogether() {
    const nodes = await twoNodes();
    const { clock, one, two } = nodes;
    for (let count = 0; count < 5; count++) {
      await one.publish('a');
      await two.publish('b');
      await clock.advance(secondMs);
    }
    return nodes;
  }

  /** What became of the deliveries to the second node's webhook. */
  async function endsOfSecond({ store }: Awaited<ReturnType<typeof twoNodes>>['two']) {
    const page = { limit: 100, after: null, before: null };
    const { rows } = await store.listDeliveries('tnt_1', { eventType: 'b' }, page);
    return rows.map(({ delivery }) => delivery.state.kind);
  }

  test('count failures together, and take turns with one probe', async () => {
    const { clock, one, two, ofOne, ofTwo, attempts } = await throttledTogether();
    expect([one.sent.length, two.sent.length]).toEqual([5, 5]);
    for (const { engine } of [one, two])
      for (const { id } of [ofOne, ofTwo]) expect(engine.waitsFor(id).throttledUntil).toBeGreaterThan(0);
    await clock.advance(hourMs);
    const probes = attempts().slice(10);
    expectProbesOfAnHour(probes);
  });

  test('tell of offenders, and the probe of one lifts it for all', async () => {
    const { clock, one, two, ofOne, ofTwo } = await throttledTogether();
    await clock.advance(minuteMs); // by then each has something to send again
    for (const { signals } of [one, two]) {
      const told = signals.find((signal) => signal.kind === 'server.throttled');
      const offenders = new Set(told?.offenders.map(({ webhookId }) => webhookId));
      expect(offenders).toEqual(new Set([ofOne.id, ofTwo.id]));
    }
    for (const { world } of [one, two]) world.receive = () => ok;
    await clock.advance(probeEveryMs);
    expect((await one.store.backlog()).pending).toBe(0);
    for (const { engine } of [one, two])
      for (const { id } of [ofOne, ofTwo]) expect(engine.waitsFor(id).throttledUntil).toBeNull();
  });

  test('take turns: one that can not reach a server keeps no other from it', async () => {
    const cutOff: Outcome[] = [
      { kind: 'error', reason: 'connect_refused', detail: '' },
      { kind: 'platform', reason: 'egress_proxy_down', detail: '' },
    ];
    for (const outcome of cutOff) {
      const { clock, one, two } = await throttledTogether();
      one.world.receive = () => outcome;
      two.world.receive = () => ok;
      await clock.advance(3 * probeEveryMs);
      expect(await endsOfSecond(two)).toEqual(Array(5).fill('delivered'));
    }
  });

  test('take turns however many webhooks wait at one of them', async () => {
    const { clock, one, two, ofTwo } = await throttledTogether();
    two.world.receive = () => ok;
    const many = shardCount + 6;
    for (let count = 0; count < many; count++) await one.create(at('https://down.example/', 'a'));
    await one.engine.take(
      new Map(everyShard.filter((shard) => shard !== shardOf(ofTwo.id)).map((shard) => [shard, 200 + shard])),
    );
    await one.publish('a');
    await clock.advance(3 * probeEveryMs);
    expect(await endsOfSecond(two)).toEqual(Array(5).fill('delivered'));
  });

  test('that hear of a probe after another node’s success throttle no longer than the probe takes', async () => {
    const { clock, one, two, ofTwo } = await twoNodes();
    for (let count = 0; count < 10; count++) await one.publish('a');
    await clock.advance(secondMs);
    one.world.receive = () => new Promise((resolve) => clock.after(secondMs, () => resolve(ok)));
    for (let steps = 0; one.sent.length === 10 && steps < 10 * minuteMs; steps++) await clock.advance(5);
    const answered: NodeNews = {
      kind: 'servers',
      found: [{ nodeId: 'nod_3', server: 'https://down.example', kind: 'answered' }],
    };
    for (const { engine } of [one, two]) engine.hear(answered);
    await clock.advance(secondMs / 2);
    expect(two.engine.waitsFor(ofTwo.id).throttledUntil).toBeGreaterThan(0);
    await clock.advance(secondMs);
    expect(two.engine.waitsFor(ofTwo.id).throttledUntil).toBeNull();
  });

  test('that miss news probe by themselves, and know of a throttle from the next probe on', async () => {
    const { clock, world, one, two, ofOne, ofTwo } = await twoNodes();
    world.listening = false;
    for (let count = 0; count < 10; count++) await one.publish('a');
    await clock.advance(secondMs);
    expect(two.engine.waitsFor(ofTwo.id).throttledUntil).toBeNull();
    world.listening = true;
    await clock.advance(probeEveryMs + minuteMs);
    expect(one.sent).toHaveLength(11);
    expect(two.engine.waitsFor(ofTwo.id).throttledUntil).toBeGreaterThan(0);
    await two.publish('b');
    await clock.advance(1);
    const waits = two.signals.find(({ kind }) => kind === 'server.throttled');
    expect(waits).toMatchObject({ offenders: [{ tenantId: 'tnt_1', webhookId: ofOne.id }] });
    await clock.advance(hourMs);
    expect(one.sent.length + two.sent.length).toBeLessThanOrEqual(11 + 12);
  });
});
