// A webhook's rate limit holds for all its attempts, whatever happens to the webhook, the clock and the node.

import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/domain/clock.ts';
import { shardCount } from '../../src/domain/shard.ts';
import type { RateLimit } from '../../src/domain/rate-limit.ts';
import { waitingOf } from '../../src/domain/waiting.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { mostAllowed, mostInAWindow } from '../rate-windows.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { failure, ok, running } from './running.ts';

const fifty: RateLimit = { requests: 50, perSeconds: 1 };
const slow: RateLimit = { requests: 2, perSeconds: 60 };

/** A webhook whose attempts nothing but its limit holds back. */
const limited = (rateLimit: RateLimit | null) => ({
  verification: null,
  endpoint: sampleWebhook({}, { rateLimit, concurrencyMax: 500 }).endpoint,
});
const withLimit =
  (rateLimit: RateLimit | null) =>
  (webhook: Webhook): Webhook => ({ ...webhook, endpoint: { ...webhook.endpoint, rateLimit } });

const testMessage = { type: 'webhook.test', data: new TextEncoder().encode('{}'), context: {} };

type Run = Awaited<ReturnType<typeof running>>;

async function publishMany({ publish }: Pick<Run, 'publish'>, count: number): Promise<void> {
  for (let number = 0; number < count; number++) await publish();
}

const timesOf = ({ sent }: Pick<Run, 'sent'>) => sent.map(({ at }) => at);

test('FAI-02: a backlog goes out as fast as the limit lets it, and in no window faster', async () => {
  const run = await running(() => ok);
  await run.create(limited(fifty));
  await publishMany(run, 500);
  await run.clock.advance(10 * secondMs);
  expect(run.sent.length).toBe(500);
  expect(mostInAWindow(timesOf(run), fifty)).toBeLessThanOrEqual(mostAllowed(fifty));
});

test('retries count as well as first attempts', async () => {
  const limit = { requests: 5, perSeconds: 10 };
  const run = await running(({ type, attempt }) => (type === 'fails.once' && attempt === 1 ? failure : ok));
  await run.create({ ...limited(limit), retrySchedule: [secondMs] });
  for (let count = 0; count < 20; count++) for (const type of ['fails.once', 'well']) await run.publish(type);
  await run.clock.advance(hourMs);
  expect(run.sent).toHaveLength(60);
  expect(mostInAWindow(timesOf(run), limit)).toBeLessThanOrEqual(mostAllowed(limit));
});

test('probes count, too, however often a person asks for one', async () => {
  const run = await running(() => failure);
  const { id } = await run.create({ ...limited(slow), retrySchedule: [secondMs, dayMs] });
  await publishMany(run, 20);
  await run.clock.advance(10 * minuteMs);
  const { breaker } = run.engine.waitsFor(id);
  expect(breaker.kind).toBe('open');
  const before = run.sent.length;
  for (let seconds = 0; seconds < 120; seconds++) {
    run.engine.probe(id);
    await run.clock.advance(secondMs);
  }
  expect(run.sent.length).toBeGreaterThan(before);
  expect(mostInAWindow(timesOf(run), slow)).toBeLessThanOrEqual(mostAllowed(slow));
});

test('tests are neither held back by the limit nor counted', async () => {
  const run = await running(() => ok);
  const webhook = await run.create(limited(slow));
  await publishMany(run, 5);
  await run.clock.advance(1);
  for (let count = 0; count < 3; count++) await run.sendTest(run.caller, webhook, testMessage);
  await run.clock.advance(1);
  const sentOf = (type: string) => run.sent.filter((each) => each.type === type);
  expect(sentOf('webhook.test')).toHaveLength(3);
  await run.clock.advance(minuteMs);
  expect(sentOf('order.paid')).toHaveLength(3);
});

test('a limit that is set, changed or taken away counts at once', async () => {
  const run = await running(() => ok);
  const { id } = await run.create(limited(slow));
  await publishMany(run, 300);
  await run.clock.advance(1);
  expect(run.sent).toHaveLength(1);

  await run.webhooks.update(run.caller, id, withLimit(fifty));
  await run.clock.advance(secondMs);
  expect(run.sent.length).toBeGreaterThan(40);

  await run.webhooks.update(run.caller, id, withLimit(slow));
  await run.clock.advance(1);
  const slowedDown = run.sent.length;
  await run.clock.advance(30 * secondMs);
  expect(run.sent).toHaveLength(slowedDown + 1);

  await run.webhooks.update(run.caller, id, withLimit(null));
  await run.clock.advance(1);
  expect(run.sent).toHaveLength(300);
});

test('a limit that is changed back and forth lets no more begin than the looser of the two', async () => {
  const run = await running(() => ok);
  const { id } = await run.create(limited({ requests: 1, perSeconds: 6 }));
  await publishMany(run, 100);
  for (let seconds = 0; seconds < 60; seconds++) {
    await run.clock.advance(secondMs);
    await run.webhooks.update(run.caller, id, withLimit({ requests: 1, perSeconds: 7 - (seconds % 2) }));
  }
  expect(run.sent.length).toBeGreaterThan(7);
  expect(run.sent.length).toBeLessThanOrEqual(11);
});

