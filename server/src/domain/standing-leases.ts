// Leases that stand still. A live node renews its own all the time, so one that has not changed for as long as the longest lasts
// is nobody's any more, where the database's clock was set back and puts its end far away.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import { leaseMsMax, type Shard, type ShardTable } from './shard.ts';

/** Since when, by the observer's monotonic clock, the lease of each node and shard is as it is. */
export type SeenLeases = ReadonlyMap<Id | Shard, SeenLease>;
type SeenLease = { readonly leasedUntil: Instant; readonly sinceMs: number };

/** What is known once the answer of `atMs` is there. */
export function seeLeases(before: SeenLeases, { nodes, shards }: ShardTable, atMs: number): SeenLeases {
  const seen = new Map(before);
  const see = (of: Id | Shard, leasedUntil: Instant) => {
    if (before.get(of)?.leasedUntil !== leasedUntil) seen.set(of, { leasedUntil, sinceMs: atMs });
  };
  const there = new Set<Id | Shard>();
  for (const { id, leasedUntil } of nodes) {
    there.add(id);
    see(id, leasedUntil);
  }
  for (const { shard, leasedUntil } of shards) {
    if (leasedUntil === null) continue;
    there.add(shard);
    see(shard, leasedUntil);
  }
  for (const of of before.keys()) if (!there.has(of)) seen.delete(of);
  return seen;
}

/**
 * The nodes and shards whose leases end later than any that is written now (`now` is the database's time), and have stood for as
 * long as the longest. Who has one relies on it for less than that from before it was written, and it was written before it
 * was first seen.
 */
export function standingLeases(seen: SeenLeases, now: Instant, atMs: number): ReadonlySet<Id | Shard> {
  const stands = ({ leasedUntil, sinceMs }: SeenLease) =>
    leasedUntil > now + leaseMsMax && atMs - sinceMs >= leaseMsMax;
  return new Set([...seen].filter(([, lease]) => stands(lease)).map(([of]) => of));
}

/** The same table, in which these leases are over. */
export function withoutLeases(table: ShardTable, of: ReadonlySet<Id | Shard>): ShardTable {
  if (of.size === 0) return table;
  const { now, nodes, shards } = table;
  return {
    now,
    nodes: nodes.map((node) => (of.has(node.id) ? { ...node, leasedUntil: now } : node)),
    shards: shards.map((row) => (of.has(row.shard) ? { ...row, leasedUntil: now } : row)),
  };
}
