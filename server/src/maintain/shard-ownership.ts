// Which shards this node owns: says again and again that it lives, claims what is free up to its fair share, and gives
// back what is another's due. A node that can't say so in time trusts none of its shards, before the database lets
// another one take them. One whose clock is wrong leaves all to others: what is due, and what is old, would be so by that clock.

import { clockAheadMs, clockIsRight } from '../domain/clock-agreement.ts';
import { secondMs, type Cancel, type Clock, type Instant } from '../domain/clock.ts';
import type { Id } from '../domain/id.ts';
import {
  fairShare,
  isAlone,
  freeShards,
  planFor,
  shardCount,
  stateOf,
  type Epoch,
  type Shard,
  type ShardTable,
} from '../domain/shard.ts';
import type { Emit } from '../domain/signal.ts';
import { seeLeases, standingLeases, withoutLeases, type SeenLeases } from '../domain/standing-leases.ts';
import type { NodeReport, ShardStore } from '../storage/store.ts';

export type OwnershipParts = {
  readonly store: ShardStore;
  readonly node: Omit<NodeReport, 'leaving'>;
  readonly engine: {
    take(shards: ReadonlyMap<Shard, Epoch>): Promise<void>;
    giveBack(shard: Shard): Promise<void>;
    lose(shard: Shard): void;
    underWay(shard: Shard): number;
    look(): Promise<void>;
    goOn(): void;
  };
  readonly clock: Clock;
  /** Time begins anew, with the system's clock as it is: this process began while that was wrong, and has owned nothing. */
  readonly startClockAnew: () => void;
  readonly emit: Emit;
  /** How long a node that falls silent keeps its shards, in milliseconds of the database's clock. */
  readonly leaseMs: number;
};

export type ShardOwnership = {
  /** Whether this node's clock agrees with the database's; as it was when last compared, where that can't be asked. */
  clockIsRight(): Promise<boolean>;
  /** Begins to own; resolves once a first turn has been made, or failed and will be made again. */
  start(url: string): Promise<void>;
  /** Whether the leases surely hold: a comparison, to be asked before each attempt. */
  holds(): boolean;
  owns(shard: Shard): boolean;
  /** What this node owns, as far as it knows. */
  summary(): OwnershipSummary;
  /** Claims nothing any more, and gives back each shard as soon as nothing of it is under way; resolves when none is left. */
  leave(): Promise<void>;
};

export type OwnershipSummary = {
  readonly owned: number;
  readonly share: number;
  /** Shards that nobody owns. */
  readonly free: number;
  readonly running: number;
  readonly holds: boolean;
  /** By how much this node's clock is ahead of the database's; null while it is right, or nobody knows. */
  readonly clockAheadMs: number | null;
  /** Whether it owns nothing for that reason, or will soon. */
  readonly leavesAll: boolean;
};

/** Several tries fit into a lease. */
const turnsPerLease = 4;
/** The part of a lease that is not relied on: clocks may differ in their speed, and a request is on its way for a while. */
const doubtShare = 0.1;
const retryMs = secondMs / 2;

type OwnClock = { readonly isRight: boolean; readonly aheadMs: number };

/** `quiet` once nothing of a shard that is given back is under way. */
type Owned = { readonly epoch: Epoch; state: 'owned' | 'giving_back' | 'quiet' };

