// Who owns a shard, decided by the database: one node at a time, by the database's clock, and nobody else's results count.

import { setImmediate } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import type { NodeNews } from '../../domain/node-news.ts';
import type { ServerNews } from '../../domain/server-news.ts';
import { shardCount, shardOf, type ShardRow } from '../../domain/shard.ts';
import type { NodeReport } from '../store.ts';
import { readNews } from './news.ts';
import {
  aChange,
  aDelivery,
  anEntry,
  anEvent,
  aWebhook,
  newId,
  newTenant,
  routed,
  succeeded,
  tenantId,
} from '../contract/given.ts';

let database: TestDatabase;
let here: OpenStore;
let there: OpenStore;
/** Guards against hanging only. */
const within = { timeout: 30_000 };
const longMs = 3_600_000;

beforeAll(async () => {
  database = await testDatabase();
  here = await openStore(database.url);
  there = await openStore(database.url);
});
beforeEach(async () => {
  newTenant();
  await database.query('UPDATE shards SET owner = NULL, leased_until = NULL');
  await database.query('DELETE FROM nodes');
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database[Symbol.asyncDispose]();
});

function node(id: string): NodeReport {
  return { id, name: `name of ${id}`, url: 'http://127.0.0.1', version: '1', leaving: false };
}

async function allShards(): Promise<readonly ShardRow[]> {
  return (await here.shards.table()).shards;
}

test('of two nodes that claim the same shards at once each gets some, and no shard has two owners', async () => {
  const free = await allShards();
  expect(free.map(({ shard }) => shard)).toEqual(Array.from({ length: shardCount }, (_, shard) => shard));
  const [mine, yours] = await Promise.all([
    here.shards.claim('nod_1', free, longMs),
    there.shards.claim('nod_2', free.toReversed(), longMs),
  ]);
  expect(mine.size + yours.size).toBe(shardCount);
  for (const { shard, owner } of await allShards()) expect(owner).toBe(mine.has(shard) ? 'nod_1' : 'nod_2');
});

test('a claim raises the epoch, and no epoch is that of two shards', async () => {
  const before = await allShards();
  const claimed = await here.shards.claim('nod_1', before.slice(0, 10), longMs);
  const highest = Math.max(...before.map(({ epoch }) => epoch));
  for (const [, epoch] of claimed) expect(epoch).toBeGreaterThan(highest);
  expect(new Set(claimed.values()).size).toBe(10);
});

test('a shard is not claimed while its lease holds, nor by what is known of it from before', async () => {
  const old = await allShards();
  await here.shards.claim('nod_1', old, longMs);
  expect((await there.shards.claim('nod_2', await allShards(), longMs)).size).toBe(0);
  await here.shards.release('nod_1', [...(await here.shards.renew(node('nod_1'), longMs)).values()]);
  expect((await there.shards.claim('nod_2', old, longMs)).size).toBe(0);
  expect((await there.shards.claim('nod_2', await allShards(), longMs)).size).toBe(shardCount);
});

test('once a lease is over by the database’s clock another node may have the shard, and the renewal of the first leaves it', async () => {
  const [first, second] = await allShards();
  const claimed = await here.shards.claim('nod_1', [first!, second!], 1);
  const taken = await eventually(async () => {
    const now = (await allShards()).slice(0, 1);
    const mine = await there.shards.claim('nod_2', now, longMs);
    return mine.size > 0 ? mine : undefined;
  });
  expect([...taken.keys()]).toEqual([0]);
  expect(await here.shards.renew(node('nod_1'), longMs)).toEqual(new Map([[1, claimed.get(1)]]));
});

