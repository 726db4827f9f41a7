// The engine of a node that shares the database: it sends to the webhooks of the shards that it owns, and to no others.

import { expect, test } from 'vitest';
import type { NodeNews } from '../../src/domain/node-news.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { shardCount, shardOf } from '../../src/domain/shard.ts';
import { closedBreaker } from '../../src/domain/circuit-breaker.ts';
import { failure, messageOf, ok, running } from './running.ts';

const minuteMs = 60_000;
const everyShard = new Map(Array.from({ length: shardCount }, (_, shard) => [shard, 100 + shard]));

async function sharing(receive: () => Outcome | Promise<Outcome> = () => ok) {
  const told: NodeNews[] = [];
  const lease = { holds: true };
  const tell = (news: NodeNews) => void told.push(news);
  const shared = { nodeId: 'nod_1', holds: () => lease.holds, tell };
  return { ...(await running(receive, { shared })), told, lease };
}

test('what is published for a webhook of another node is left to the store, and that node is told', async () => {
  const { engine, create, publish, told, sent, clock, store } = await sharing();
  const webhook = await create({ verification: null });
  await publish();
  await clock.advance(minuteMs);
  expect(sent).toEqual([]);
  expect(told).toEqual([{ kind: 'waiting', webhookIds: [webhook.id] }]);
  expect(engine.owns(webhook.id)).toBe(false);

  await engine.take(everyShard);
  await clock.settle();
  expect(sent).toHaveLength(1);
  expect((await store.backlog()).pending).toBe(0);
  expect(engine.owns(webhook.id)).toBe(true);
});

test('what another node published goes out when this one hears of it, or looks', async () => {
  const { engine, create, publish, sent, clock } = await sharing();
  const webhook = await create({ verification: null });
  await publish();
  engine.hear({ kind: 'waiting', webhookIds: [webhook.id] });
  await clock.settle();
  expect(sent).toEqual([]);
  await engine.take(everyShard);
  await clock.settle();
  expect(sent).toHaveLength(1);

  const shard = shardOf(webhook.id);
  engine.lose(shard);
  await publish();
  await publish();
  await engine.take(new Map([[shard, 7]]));
  await clock.settle();
  expect(sent).toHaveLength(3);
});

test('a shard is given back only when all that was begun for it is recorded, and nothing more is begun', async () => {
  const answer = Promise.withResolvers<Outcome>();
  const { engine, create, publish, sent, clock, store } = await sharing(() => answer.promise);
  const { id } = await create({ verification: null });
  await engine.take(everyShard);
  await publish();
  await clock.settle();
  let quiet = false;
  void engine.giveBack(shardOf(id)).then(() => (quiet = true));
  expect(engine.underWay(shardOf(id))).toBe(1);
  await publish();
  await clock.advance(minuteMs);
  expect([sent.length, quiet]).toEqual([1, false]);

  answer.resolve(ok);
  await clock.settle();
  expect(quiet).toBe(true);
  expect((await store.backlog()).pending).toBe(1);
  await clock.advance(minuteMs);
  expect(sent).toHaveLength(1);
});

test('while the leases are in doubt nothing is begun, and all goes on once they are not', async () => {
  const { engine, create, publish, sent, clock, lease } = await sharing();
  await create();
  await engine.take(everyShard);
  await clock.settle();
  const before = sent.length;
  lease.holds = false;
  await publish();
  await create({ url: 'https://other.example/' } as never);
  await clock.advance(minuteMs);
  expect(sent).toHaveLength(before);

  lease.holds = true;
  engine.goOn();
  await clock.settle();
  expect(sent).toHaveLength(before + 2);
});

test('a shard that comes back brings the breaker as the store has it', async () => {
  const { engine, create, publish, clock, store } = await sharing(() => failure);
  const { id } = await create({ verification: null });
  const shard = shardOf(id);
  await engine.take(everyShard);
  for (let count = 0; count < 20; count++) await publish();
  await clock.advance(minuteMs);
  expect(engine.health(id).breaker.kind).toBe('open');
  engine.lose(shard);
  await store.saveHealth(id, { breaker: closedBreaker, failing: null });
  await engine.look();
  expect(engine.health(id).breaker.kind).toBe('closed');
  await engine.take(new Map([[shard, 7]]));
  expect(engine.health(id)).toEqual({ breaker: closedBreaker, failing: null });
});

