import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fairShare,
  freeShards,
  planFor,
  shardCount,
  shardOf,
  stateOf,
  type NodeRow,
  type ShardRow,
  type ShardTable,
} from './shard.ts';

const now = 1_000_000;
const leaseMs = 20_000;

test('a webhook has the same shard for ever: these are written in databases', () => {
  expect(shardOf('wh_01jd9z3k5n8q2r4t6v8w0xyzab')).toBe(8);
  expect(shardOf('wh_01jd9z3k5n8q2r4t6v8w0xyzac')).toBe(39);
});

test('webhooks made one after the other spread over all shards', () => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 6_400; index++) {
    const shard = shardOf(`wh_01jd9z3k5n8q2r4t6v8w${index.toString(32).padStart(6, '0')}`);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(shardCount);
  expect(Math.max(...counts.values())).toBeLessThan(200);
});

test('the shares of all running nodes are all shards, and differ by one at most', () => {
  fc.assert(
    fc.property(tables(), (table) => {
      const running = table.nodes.filter((node) => stateOf(node, now) === 'running');
      const shares = running.map(({ id }) => fairShare(id, table));
      fc.pre(running.length > 0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(shardCount);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a shard whose lease holds is claimed by nobody', () => {
  fc.assert(
    fc.property(tables(), (table) => {
      for (const { id } of table.nodes) {
        for (const { owner, leasedUntil } of planFor(id, table).claim)
          expect(owner === null || leasedUntil! <= now).toBe(true);
      }
    }),
  );
});

test('a node that leaves or is lost claims nothing and gives back all it owns', () => {
  fc.assert(
    fc.property(tables(), (table) => {
      for (const node of table.nodes) {
        if (stateOf(node, now) === 'running') continue;
        const { claim, giveBack } = planFor(node.id, table);
        expect(claim).toEqual([]);
        expect(giveBack.length).toBe(table.shards.filter(({ owner }) => owner === node.id).length);
      }
    }),
  );
});

test('what is given back first has the least under way', () => {
  const table = tableOf(['a', 'b'], () => 'a');
  const busy = new Set([0, 1, 2, 3]);
  const { giveBack } = planFor('a', table, (shard) => (busy.has(shard) ? 5 : 0));
  expect(giveBack).toHaveLength(shardCount / 2);
  expect(giveBack.some((shard) => busy.has(shard))).toBe(false);
});

test('whoever owned what before, and in whatever order nodes take turns, soon each has its share and nothing moves any more', () => {
  fc.assert(
    fc.property(tables(), fc.infiniteStream(fc.nat()), (first, order) => {
      const running = first.nodes.filter((node) => stateOf(node, now) === 'running').map(({ id }) => id);
      fc.pre(running.length > 0);
      // Those that do not run any more have lost what they had.
      let table: ShardTable = {
        ...first,
        shards: first.shards.map((row) => (held(row, running) ? row : free(row))),
      };
      for (let round = 0; round < 3; round++) {
        const turns = running.toSorted(() => ((order.next().value ?? 0) % 2 === 0 ? 1 : -1));
        for (const id of turns) table = carriedOut(id, table);
      }
      for (const id of running) {
        expect(table.shards.filter(({ owner }) => owner === id).length).toBe(fairShare(id, table));
        expect(planFor(id, table)).toEqual({ claim: [], giveBack: [] });
      }
      expect(freeShards(table)).toEqual([]);
    }),
  );
});

function held({ owner, leasedUntil }: ShardRow, running: readonly string[]): boolean {
  return owner !== null && leasedUntil! > now && running.includes(owner);
}

function free(row: ShardRow): ShardRow {
  return { ...row, owner: null, leasedUntil: null };
}

/** As the database does it, when nothing is under way. */
function carriedOut(id: string, table: ShardTable): ShardTable {
  const { claim, giveBack } = planFor(id, table);
  const claimed = new Set(claim.map(({ shard }) => shard));
  return {
    ...table,
    shards: table.shards.map((row) => {
      if (giveBack.includes(row.shard)) return free(row);
      return claimed.has(row.shard)
        ? { ...row, owner: id, epoch: row.epoch + shardCount, leasedUntil: now + leaseMs }
        : row;
    }),
  };
}

function tableOf(names: readonly string[], ownerOf: (shard: number) => string | null): ShardTable {
  const shards = Array.from({ length: shardCount }, (_, shard) => {
    const owner = ownerOf(shard);
    return { shard, epoch: shard + 1, owner, leasedUntil: owner === null ? null : now + leaseMs };
  });
  return { now, nodes: names.map((id) => nodeOf(id, now + leaseMs, false)), shards };
}

function nodeOf(id: string, leasedUntil: number, leaving: boolean): NodeRow {
  return { id, name: id, url: '', version: '1', startedAt: 0, heartbeatAt: 0, leasedUntil, leaving };
}

/** Up to seven nodes, some of them leaving or lost, and shards with any of them, free, or with a lease that is over. */
function tables(): fc.Arbitrary<ShardTable> {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const until = fc.integer({ min: now - leaseMs, max: now + leaseMs });
  const nodes = fc.tuple(
    ...names.map((id) => fc.record({ id: fc.constant(id), leasedUntil: until, leaving: fc.boolean() })),
  );
  const shard = fc.record({ owner: fc.option(fc.constantFrom(...names)), leasedUntil: until });
  return fc.record({
    now: fc.constant(now),
    nodes: fc
      .tuple(nodes, fc.integer({ min: 1, max: names.length }))
      .map(([all, count]) =>
        all.slice(0, count).map(({ id, leasedUntil, leaving }) => nodeOf(id, leasedUntil, leaving)),
      ),
    shards: fc.array(shard, { minLength: shardCount, maxLength: shardCount }).map((rows) =>
      rows.map(({ owner, leasedUntil }, index) => ({
        shard: index,
        epoch: index + 1,
        owner,
        leasedUntil: owner === null ? null : leasedUntil,
      })),
    ),
  });
}