test('a change of anything else gives no new allowance', async () => {
  const run = await running(() => ok);
  const { id } = await run.create(limited(slow));
  await publishMany(run, 20);
  for (let count = 0; count < 10; count++) {
    await run.webhooks.update(run.caller, id, (webhook) => ({ ...webhook, name: `name ${count}` }));
    await run.clock.advance(secondMs);
  }
  expect(run.sent).toHaveLength(1);
});

test('CLK-01: setting the system’s clock hurries nothing', async () => {
  const begunAtMs: number[] = [];
  const run = await running(() => {
    begunAtMs.push(run.clock.monotonicMs());
    return ok;
  });
  await run.create(limited(fifty));
  await run.publish();
  await run.clock.advance(minuteMs);
  run.clock.setWall(run.clock.wall() + dayMs);
  await publishMany(run, 200);
  await run.clock.advance(5 * secondMs);
  expect(begunAtMs).toHaveLength(201);
  expect(mostInAWindow(begunAtMs, fifty)).toBeLessThanOrEqual(mostAllowed(fifty));
});

test('a process that dies and starts anew, again and again, keeps the limit', async () => {
  let run = await running(() => ok);
  await run.create(limited(slow));
  await publishMany(run, 40);
  await run.clock.advance(20 * minuteMs);
  const times: number[] = [];
  // A lull lets the allowance grow that the last attempts before a crash use up.
  await publishMany(run, 5);
  for (let crashes = 0; crashes < 5; crashes++) {
    await run.clock.advance(3 * secondMs);
    times.push(...timesOf(run));
    const image = run.store.crash();
    const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32), image });
    run = await running(() => ok, { store, clock: run.clock, seed: crashes + 2 });
  }
  await run.clock.advance(hourMs);
  times.push(...timesOf(run));
  expect(times.length).toBeGreaterThanOrEqual(45);
  expect(mostInAWindow(times, slow)).toBeLessThanOrEqual(mostAllowed(slow));
});

test('a shard that is given away and taken back keeps the limits of its webhooks', async () => {
  const shared = { nodeId: 'nod_1', holds: () => true, tell: () => undefined };
  const run = await running(() => ok, { shared });
  const shards = (from: number) =>
    new Map(Array.from({ length: shardCount }, (_, shard) => [shard, from + shard]));
  await run.engine.take(shards(100));
  await run.create(limited(slow));
  await run.clock.advance(hourMs);
  await publishMany(run, 20);
  for (let times = 2; times < 8; times++) {
    await run.clock.advance(secondMs);
    await Promise.all(Array.from(shards(0).keys(), (shard) => run.engine.giveBack(shard)));
    await run.engine.take(shards(100 * times));
  }
  await run.clock.advance(20 * minuteMs);
  expect(run.sent).toHaveLength(20);
  expect(mostInAWindow(timesOf(run), slow)).toBeLessThanOrEqual(mostAllowed(slow));
});

test('FAI-02: what a limit holds back takes no place of others, and little memory', async () => {
  const first = await running(() => ok);
  const slowOne = await first.create({ ...limited(slow), subscription: subscriptionTo('slow') });
  for (let count = 0; count < 500; count++) await first.publish('slow');
  const image = first.store.crash();
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32), image });
  const run = await running(() => ok, { store, clock: first.clock, seed: 2 });
  await run.create({ ...limited(null), subscription: subscriptionTo('quick') });
  await run.clock.advance(5 * minuteMs);
  expect(run.engine.state().held, 'a few of the 500 that wait').toBeLessThan(32);
  for (let count = 0; count < 100; count++) await run.publish('quick');
  await run.clock.advance(1);
  const quick = run.sent.filter(({ webhookId }) => webhookId !== slowOne.id);
  expect(quick).toHaveLength(100);
  expect(run.engine.state().inFlight).toBe(0);
});

test('what the limit holds back is told so, with when the next attempt begins', async () => {
  const run = await running(() => ok);
  const { id } = await run.create(limited(slow));
  await publishMany(run, 2);
  await run.clock.advance(1);
  const due = { state: { kind: 'scheduled', dueAt: run.clock.now() }, purpose: 'event' } as const;
  const waiting = waitingOf(due, run.engine.waitsFor(id), run.clock.now());
  await run.clock.advance(minuteMs);
  expect(waiting).toEqual({ kind: 'rate_limited', until: run.sent[1]!.at });
  expect(run.engine.waitsFor(id).rateLimitedUntil).toBeNull();
});

test('a node that does not own the webhook tells when the next attempt begins at the latest', async () => {
  const shared = { nodeId: 'nod_1', holds: () => true, tell: () => undefined };
  const run = await running(() => ok, { shared });
  const { id } = await run.create(limited(slow));
  expect(run.engine.waitsFor(id).rateLimitedUntil).toBe(run.clock.now() + 30 * secondMs);
});

function subscriptionTo(type: string): Webhook['subscription'] {
  return { eventTypes: [type], channels: [], only: null, filter: null };
}
