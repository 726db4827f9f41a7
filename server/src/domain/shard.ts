// Which node works for which webhook: webhooks fall into shards by their ids, and each live node has its fair share of
// them. Pure: what to claim and what to give back follows from the rows and the database's time alone.

import { secondMs, type Instant } from './clock.ts';
import type { Id } from './id.ts';

/** A slice of the webhooks, owned by one node at a time. Counted from 0. */
export type Shard = number;

/** Raised whenever a shard changes hands, and never the same for two shards: who knows it once owned that shard. */
export type Epoch = number;

/** Enough that 20 nodes differ by a third at most, few enough that all are renewed in one small statement. */
export const shardCount = 64;

/** The longest lease that a node may be given: with the turn in which another finds that it is over, less than a minute. */
export const leaseMsMax = 45 * secondMs;

/** A process, not a machine: a restarted node is another one. */
export type NodeRow = {
  readonly id: Id;
  readonly name: string;
  readonly url: string;
  readonly version: string;
  readonly startedAt: Instant;
  readonly heartbeatAt: Instant;
  /** Until then it counts as alive. */
  readonly leasedUntil: Instant;
  /** It stops, and wants no shards. */
  readonly leaving: boolean;
};

export type ShardRow = {
  readonly shard: Shard;
  readonly epoch: Epoch;
  readonly owner: Id | null;
  /** Until then nobody but the owner may work for it; null without an owner. */
  readonly leasedUntil: Instant | null;
};

/** All rows as they were at one moment, by the database's clock. */
export type ShardTable = {
  readonly now: Instant;
  readonly nodes: readonly NodeRow[];
  readonly shards: readonly ShardRow[];
};

export type NodeState = 'running' | 'leaving' | 'lost';

/** The shard of a webhook, for ever: the FNV-1a hash of its id, its halves folded. */
export function shardOf(webhookId: Id): Shard {
  let hash = 0x811c9dc5;
  for (let index = 0; index < webhookId.length; index++) {
    hash = Math.imul(hash ^ webhookId.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % shardCount;
}

export function stateOf({ leasedUntil, leaving }: NodeRow, now: Instant): NodeState {
  if (leasedUntil <= now) return 'lost';
  return leaving ? 'leaving' : 'running';
}

/** Whether no other node would take what this one gives back. */
export function isAlone(me: Id, { now, nodes }: Pick<ShardTable, 'now' | 'nodes'>): boolean {
  return nodes.every((node) => node.id === me || stateOf(node, now) !== 'running');
}

/** How many shards a node should own: shares differ by one at most. 0 for one that leaves or is lost. */
export function fairShare(me: Id, { now, nodes }: Pick<ShardTable, 'now' | 'nodes'>): number {
  const running = nodes
    .filter((node) => stateOf(node, now) === 'running')
    .map(({ id }) => id)
    .toSorted();
  const place = running.indexOf(me);
  if (place === -1) return 0;
  return Math.floor(shardCount / running.length) + (place < shardCount % running.length ? 1 : 0);
}

export type ShardPlan = {
  /** What is free and due to this node, as it is now: whoever is first has it. */
  readonly claim: readonly ShardRow[];
  /** What it owns beyond its share. */
  readonly giveBack: readonly Shard[];
};

/** What a node should do now. It gives back first what has the least `underWay`, since that is over soonest. */
export function planFor(me: Id, table: ShardTable, underWay: (shard: Shard) => number = () => 0): ShardPlan {
  const own = table.shards.filter(({ owner }) => owner === me).map(({ shard }) => shard);
  const missing = fairShare(me, table) - own.length;
  if (missing >= 0) return { claim: freeShards(table).slice(0, missing), giveBack: [] };
  return {
    claim: [],
    giveBack: own.toSorted((a, b) => underWay(a) - underWay(b) || a - b).slice(0, -missing),
  };
}

/** Without an owner, or with one whose lease is over. */
export function freeShards({ now, shards }: ShardTable): readonly ShardRow[] {
  return shards.filter(({ owner, leasedUntil }) => owner === null || (leasedUntil ?? 0) <= now);
}