export function makeShardOwnership(parts: OwnershipParts): ShardOwnership {
  const { store, engine, clock, emit, leaseMs } = parts;
  const nodeId: Id = parts.node.id;
  const owned = new Map<Shard, Owned>();
  let node: NodeReport = { ...parts.node, leaving: false };
  let table: ShardTable | null = null;
  let seenLeases: SeenLeases = new Map();
  /** Null before the first comparison. */
  let ownClock: OwnClock | null = null;
  let wasEverRight = false;
  /** By the monotonic clock. */
  let holdsUntilMs = Number.NEGATIVE_INFINITY;
  let turning: Promise<void> | null = null;
  let again = false;
  /** Another node was faster with something that is due to this one. */
  let contended = false;
  let alarm: Cancel = () => {};
  let started = false;
  let left = false;
  let leaving: Promise<void> | null = null;
  let stopListening = () => {};

  const holds = () => clock.monotonicMs() < holdsUntilMs;

  const isRight = () => ownClock?.isRight === true;

  /** While its clock is wrong; but one that has worked, and has nobody beside it, goes on by its steady clock. */
  const leavesAll = () => !isRight() && !(wasEverRight && table !== null && isAlone(nodeId, table));

  /** One turn at a time; who asks during one gets another right after it. */
  function turn(): Promise<void> {
    if (turning !== null) again = true;
    turning ??= run().finally(() => {
      turning = null;
    });
    return turning;
  }

  async function run(): Promise<void> {
    do {
      again = false;
      alarm();
      contended = false;
      const failed = await oneTurn().then(
        () => false,
        (cause: unknown) => {
          emit({ kind: 'store.failed', operation: 'shards', cause });
          return true;
        },
      );
      if (left) return;
      const soon = failed || contended;
      alarm = clock.after(
        soon ? Math.min(retryMs, leaseMs / 10) : leaseMs / turnsPerLease,
        () => void turn(),
      );
    } while (again);
  }

  /** All that changes rows is in a turn, one after the other: so no answer is older than what is known here. */
  async function oneTurn(): Promise<void> {
    await releaseQuiet();
    // Before its first word: the others would give back its share to a newcomer whose clock is wrong.
    if (ownClock === null) await readTable();
    const askedMs = clock.monotonicMs();
    const inDoubt = !holds();
    const renewed = await store.renew({ ...node, leaving: node.leaving || leavesAll() }, leaseMs);
    noteLost(renewed);
    holdsUntilMs = askedMs + leaseMs * (1 - doubtShare);
    take(renewed);
    if (inDoubt) engine.goOn();
    const read = await readTable();
    const readMs = clock.monotonicMs();
    seenLeases = seeLeases(seenLeases, read, readMs);
    const stood = standingLeases(seenLeases, read.now, readMs);
    table = withoutLeases(read, stood);
    if (node.leaving || leavesAll()) return giveBack([...owned.keys()]);
    const { claim, giveBack: surplus } = planFor(nodeId, table, underWay);
    giveBack(surplus);
    if (claim.length > 0) {
      const due = new Set(claim.map(({ shard }) => shard));
      const asRead = read.shards.filter(({ shard }) => due.has(shard));
      const claimed = await store.claim(nodeId, asRead, leaseMs, stood);
      take(claimed);
      contended = claimed.size < claim.length;
    }
    void engine.look();
  }

  async function readTable(): Promise<ShardTable> {
    const askedMs = clock.monotonicMs();
    const read = await store.table();
    noteClock(read.now, clock.monotonicMs() - askedMs);
    return read;
  }

  function noteClock(database: Instant, tookMs: number): void {
    const wasRight = ownClock?.isRight ?? true;
    const aheadMs = clockAheadMs({ database, own: clock.wall(), tookMs });
    ownClock = { isRight: clockIsRight(aheadMs, wasRight), aheadMs };
    if (ownClock.isRight && !wasRight && !wasEverRight) parts.startClockAnew();
    wasEverRight ||= ownClock.isRight;
    if (ownClock.isRight === wasRight) return;
    emit({ kind: wasRight ? 'clock.wrong' : 'clock.right', aheadMs });
    again = true;
  }

  async function releaseQuiet(): Promise<void> {
    const quiet = [...owned].filter(([, { state }]) => state === 'quiet');
    if (quiet.length === 0) return;
    const epochs = quiet.map(([, { epoch }]) => epoch);
    await store.release(nodeId, epochs);
    const shards = quiet.map(([shard]) => shard);
    for (const shard of shards) owned.delete(shard);
    emit({ kind: 'shards.given_back', shards });
  }

  /** What is being given back goes on to be. */
  function underWay(shard: Shard): number {
    return owned.get(shard)?.state === 'owned' ? engine.underWay(shard) : -1;
  }

  function noteLost(renewed: ReadonlyMap<Shard, Epoch>): void {
    const lost = [...owned].filter(([shard, { epoch }]) => renewed.get(shard) !== epoch);
    for (const [shard] of lost) {
      owned.delete(shard);
      engine.lose(shard);
    }
    if (lost.length > 0) emit({ kind: 'shards.lost', shards: lost.map(([shard]) => shard) });
  }

  /** Also what this node owns without knowing, since an answer was lost. */
  function take(shards: ReadonlyMap<Shard, Epoch>): void {
    const taken = new Map([...shards].filter(([shard]) => !owned.has(shard)));
    if (taken.size === 0) return;
    for (const [shard, epoch] of taken) owned.set(shard, { epoch, state: 'owned' });
    emit({ kind: 'shards.taken', shards: [...taken.keys()] });
    engine.take(taken).catch((cause: unknown) => {
      emit({ kind: 'store.failed', operation: 'shards', cause });
      // The next renewal tells of them again.
      for (const [shard, epoch] of taken) if (owned.get(shard)?.epoch === epoch) owned.delete(shard);
    });
  }

  /** Until a shard is released its lease is renewed, so that what is in flight has it to the end. */
  function giveBack(shards: readonly Shard[]): void {
    for (const shard of shards) {
      const each = owned.get(shard);
      if (each?.state !== 'owned') continue;
      each.state = 'giving_back';
      void engine.giveBack(shard).then(() => {
        each.state = 'quiet';
        if (!left) void turn();
      });
    }
  }

  return {
    holds,

    async clockIsRight() {
      await readTable().catch((cause: unknown) => emit({ kind: 'store.failed', operation: 'shards', cause }));
      return isRight();
    },

    async start(url) {
      node = { ...node, url };
      started = true;
      stopListening = store.onNews((news) => {
        if (news.kind === 'shards') void turn();
      });
      await turn();
      store.tell({ kind: 'shards' });
    },

    owns: (shard) => holds() && owned.get(shard)?.state === 'owned',

    summary: () => ({
      holds: holds(),
      clockAheadMs: ownClock === null || ownClock.isRight ? null : ownClock.aheadMs,
      leavesAll: leavesAll(),
      owned: owned.size,
      share: table === null ? shardCount : fairShare(nodeId, table),
      free: table === null ? shardCount : freeShards(table).length,
      running: (table?.nodes ?? []).filter((each) => stateOf(each, table!.now) === 'running').length,
    }),

    leave() {
      leaving ??= leave();
      return leaving;
    },
  };

  async function leave(): Promise<void> {
    node = { ...node, leaving: true };
    if (started) await turn();
    await Promise.all([...owned.keys()].map((shard) => engine.giveBack(shard)));
    left = true;
    alarm();
    stopListening();
    await turning;
    if (!started) return;
    await store.leave(nodeId).catch((cause: unknown) => {
      emit({ kind: 'store.failed', operation: 'shards', cause });
    });
  }
}