test('a lease that stood still is over if whoever claims says so, unless it has been renewed since', async () => {
  const claimed = await here.shards.claim('nod_1', (await allShards()).slice(0, 2), longMs);
  const seen = (await allShards()).slice(0, 2);
  const stood = new Set([0]);
  // A lease is told in milliseconds: one that is renewed within the same is to be another all the same.
  await here.shards.renew(node('nod_1'), longMs + 1);
  expect((await there.shards.claim('nod_2', seen, longMs, stood)).size).toBe(0);
  const now = (await allShards()).slice(0, 2);
  expect([...(await there.shards.claim('nod_2', now, longMs, stood)).keys()]).toEqual([0]);
  expect(await here.shards.renew(node('nod_1'), longMs)).toEqual(new Map([[1, claimed.get(1)]]));
});

test('a node that leaves owns nothing any more and is not told of', async () => {
  await here.shards.renew(node('nod_1'), longMs);
  await here.shards.renew(node('nod_2'), longMs);
  await here.shards.claim('nod_1', await allShards(), longMs);
  await here.shards.leave('nod_1');
  const { nodes, shards } = await there.shards.table();
  expect(nodes).toEqual([
    {
      ...node('nod_2'),
      startedAt: expect.any(Number),
      heartbeatAt: expect.any(Number),
      leasedUntil: expect.any(Number),
    },
  ]);
  expect(shards.every(({ owner }) => owner === null)).toBe(true);
});

test('I4: a result under an epoch that is over is refused, its attempt kept, and the health that came with it not', async () => {
  const webhook = await here.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const shard = shardOf(webhook.id);
  const owned = async (id: string) =>
    (await allShards()).filter((row) => row.shard === shard && (row.owner ?? id) === id);
  const before = (await here.shards.claim('nod_1', await owned('nod_1'), 1)).get(shard)!;
  const [late, fresh] = await Promise.all([publishedTo(webhook.id), publishedTo(webhook.id)]);
  await eventually(async () => {
    const claimed = await there.shards.claim('nod_2', await owned('nod_1'), longMs);
    return claimed.size > 0 ? claimed : undefined;
  });
  const now = (await allShards())[shard]!.epoch;
  const health = { breaker: { kind: 'closed', recent: [] }, failing: null } as never;

  expect(
    await here.record({
      results: [{ ...succeeded(late), epoch: before }],
      health: new Map([[webhook.id, health]]),
    }),
  ).toEqual(['stale']);
  expect((await here.getDelivery(tenantId, late.id))!.delivery.state.kind).toBe('scheduled');
  expect(await here.listAttempts(tenantId, late.id)).toHaveLength(1);
  expect((await here.loadHealth()).has(webhook.id)).toBe(false);

  expect(
    await there.record({
      results: [
        { ...succeeded(fresh), epoch: now },
        { ...succeeded(late), epoch: now },
      ],
      health: new Map([[webhook.id, health]]),
    }),
  ).toEqual(['recorded', 'recorded']);
  expect((await here.loadHealth()).has(webhook.id)).toBe(true);
});

test('a shard changes hands only after the records that are under way, and a renewal waits for neither', async () => {
  const webhook = await here.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const shard = shardOf(webhook.id);
  const claimed = await here.shards.claim('nod_1', (await allShards()).slice(shard, shard + 1), 1);
  const delivery = await publishedTo(webhook.id);
  const inTheWay = new Client({ connectionString: database.url });
  await inTheWay.connect();
  try {
    await inTheWay.query('BEGIN');
    await inTheWay.query('SELECT id FROM deliveries_waiting WHERE id = $1 FOR UPDATE', [delivery.id]);
    const result = { ...succeeded(delivery), epoch: claimed.get(shard)! };
    const recording = here.record({ results: [result], health: new Map() });
    await database.lockAwaited('posthorn recording');
    expect(await here.shards.renew(node('nod_1'), 1)).toEqual(claimed);
    await eventually(async () => {
      const { now, shards } = await here.shards.table();
      return shards[shard]!.leasedUntil! < now ? true : undefined;
    });
    let hasIt = false;
    const free = (await allShards()).slice(shard, shard + 1);
    const claiming = there.shards.claim('nod_2', free, longMs).then((mine) => {
      hasIt = true;
      return mine;
    });
    await database.lockAwaited('posthorn sharing');
    expect(hasIt).toBe(false);
    await inTheWay.query('COMMIT');
    expect(await recording).toEqual(['recorded']);
    expect((await claiming).size).toBe(1);
  } finally {
    await inTheWay.end();
  }
});

