import { expect, test } from 'vitest';
import { freeShards, leaseMsMax, stateOf, type ShardTable } from './shard.ts';
import { seeLeases, standingLeases, withoutLeases, type SeenLeases } from './standing-leases.ts';

function tableOf(leasedUntil: number): ShardTable {
  const node = { id: 'a', name: 'a', url: '', version: '1', startedAt: 0, heartbeatAt: 0, leaving: false };
  return {
    now: 1_000,
    nodes: [{ ...node, leasedUntil }],
    shards: [
      { shard: 0, epoch: 1, owner: 'a', leasedUntil },
      { shard: 1, epoch: 2, owner: null, leasedUntil: null },
    ],
  };
}

function look(before: SeenLeases, leasedUntil: number, atMs: number) {
  const table = tableOf(leasedUntil);
  const seen = seeLeases(before, table, atMs);
  return { seen, table: withoutLeases(table, standingLeases(seen, table.now, atMs)) };
}

test('a lease that has not changed for as long as the longest lasts is over, wherever its end is', () => {
  const first = look(new Map(), 1_000_000, 5);
  const early = look(first.seen, 1_000_000, leaseMsMax + 4);
  expect(freeShards(early.table)).toHaveLength(1);
  const { table } = look(early.seen, 1_000_000, leaseMsMax + 5);
  expect(freeShards(table)).toHaveLength(2);
  expect(stateOf(table.nodes[0]!, table.now)).toBe('lost');
});

test('one that ends as soon as any other stands for as long as it says, whatever nodes have been told', () => {
  const first = look(new Map(), 1_000 + leaseMsMax, 0);
  expect(freeShards(look(first.seen, 1_000 + leaseMsMax, 10 * leaseMsMax).table)).toHaveLength(1);
});

test('one that is renewed stands still for no time, also where its end comes nearer', () => {
  let seen: SeenLeases = new Map();
  for (let turn = 0; turn < 20; turn++) {
    const looked = look(seen, 1_000_000 - turn, turn * 5_000);
    seen = looked.seen;
    expect(freeShards(looked.table)).toHaveLength(1);
  }
});

test('what is not there any more is forgotten', () => {
  const { seen } = look(new Map(), 1_000_000, 0);
  expect(seeLeases(seen, { now: 1_000, nodes: [], shards: [] }, 1).size).toBe(0);
});