test('a 410 from the URL that another node has just replaced disables nothing', async () => {
  const answer = Promise.withResolvers<Outcome>();
  const { engine, create, publish, sent, clock, store, world, hearChanges, caller, statesOf } = await sharing(
    () => answer.promise,
  );
  const webhook = await create({ verification: null });
  await engine.take(everyShard);
  const eventId = await publish();
  await clock.settle();
  expect(sent).toHaveLength(1);
  world.hearsLate = true;
  const shared = { nodeId: 'nod_2', holds: () => true, tell: () => undefined };
  const repairing = await running(() => ok, { store, clock, shared, seed: 2 });
  await repairing.webhooks.update(caller, webhook.id, (current) => ({
    ...current,
    endpoint: { ...current.endpoint, url: 'https://repaired.example/' },
  }));
  answer.resolve({ kind: 'failure', status: 410 });
  await clock.settle();
  expect((await store.getWebhook('tnt_1', webhook.id))!.state).toEqual({ kind: 'active' });
  world.receive = () => ok;
  hearChanges();
  await clock.advance(10 * minuteMs);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
});

test('what this node is asked for and another owns is told, and done by the one that hears it', async () => {
  const { engine, create, publish, statesOf, told, sent, clock, world } = await sharing(() => failure);
  const { id } = await create({ verification: null });
  const deliveryId = 'dlv_1';
  engine.wake(id);
  engine.reload(id);
  engine.forget(id, deliveryId);
  await engine.resetBreaker(id);
  expect(told).toEqual([
    { kind: 'waiting', webhookIds: [id] },
    { kind: 'reload', webhookId: id },
    { kind: 'cancelled', webhookId: id, deliveryId },
    { kind: 'forgiven', webhookId: id },
  ]);

  await engine.take(everyShard);
  const event = await publish();
  for (let count = 0; count < 20; count++) await publish();
  await clock.advance(30_000);
  expect(engine.health(id).breaker.kind).toBe('open');
  world.receive = () => ok;
  const before = sent.length;
  for (const news of told) engine.hear(news);
  expect(engine.health(id).breaker.kind).toBe('closed');
  await clock.advance(10 * minuteMs);
  expect(sent.length).toBeGreaterThan(before);
  expect(await statesOf(event)).toMatchObject([{ kind: 'delivered' }]);
  expect(told).toHaveLength(4);
});

test('CON-06: a test whose caller waits is sent by the node that was asked, and its owner leaves it alone for as long', async () => {
  const { engine, create, tryTest, sent, clock, store, caller, told } = await sharing();
  const webhook = await create({ verification: null });
  const message = { type: 'ping', data: new TextEncoder().encode('{}'), context: {} };
  expect(await tryTest(caller, webhook, message)).toEqual(ok);
  expect(sent).toHaveLength(1);
  expect(await store.waitingExpress()).toEqual([]);
  expect(told).toEqual([]);
  await engine.take(everyShard);
  await engine.look();
  await clock.advance(10 * minuteMs);
  expect(sent).toHaveLength(1);
});

test('the test of a node that died before it sent it is sent by the owner, later than that node could have', async () => {
  const answer = Promise.withResolvers<Outcome>();
  const dying = await sharing(() => answer.promise);
  const webhook = await dying.create({ verification: null });
  const message = { type: 'ping', data: new TextEncoder().encode('{}'), context: {} };
  void dying.tryTest(dying.caller, webhook, message);
  await dying.clock.settle();
  const { store, clock } = dying;
  const shared = { nodeId: 'nod_2', holds: () => true, tell: () => undefined };
  const owner = await running(() => ok, { store, clock, shared });
  await owner.engine.take(everyShard);
  await clock.advance(80_000);
  expect(owner.sent).toEqual([]);
  await clock.advance(20_000);
  expect(owner.sent).toHaveLength(1);
});

test('a verification message is sent by the owner of its webhook, once, whoever asked for it', async () => {
  const { engine, create, sent, told, clock } = await sharing();
  const webhook = await create();
  await clock.settle();
  expect(sent).toEqual([]);
  expect(told).toEqual([{ kind: 'message_waiting' }]);
  await engine.take(everyShard);
  engine.hear({ kind: 'message_waiting' });
  engine.hear({ kind: 'unsure' });
  await engine.look();
  await clock.settle();
  expect(sent.map(({ eventId }) => eventId)).toEqual([messageOf(webhook)]);
});