test('what one node tells reaches the others', async () => {
  const heard: NodeNews[] = [];
  const stop = there.shards.onNews((news) => heard.push(news));
  const [first, second] = [newId('wh'), newId('wh')];
  const many = Array.from({ length: 600 }, () => newId('wh'));
  here.shards.tell({ kind: 'waiting', webhookIds: [first] });
  here.shards.tell({ kind: 'waiting', webhookIds: [second, first] });
  here.shards.tell({ kind: 'waiting', webhookIds: many });
  here.shards.tell({ kind: 'message_waiting' });
  here.shards.tell({ kind: 'probe', webhookId: first });
  here.shards.tell({ kind: 'shards' });
  here.shards.tell({ kind: 'reload', webhookId: first });
  here.shards.tell({ kind: 'forgiven', webhookId: first });
  here.shards.tell({ kind: 'cancelled', webhookId: first, deliveryId: 'dlv_1' });
  const waiting = () => new Set(heard.flatMap((news) => (news.kind === 'waiting' ? news.webhookIds : [])));
  await expect.poll(waiting, within).toEqual(new Set([first, second, ...many]));
  for (const news of [
    { kind: 'message_waiting' },
    { kind: 'probe', webhookId: first },
    { kind: 'shards' },
    { kind: 'reload', webhookId: first },
    { kind: 'forgiven', webhookId: first },
    { kind: 'cancelled', webhookId: first, deliveryId: 'dlv_1' },
  ]) {
    await expect.poll(() => heard, within).toContainEqual(news);
  }
  stop();
});

test('what is told again while it is being told is told again', async () => {
  const heard: NodeNews[] = [];
  const stop = there.shards.onNews((news) => heard.push(news));
  const id = newId('wh');
  here.shards.tell({ kind: 'waiting', webhookIds: [id] });
  await setImmediate();
  here.shards.tell({ kind: 'waiting', webhookIds: [id] });
  const times = () => heard.filter((news) => news.kind === 'waiting' && news.webhookIds.includes(id)).length;
  await expect.poll(times, within).toBe(2);
  stop();
});

test('what attempts found out about servers reaches the others whole and in order, however much it is', async () => {
  const heard: ServerNews[] = [];
  const stop = there.shards.onNews((news) => {
    if (news.kind === 'servers') heard.push(...news.found);
  });
  const server = `https://${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}:65535`;
  const nodeId = newId('nod');
  const rule = { failuresInARowMax: 10, probeEveryMs: 300_000 };
  const failed: ServerNews = {
    nodeId,
    server,
    kind: 'failed',
    tenantId: newId('tnt'),
    webhookId: newId('wh'),
    rule,
  };
  const found: ServerNews[] = [
    ...Array.from({ length: 30 }, () => failed),
    { nodeId, server, kind: 'probed', rule },
    { nodeId, server, kind: 'answered' },
  ];
  for (const each of found) here.shards.tell({ kind: 'servers', found: [each] });
  await expect.poll(() => heard, within).toEqual(found);
  stop();
});

test('a notification that this version does not know may mean anything', () => {
  for (const text of ['', 'shards of ice', '[oops', '{}', '[1,null]', '[{"kind":"exploded"}]'])
    expect(readNews(text)).toEqual({ kind: 'unsure' });
});

async function publishedTo(webhookId: string) {
  const event = anEvent();
  const delivery = aDelivery(event, { id: webhookId });
  await here.publish(anEntry([routed(event, [delivery])]));
  return delivery;
}

async function eventually<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let tries = 0; tries < 2_000; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came');
}
