// Where an original drops what waits: when its webhook is disabled, or gets another URL.

import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs, type Instant } from '../../src/domain/clock.ts';
import type { DeliveryRules } from '../../src/domain/delivery-rules.ts';
import type { NodeNews } from '../../src/domain/node-news.ts';
import { shardCount } from '../../src/domain/shard.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { testEpoch, type TestClock } from '../test-clock.ts';
import { failure, messageOf, ok, running } from './running.ts';

const rules: Partial<DeliveryRules> = { dropsPendingWhen: ['webhook_disabled', 'target_changed'] };

const moved = (webhook: Webhook): Webhook => ({
  ...webhook,
  endpoint: { ...webhook.endpoint, url: 'https://elsewhere.example/' },
});
const off =
  (since: Instant) =>
  (webhook: Webhook): Webhook => ({ ...webhook, state: { kind: 'disabled', reason: 'client', since } });
const on = (webhook: Webhook): Webhook => ({ ...webhook, state: { kind: 'active' } });

test.each([
  { what: 'another URL', change: moved, reason: 'target_changed' },
  { what: 'its client’s off-switch', change: off(testEpoch), reason: 'webhook_disabled' },
] as const)('$what cancels all that waits, in memory and in the store', async ({ change, reason }) => {
  const { create, publish, clock, sent, store, webhooks, caller, signals } = await running(() => failure, {
    rules,
  });
  const webhook = await create({ verification: null });
  for (let count = 0; count < 1_500; count++) await publish();
  await clock.advance(1);
  const attempted = sent.length;
  await webhooks.update(caller, webhook.id, change);
  await clock.advance(dayMs);
  expect(sent).toHaveLength(attempted);
  expect(await store.backlog()).toEqual({ pending: 0, oldestDueAt: null });
  const page = { limit: 1_500, after: null, before: null };
  const { rows } = await store.listDeliveries('tnt_1', {}, page);
  const reasons = rows.map(({ delivery: { state } }) => 'reason' in state && state.reason);
  expect(new Set(reasons)).toEqual(new Set([reason]));
  expect(signals.filter(({ kind }) => kind === 'store.failed')).toEqual([]);
});

test('what is published after the change is delivered to the new URL', async () => {
  const { create, publish, clock, statesOf, webhooks, caller, world } = await running(() => failure, {
    rules,
  });
  const webhook = await create({ verification: null });
  const old = await publish();
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, moved);
  world.receive = () => ok;
  await clock.advance(1);
  const fresh = await publish();
  await clock.advance(hourMs);
  expect(await statesOf(old)).toMatchObject([{ kind: 'cancelled' }]);
  expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
});

test('an attempt that is under way meanwhile is recorded, and the delivery stays cancelled for that reason', async () => {
  const { create, publish, clock, statesOf, webhooks, caller, world, signals } = await running(() => ok, {
    rules,
  });
  world.receive = () => new Promise((resolve) => clock.after(minuteMs, () => resolve(ok)));
  const webhook = await create({ verification: null });
  const eventId = await publish();
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, moved);
  await clock.advance(hourMs);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'cancelled', reason: 'target_changed' }]);
  const told = signals.find((signal) => signal.kind === 'delivery.attempted');
  expect(told!.delivery.state).toMatchObject({ kind: 'cancelled', reason: 'target_changed' });
});

test('Posthorn’s own disabling drops too', async () => {
  const { create, publish, clock, statesOf, store, world, sent } = await running(() => failure, {
    rules: { ...rules, disablesFailing: { afterMs: hourMs, atLeast: 3, counting: 'attempts' } },
  });
  const { id } = await create({ verification: null });
  const eventIds = [await publish(), await publish()];
  await clock.advance(hourMs);
  eventIds.push(await publish());
  await clock.advance(minuteMs);
  expect((await store.getWebhook('tnt_1', id))!.state).toMatchObject({ kind: 'disabled', reason: 'failing' });
  for (const eventId of eventIds) expect(await statesOf(eventId)).not.toMatchObject([{ kind: 'scheduled' }]);
  const before = sent.length;
  world.receive = () => ok;
  await clock.advance(dayMs);
  expect(sent).toHaveLength(before);
});

test('messages of the administration stay', async () => {
  const { create, clock, statesOf, webhooks, caller } = await running(() => failure, { rules });
  const webhook = await create();
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, off(testEpoch));
  await clock.advance(1);
  expect(await statesOf(messageOf(webhook))).toMatchObject([{ kind: 'scheduled' }]);
});

test('what a kill kept from being dropped is dropped by the next start', async () => {
  const first = await running(() => failure);
  const webhook = await first.create({ verification: null });
  const eventId = await first.publish();
  await first.clock.advance(1);
  // Under rules that keep what waits, the store is left as a kill right after the change would leave it.
  await first.webhooks.update(first.caller, webhook.id, off(testEpoch));
  const image = first.store.crash();
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32), image });
  const { statesOf, clock } = await running(() => ok, { rules, store, clock: first.clock, seed: 2 });
  await clock.advance(1);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'cancelled', reason: 'webhook_disabled' }]);
});

