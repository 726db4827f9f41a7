// One simulated run of several nodes on one database: they come, go, die, freeze and are cut off, while publishers go on.

import type { Engine } from '../../src/deliver/engine-port.ts';
import { makeEngine } from '../../src/deliver/engine.ts';
import { minuteMs, secondMs } from '../../src/domain/clock.ts';
import { durableRules } from '../../src/domain/delivery-rules.ts';
import type { Id } from '../../src/domain/id.ts';
import { makeIds } from '../../src/domain/id.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { noPolicies } from '../../src/domain/webhook-policy.ts';
import { makeShardOwnership, type ShardOwnership } from '../../src/maintain/shard-ownership.ts';
import { makePublish, type Publish } from '../../src/publish/publish.ts';
import { startSubscriptions } from '../../src/publish/subscriptions.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { seededRandom, testClock, testEpoch } from '../test-clock.ts';
import { fallibleStore } from './fallible.ts';
import { nothingIsLost, rateLimitsHold, type Ledger } from './invariants.ts';
import { NodeLife, nodeClock, nodeSend, nodeShards, nodeStore } from './node-life.ts';
import { simulatedSchedule } from './plan.ts';
import { moods, Receivers, type Arrival } from './receivers.ts';
import { SharedShards } from './shared-shards.ts';
import {
  askAgain,
  changeState,
  createWebhooks,
  format,
  giveUp,
  pick,
  publishUntilAcked,
  refusedOrFull,
  tenantId,
  untilQuiet,
  type World,
} from './simulate.ts';

export type Report = {
  readonly problems: readonly string[];
  readonly arrivals: number;
  /** How often a result was refused because its shard had another owner. */
  readonly refused: number;
  /** How many shards changed hands: because their owner gave them back, and because it lost them. */
  readonly givenBack: number;
  readonly lost: number;
};

const faultyMs = 10 * minuteMs;
const leaseMs = 20 * secondMs;
const nodesMax = 4;
/** Enough that every node has some. */
const webhookCount = 8;

type Node = {
  readonly number: number;
  readonly life: NodeLife;
  readonly engine: Engine;
  readonly ownership: ShardOwnership;
  readonly publish: Publish;
  readonly store: Store;
};

/** What the nodes share. */
type Shared = World & {
  readonly shards: SharedShards;
  /** Under which epoch each request was begun; none when its node had no lease. */
  readonly begun: Map<Arrival, number | undefined>;
};

export async function simulateNodes(seed: number): Promise<Report> {
  const random = seededRandom(seed);
  const clock = testClock(testEpoch);
  const shards = new SharedShards(clock);
  const store = shards.fence(openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) }));
  const ledger: Ledger = {
    acked: [],
    crashes: [],
    cancelled: new Set(),
    hastened: new Set(),
    deleted: new Set(),
    verifiedAt: new Map(),
    endedAt: new Map(),
    signals: [],
    trace: [],
  };
  const receivers = new Receivers(clock, random);
  const ids = makeIds(clock, random);
  const world: Shared = { clock, random, store, receivers, ledger, ids, shards, begun: new Map() };
  const webhooks = await createWebhooks(world, { count: webhookCount, asks: false });
  const nodes: Node[] = [];
  let started = 0;
  const startAnother = async () => void nodes.push(await startNode(world, started++));
  const remove = (node: Node) => nodes.splice(nodes.indexOf(node), 1);
  for (let count = 2 + Math.floor(random.fraction() * 2); count > 0; count--) await startAnother();

  const disturb = async (): Promise<void> => {
    const draw = random.fraction();
    const node = pick(random, nodes);
    const { life } = node;
    const forMs = random.fraction() * 90 * secondMs;
    if (draw < 0.3) receivers.setMood(pick(random, webhooks).id, pick(random, moods));
    else if (draw < 0.5) {
      life.freeze();
      clock.after(forMs, () => life.thaw());
    } else if (draw < 0.65) {
      life.cutOff = true;
      clock.after(forMs, () => (life.cutOff = false));
    } else if (draw < 0.75) {
      life.alive = false;
      remove(node);
      await startAnother();
    } else if (draw < 0.85) {
      remove(node);
      void leave(node);
      await startAnother();
    } else if (draw < 0.9) {
      if (nodes.length < nodesMax) await startAnother();
    } else if (draw < 0.94) {
      await changeState(world, pick(random, webhooks), random.fraction() < 0.5 ? 'paused' : 'active');
    } else if (draw < 0.97) void askAgain(world, node).catch(refusedOrFull);
    else void giveUp(world, node).catch(refusedOrFull);
  };

  const acts = [
    ...Array.from({ length: 10 + Math.floor(random.fraction() * 40) }, (_, number) => ({
      at: random.fraction() * faultyMs,
      act: () => void publishUntilAcked(world, () => pick(random, nodes), number),
    })),
    ...Array.from({ length: Math.floor(random.fraction() * 40) }, () => ({
      at: random.fraction() * faultyMs,
      act: disturb,
    })),
  ].toSorted((a, b) => a.at - b.at);
  for (const { at, act } of acts) {
    await clock.advance(Math.max(0, at - clock.monotonicMs()));
    await act();
  }

  await clock.advance(faultyMs + 90 * secondMs - clock.monotonicMs());
  for (const webhook of webhooks) {
    receivers.setMood(webhook.id, 'healthy');
    await changeState(world, webhook, 'active');
  }
  await untilQuiet(clock, store);
  const left = Promise.all(nodes.map(leave));
  await clock.advance(2 * minuteMs);
  await left;
  const byDelivery = Map.groupBy(receivers.arrivals, ({ deliveryId }) => deliveryId);
  const problems = [
    ...(await nothingIsLost(ledger, byDelivery, store, tenantId)),
    ...ownersBegin(world),
    ...nothingOverlaps(byDelivery, world),
    ...recordedSuccessIsTheLast(byDelivery, ledger),
    ...rateLimitsHold(webhooks, receivers),
  ];
  await store.close();
  const count = (of: (signal: Signal) => number) => ledger.signals.reduce((sum, each) => sum + of(each), 0);
  return {
    problems,
    arrivals: receivers.arrivals.length,
    refused: count(({ kind }) => (kind === 'delivery.stale' ? 1 : 0)),
    givenBack: count((signal) => (signal.kind === 'shards.given_back' ? signal.shards.length : 0)),
    lost: count((signal) => (signal.kind === 'shards.lost' ? signal.shards.length : 0)),
  };
}

