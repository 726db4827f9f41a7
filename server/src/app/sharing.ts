// How this node shares the work with others on the same database; where the database is embedded there are none.

import { hostname } from 'node:os';
import type { Config } from '../config.ts';
import type { Engine, Shared } from '../deliver/engine-port.ts';
import { secondMs } from '../domain/clock.ts';
import { shardCount } from '../domain/shard.ts';
import { makeListNodes, makeListOneNode, type ListNodes } from '../maintain/nodes.ts';
import { makeShardOwnership, type OwnershipSummary } from '../maintain/shard-ownership.ts';
import type { ShardStore } from '../storage/store.ts';
import type { Foundation } from './foundation.ts';

export type Sharing = {
  /** The engine's part in it; undefined where nobody shares. */
  readonly shared: Shared | undefined;
  readonly listNodes: ListNodes;
  /** Whether this node's clock agrees with the one that all nodes share. */
  clockIsRight(): Promise<boolean>;
  /** Undefined where nobody shares. */
  summary(): OwnershipSummary | undefined;
  /** Whether this node owns the first shard: some chores are for one node at a time. */
  isFirst(): boolean;
  /** Takes part from now on. */
  join(url: string): Promise<void>;
  /** Hands everything over; complete when it resolves, may be called twice. */
  leave(): Promise<void>;
};

export type SharingParts = Foundation & {
  readonly shards: ShardStore | null;
  readonly engine: () => Engine;
  readonly version: string;
  readonly url: () => string;
  readonly startClockAnew: () => void;
};

export function shareWork(
  { shards, engine, clock, ids, emit, version, url, startClockAnew }: SharingParts,
  { nodeName, shardLeaseSeconds }: Pick<Config, 'nodeName' | 'shardLeaseSeconds'>,
): Sharing {
  const startedAt = clock.wall();
  const node = { id: ids.next('nod'), name: nodeName ?? hostname(), url: '', version };
  if (shards === null) {
    return {
      shared: undefined,
      listNodes: makeListOneNode(
        () => ({ ...node, url: url(), startedAt }),
        () => clock.wall(),
      ),
      clockIsRight: async () => true,
      summary: () => undefined,
      isFirst: () => true,
      join: async () => {},
      leave: async () => {},
    };
  }
  const ownership = makeShardOwnership({
    store: shards,
    node,
    engine: {
      take: (taken) => engine().take(taken),
      giveBack: (shard) => engine().giveBack(shard),
      lose: (shard) => engine().lose(shard),
      underWay: (shard) => engine().underWay(shard),
      look: () => engine().look(),
      goOn: () => engine().goOn(),
    },
    clock,
    startClockAnew,
    emit,
    leaseMs: shardLeaseSeconds * secondMs,
  });
  const stopHearing = shards.onNews((news) => {
    engine().hear(news);
    // It may have waited until the changes of others were known.
    if (news.kind === 'unsure') engine().goOn();
  });
  return {
    shared: {
      nodeId: node.id,
      holds: () => ownership.holds() && shards.knowsChanges(),
      tell: (news) => shards.tell(news),
    },
    listNodes: makeListNodes(shards),
    clockIsRight: () => ownership.clockIsRight(),
    summary: () => ownership.summary(),
    isFirst: () => ownership.owns(0) && ownership.summary().clockAheadMs === null,
    join: (at) => ownership.start(at),
    async leave() {
      await ownership.leave();
      stopHearing();
    },
  };
}

/** What `/ready` says of it, and whether this node has what is due to it. */
export function readinessOf(summary: OwnershipSummary | undefined): { ready: boolean; text: string } {
  if (summary === undefined) return { ready: true, text: `ok, all ${shardCount}` };
  const { owned, share, free, running, holds, leavesAll } = summary;
  const text = `${owned} of ${shardCount}, a fair share is ${share}; nodes running: ${running}`;
  if (!holds) return { ready: false, text: `the leases are in doubt: ${text}` };
  if (leavesAll) return { ready: false, text: `none while the clock is wrong: ${text}` };
  if (owned < share && free > 0) return { ready: false, text: `taking over: ${text}` };
  return { ready: true, text: `ok, ${text}` };
}