test('rules that lose nothing keep what waits through both', async () => {
  const { create, publish, clock, statesOf, webhooks, caller, world } = await running(() => failure);
  const webhook = await create({ verification: null });
  const eventId = await publish();
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, off(testEpoch));
  await webhooks.update(caller, webhook.id, moved);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'scheduled' }]);
  await webhooks.resume(caller, webhook.id);
  world.receive = () => ok;
  await clock.advance(hourMs);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
});

describe('where other nodes change the webhook and publish', () => {
  const shards = new Map(Array.from({ length: shardCount }, (_, shard) => [shard, 100 + shard]));

  /** The owner hears of changes when it is told to; the clock of the node that makes them is ahead of the others' by so much. */
  async function nodes(aheadMs = 0) {
    const shared = (tell: (news: NodeNews) => void) => ({ nodeId: 'nod_1', holds: () => true, tell });
    const owner = await running(() => failure, { rules, shared: shared(() => undefined) });
    const { clock, store, engine } = owner;
    const another = (seed: number, its: TestClock) =>
      running(() => ok, { rules, store, clock: its, seed, shared: shared((news) => engine.hear(news)) });
    const changer = await another(2, {
      ...clock,
      now: () => clock.now() + aheadMs,
      wall: () => clock.wall() + aheadMs,
    });
    const publisher = await another(3, clock);
    await engine.take(shards);
    const webhook = await changer.create({ verification: null });
    const waiting = await publisher.publish();
    await clock.advance(minuteMs);
    owner.world.hearsLate = true;
    const change = async (how: (current: Webhook) => Webhook) => {
      const changed = await changer.webhooks.update(changer.caller, webhook.id, how);
      await clock.advance(1);
      return changed;
    };
    const hearChanges = () => {
      owner.world.receive = () => ok;
      owner.hearChanges();
    };
    return { ...owner, publish: publisher.publish, change, hearChanges, waiting };
  }

  test.each([
    { clocks: 'of one time', aheadMs: 0 },
    { clocks: 'of which the changing one is ahead', aheadMs: 4 * secondMs },
    { clocks: 'of which the changing one is behind', aheadMs: -4 * secondMs },
  ])(
    'what is published once the URL is another goes there, however late the owner hears: clocks $clocks',
    async ({ aheadMs }) => {
      const { publish, change, hearChanges, clock, statesOf, waiting } = await nodes(aheadMs);
      await change(moved);
      const fresh = await publish();
      await clock.advance(20 * secondMs);
      hearChanges();
      await clock.advance(hourMs);
      expect(await statesOf(waiting)).toMatchObject([{ kind: 'cancelled', reason: 'target_changed' }]);
      expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
    },
  );

  test('a change that comes on top of the new URL before the owner hears moves nothing', async () => {
    const { publish, change, hearChanges, clock, statesOf } = await nodes();
    await change(moved);
    const fresh = await publish();
    await clock.advance(20 * secondMs);
    await change((current) => ({ ...current, name: 'renamed' }));
    hearChanges();
    await clock.advance(hourMs);
    expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
  });

  test('what is published once the webhook is on again is delivered, though the owner hears late that it was off', async () => {
    const { publish, change, hearChanges, clock, statesOf, engine, waiting } = await nodes();
    const disabled = await change(off(clock.wall()));
    await change(on);
    const fresh = await publish();
    await clock.advance(20 * secondMs);
    engine.webhookChanged(disabled.id, disabled);
    await clock.settle();
    hearChanges();
    await clock.advance(hourMs);
    expect(await statesOf(waiting)).toMatchObject([{ kind: 'cancelled', reason: 'webhook_disabled' }]);
    expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
  });

  test('whoever takes the shard of a webhook that is off by what it heard drops nothing that came after', async () => {
    const { publish, change, hearChanges, clock, statesOf, engine, waiting } = await nodes();
    const disabled = await change(off(clock.wall()));
    for (const shard of shards.keys()) engine.lose(shard);
    engine.webhookChanged(disabled.id, disabled);
    await change(on);
    const fresh = await publish();
    await clock.advance(20 * secondMs);
    await engine.take(shards);
    await clock.settle();
    hearChanges();
    await clock.advance(hourMs);
    expect(await statesOf(waiting)).toMatchObject([{ kind: 'cancelled', reason: 'webhook_disabled' }]);
    expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
  });

  test('what came in the last seconds before the webhook was off waits, and is dropped once it is on again', async () => {
    const { publish, change, hearChanges, clock, statesOf, world } = await nodes();
    const late = await publish();
    await change(off(clock.wall()));
    hearChanges();
    await clock.advance(minuteMs);
    expect(await statesOf(late)).toMatchObject([{ kind: 'scheduled' }]);
    world.hearsLate = true;
    await change(on);
    const fresh = await publish();
    hearChanges();
    await clock.advance(hourMs);
    expect(await statesOf(late)).toMatchObject([{ kind: 'cancelled', reason: 'webhook_disabled' }]);
    expect(await statesOf(fresh)).toMatchObject([{ kind: 'delivered' }]);
  });
});