async function startNode(world: Shared, number: number): Promise<Node> {
  const { shards, random, ids, receivers, ledger, begun } = world;
  const life = new NodeLife();
  const clock = nodeClock(world.clock, life);
  const store = nodeStore(fallibleStore(world.store, life, world.clock, random), life, world.clock);
  const nodeId: Id = ids.next('nod');
  const emit = (signal: Signal): void => {
    if (life.alive) ledger.signals.push(signal);
  };
  const shardStore = nodeShards(shards, life, world.clock, random);
  const sender = receivers.sender(number, life, () => Promise.resolve());
  const engine = makeEngine({
    formats: { native: format, confluence: undefined, xurrent: undefined, entrust: undefined },
    rules: { native: durableRules, confluence: undefined, xurrent: undefined, entrust: undefined },
    keepsLastExchange: () => false,
    policyOf: noPolicies,
    marks: { begun: () => undefined, unmark: () => undefined },
    send: nodeSend((request, options, cut) => {
      const before = receivers.arrivals.length;
      const exchange = sender(request, options, cut);
      const arrival = receivers.arrivals[before];
      if (arrival !== undefined) begun.set(arrival, shards.epochOf(arrival.webhookId, nodeId));
      return exchange;
    }, life),
    clock,
    random,
    ids,
    emit,
    store,
    schedule: simulatedSchedule,
    inFlightMax: 4,
    heldBytesMax: 2_000,
    disable: () => Promise.resolve(),
    onBroken: (cause) => ledger.trace.push(`broken ${String(cause)}`),
    shared: { nodeId, holds: () => ownership.holds(), tell: (news) => shardStore.tell(news) },
  });
  const ownership = makeShardOwnership({
    store: shardStore,
    node: { id: nodeId, name: `node-${number}`, url: '', version: '0' },
    engine,
    clock,
    startClockAnew: () => {},
    emit,
    leaseMs,
  });
  shardStore.onNews((news) => engine.hear(news));
  const subscriptions = await startSubscriptions(world.store, () => false);
  world.store.onWebhookChange(({ id, webhook }) => life.run(() => engine.webhookChanged(id, webhook)));
  const handOver: Engine['handOver'] = (fresh) => engine.handOver(fresh);
  const publish = makePublish({ store, subscriptions, ids, clock, handOver, emit });
  await engine.start(world.store.allWebhooks());
  void ownership.start(`http://node-${number}`);
  return { number, life, engine, ownership, publish, store };
}

async function leave({ ownership, engine, life }: Node): Promise<void> {
  await ownership.leave();
  await engine.stop(30 * secondMs);
  life.alive = false;
}

/** No request is begun by a node that does not have the webhook's shard, by the database's own clock. */
function ownersBegin({ begun }: Shared): string[] {
  return [...begun]
    .filter(([, epoch]) => epoch === undefined)
    .map(
      ([{ deliveryId, process, at }]) =>
        `${deliveryId} was begun by node ${process} without a lease at ${at}`,
    );
}

/** An attempt begins while another one of the same delivery is under way only where that one's node lost its shard. */
function nothingOverlaps(
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  { begun, shards }: Shared,
): string[] {
  const problems: string[] = [];
  for (const [id, all] of arrivals) {
    for (const [index, later] of all.entries()) {
      for (const earlier of all.slice(0, index)) {
        if (earlier.endedAt !== null && earlier.endedAt <= later.at) continue;
        const epoch = begun.get(earlier)!;
        if (epoch === begun.get(later)) problems.push(`${id} overlaps itself on node ${later.process}`);
        else if (shards.wasReleased(epoch))
          problems.push(`${id} was under way when node ${earlier.process} gave its shard back`);
      }
    }
  }
  return problems;
}

/** After a success that was recorded nothing more is sent; one that was refused, or not recorded before its node died, may be repeated. */
function recordedSuccessIsTheLast(
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  { signals }: Ledger,
): string[] {
  const refused = new Set(
    signals.flatMap((signal) => (signal.kind === 'delivery.stale' ? [signal.delivery] : [])),
  );
  const recorded = new Set(
    signals.flatMap((signal) =>
      signal.kind === 'delivery.attempted' && !refused.has(signal.delivery) ? [signal.attempt.outcome] : [],
    ),
  );
  return [...arrivals].flatMap(([id, all]) =>
    all
      .slice(0, -1)
      .filter(({ outcome }) => outcome?.kind === 'success' && recorded.has(outcome))
      .map(({ process }) => `${id} was sent again after its success on node ${process} was recorded`),
  );
}
