// The delivery engine of one node: keeps a lane per webhook, gives each its turn, starts attempts and has them recorded.
//
// commit ──handOver──▶ lane ──turn──▶ attempt ──▶ recorder ──▶ lane lets go
//                       ▲                              │
// store ──load when due─┘◀────── due again later ──────┘
//
// Beside the lanes, what a webhook's own administration sends goes express.
//
// Everything is driven by what happens (a hand-over, an end, a timer): nothing polls.

import type { Cancel, Instant } from '../domain/clock.ts';
import { isScheduled, type Delivery, type DeliveryId } from '../domain/delivery.ts';
import { awaitsVerification, type DeliveryRules, type RulesOf } from '../domain/delivery-rules.ts';
import type { InFlightMarks } from '../domain/in-flight-marks.ts';
import type { NodeNews } from '../domain/node-news.ts';
import type { RetrySchedule } from '../domain/retry-schedule.ts';
import { shardCount, shardOf, type Epoch, type Shard } from '../domain/shard.ts';
import type { DialectName, Webhook, WebhookId } from '../domain/webhook.ts';
import { healthy, type WebhookHealth } from '../domain/webhook-health.ts';
import type { DeliveryStore, QueuedDelivery, Recorded, RecordedResult } from '../storage/store.ts';
import { makeAttempt, type AttemptParts, type AttemptResult } from './attempt.ts';
import { Alarms } from './alarms.ts';
import { droppedBy, Drops, leftUndropped } from './drops.ts';
import { Express, type ExpressOutcome } from './express.ts';
import { HeldShards } from './held-shards.ts';
import { Lane, type Readiness } from './lane.ts';
import { Loads } from './loads.ts';
import { HeldMemory } from './memory.ts';
import { Recorder } from './recorder.ts';
import { Slots } from './slots.ts';
import { Throttles } from './throttles.ts';
import { Turns } from './turns.ts';
import { carryOut, type Disable } from './verdict.ts';

export interface Engine {
  /**
   * Gives every webhook its lane. Where nobody shares the database it takes all shards and starts attempts; resolves once
   * every lane knows its next due time.
   */
  start(webhooks: AsyncIterable<readonly Webhook[]>): Promise<void>;
  /**
   * Works for these shards from now on, which this node owns under these epochs: loads what waits for their webhooks and
   * starts attempts. Rejects when the store fails; then it has not taken them.
   */
  take(shards: ReadonlyMap<Shard, Epoch | null>): Promise<void>;
  /** Starts nothing for a shard any more; resolves once all that was begun for it is recorded, so that another node may own it. */
  giveBack(shard: Shard): Promise<void>;
  /** The same at once, after another node may have taken it: what is in flight ends as it will, and its record is refused. */
  lose(shard: Shard): void;
  /** How many attempts for webhooks of a shard are under way. */
  underWay(shard: Shard): number;
  /** Whether this node owns the webhook. */
  owns(id: WebhookId): boolean;
  /** Does for the webhooks that this node owns what another node was asked for. */
  hear(news: NodeNews): void;
  /** Looks into the store for what waits for the webhooks that this node owns, and how the others are doing. */
  look(): Promise<void>;
  /** Attempts may start again after this node's leases were in doubt. */
  goOn(): void;
  /** Takes fresh deliveries straight from their commit. */
  handOver(fresh: readonly QueuedDelivery[]): void;
  /** The same for one that a person waits for: resolves once its attempt is recorded, or none is needed any more. */
  outcomeOf(fresh: QueuedDelivery): Promise<ExpressOutcome>;
  /** When a fresh message of a webhook is to be due in the store whose outcome this node will be asked for. */
  dueAtOfWatched(id: WebhookId, now: Instant): Instant;
  /** How many messages of a webhook's own administration wait or are under way on this node. */
  pendingMessages(id: WebhookId): number;
  /** Follows a webhook's change; null after its deletion. No new attempt of the old state starts after it returns. */
  webhookChanged(id: WebhookId, webhook: Webhook | null): void;
  // The following reach the webhook's owner, whichever node that is.
  /** Looks into the store again for a webhook's deliveries: after a redelivery. */
  wake(id: WebhookId): void;
  /** Takes nothing that is held of a webhook for granted: after deliveries ended in the store. */
  reload(id: WebhookId): void;
  /** Drops a cancelled delivery from memory. */
  forget(id: WebhookId, deliveryId: DeliveryId): void;
  /** Forgets failures: the breaker closes and the webhook gets requests at once. */
  resetBreaker(id: WebhookId): Promise<void>;
  /** Of a webhook that another node owns, as the store had it at the last look. */
  health(id: WebhookId): WebhookHealth;
  /** What holds back a webhook's deliveries besides its state and its breaker; null when nothing does. */
  heldBack(id: WebhookId): HeldBack | null;
  /** Starts nothing new, lets what is in flight end within `graceMs`, cuts the rest, records all. Called again with less time, it hurries. */
  stop(graceMs: number): Promise<void>;
  /** For readiness and metrics. */
  state(): EngineState;
}

/** Its verification is pending, or its server is spared until the next probe. */
export type HeldBack =
  | { readonly kind: 'unverified' }
  | { readonly kind: 'throttled'; readonly until: Instant };

export type EngineState = {
  readonly inFlight: number;
  readonly lanes: number;
  /** Deliveries held in memory. */
  readonly held: number;
  readonly recording: 'ok' | 'waiting';
  /** Why the platform itself could not send lately; null while it can. */
  readonly platformFault: string | null;
};

export type EngineParts = AttemptParts & {
  readonly store: Pick<
    DeliveryStore,
    | 'waitingWebhooks'
    | 'waitingExpress'
    | 'loadDue'
    | 'record'
    | 'loadHealth'
    | 'saveHealth'
    | 'dropDeliveries'
  >;
  readonly rules: Readonly<Record<DialectName, RulesOf | undefined>>;
  /** Where attempts in flight are noted, so that the next start can tell which may arrive twice. */
  readonly marks: InFlightMarks;
  readonly keepsLastExchange: (dialect: DialectName) => boolean;
  readonly schedule: RetrySchedule;
  /** Requests in flight at once in the whole server; slow ones get places beyond it. */
  readonly inFlightMax: number;
  /** Bytes of payload held in memory; beyond it fresh deliveries wait in the store. */
  readonly heldBytesMax: number;
  readonly disable: Disable;
  readonly onBroken: (cause: unknown) => void;
  /** Where several nodes share the database. */
  readonly shared?: Shared;
};

export type Shared = {
  /** Whether this node's leases surely hold: a cheap question, asked before each attempt. */
  readonly holds: () => boolean;
  /** Tells the other nodes. */
  readonly tell: (news: NodeNews) => void;
};

export function makeEngine(parts: EngineParts): Engine {
  const { clock, store, emit, shared } = parts;
  const mayStart = shared?.holds ?? (() => true);
  const held = new HeldShards();
  const lanes = new Map<WebhookId, Lane>();
  const turns = new Turns();
  const slots = new Slots(clock, parts.inFlightMax);
  const memory = new HeldMemory(parts.heldBytesMax);
  const recorder = new Recorder({ store, clock, emit, onBroken: parts.onBroken });
  const alarms = new Alarms(clock, proceed);
  const loads = new Loads({
    store,
    clock,
    emit,
    loaded: proceed,
    failed: (lane, retryAt) => alarms.set(lane, retryAt),
  });
  const throttles = new Throttles({ clock, emit, wake: proceed });
  const cut = new AbortController();
  const express = new Express({
    ...parts,
    recorder,
    slots,
    cut: cut.signal,
    held,
    mayStart,
    currentOf: (id) => lanes.get(id),
    noticed: noticePlatform,
    ended(result, recorded) {
      tell(result, recorded);
      if (slots.inFlight === 0) whenQuiet?.();
    },
  });
  const drops = new Drops({
    ...parts,
    stopping: () => stopped !== null,
    dropped(lane) {
      lane.reload(clock.now());
      proceed(lane);
    },
  });
  let pumpAlarm: Cancel | null = null;
  let platformFault: string | null = null;
  let stopped: Promise<void> | null = null;
  let whenQuiet: (() => void) | null = null;
  let running = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  // Lanes: who they are and what they would do next.

  function laneFor(webhook: Webhook): Lane {
    const rules = rulesFor(webhook);
    const known = lanes.get(webhook.id);
    if (known === undefined) {
      const lane = new Lane(webhook, rules, memory);
      lane.hold = held.of(webhook.id);
      lanes.set(webhook.id, lane);
      return lane;
    }
    known.follow(webhook, rules);
    return known;
  }

  function rulesFor(webhook: Webhook): DeliveryRules {
    const rulesOf = parts.rules[webhook.dialect];
    if (rulesOf === undefined) throw new Error(`no rules for the dialect ${webhook.dialect}`);
    return rulesOf(webhook, parts.schedule);
  }

  /** Finds out what a lane would do and sees to it: a turn, a load, or an alarm for later. */
  function consider(lane: Lane): void {
    if (stopped !== null || lane.hold?.ready !== true || lanes.get(lane.webhook.id) !== lane) return;
    const now = clock.now();
    const readiness = readinessOf(lane);
    if (readiness.kind === 'attempt' || readiness.kind === 'skip') turns.add(lane);
    if (readiness.kind === 'load' || lane.runsLow(now)) loads.ask(lane);
    if (readiness.kind === 'wait' && readiness.until !== null) alarms.set(lane, readiness.until);
  }

  /** The lane's own, unless its server is being spared. */
  function readinessOf(lane: Lane): Readiness {
    const readiness = lane.readiness(clock.now());
    if (readiness.kind !== 'attempt') return readiness;
    const until = throttles.heldBackUntil(lane);
    if (until === null) return readiness;
    throttles.wait(lane);
    return { kind: 'wait', until };
  }

  function proceed(lane: Lane): void {
    consider(lane);
    pump();
  }

  // Attempts: from a lane's turn to its record.

  function pump(): void {
    while (stopped === null && running && recorder.healthy && mayStart()) {
      const waitMs = slots.waitMs();
      if (waitMs !== undefined) {
        if (waitMs !== null) pumpLater(waitMs);
        return;
      }
      const lane = turns.next();
      if (lane === undefined) return;
      takeTurn(lane);
      consider(lane);
    }
  }

  function pumpLater(waitMs: number): void {
    if (pumpAlarm !== null) return;
    pumpAlarm = clock.after(waitMs, () => {
      pumpAlarm = null;
      pump();
    });
  }

  function takeTurn(lane: Lane): void {
    const readiness = readinessOf(lane);
    const { inFlightMax } = lane.rules;
    if (readiness.kind === 'skip') return skip(lane, 'breaker_open');
    if (readiness.kind !== 'attempt') return;
    if (inFlightMax !== null && slots.inFlight >= inFlightMax) return skip(lane, 'too_many_in_flight');
    void attempt(lane, lane.begin(readiness.probe), readiness.probe);
  }

  async function attempt(lane: Lane, queued: QueuedDelivery, probe: boolean): Promise<void> {
    const { number: place, giveBack } = slots.take();
    parts.marks.begun(place, { deliveryId: queued.delivery.id, number: queued.delivery.attempts + 1 });
    turns.begun(lane);
    throttles.begun(lane);
    const begunAt = clock.now();
    const { webhook, rules, hold } = lane;
    held.begun(webhook.id);
    const result = await makeAttempt(parts, queued, webhook, rules, cut.signal);
    noticePlatform(result);
    throttles.ended({ webhook, rules }, result.outcome);
    const judged = {
      deliveryId: queued.delivery.id,
      begunAt,
      probe,
      url: webhook.endpoint.url,
      outcome: result.outcome,
      durationMs: result.durationMs,
      exhausted: !isScheduled(result.after),
    };
    carryOut(parts, lane, lane.health, lane.judge(judged, clock.now()));
    const end = (recorded: Recorded): void => {
      giveBack();
      turns.ended(lane);
      lane.settle(queued.delivery.id, dueAgainAt(result.after, recorded));
      tell(result, recorded);
      held.ended(webhook.id);
      moveOn(lane);
    };
    if (result.attempt === null) {
      parts.marks.unmark(place);
      return end('recorded');
    }
    record(
      lane,
      {
        before: queued.delivery,
        after: result.after,
        attempt: result.attempt,
        lastExchange: lastExchange(webhook, result),
        epoch: hold!.epoch,
      },
      end,
    );
  }

  function skip(lane: Lane, reason: 'breaker_open' | 'too_many_in_flight'): void {
    const queued = lane.skip();
    const after: Delivery = { ...queued.delivery, state: { kind: 'skipped', at: clock.now(), reason } };
    const { epoch } = lane.hold!;
    const { webhookId } = after;
    held.begun(webhookId);
    record(lane, { before: queued.delivery, after, attempt: null, lastExchange: null, epoch }, (recorded) => {
      lane.putAside(queued.delivery.id, null);
      tell({ after, attempt: null }, recorded);
      held.ended(webhookId);
      moveOn(lane);
    });
  }

  function record(lane: Lane, result: RecordedResult, then: (recorded: Recorded) => void): void {
    recorder.add({ result, webhookId: lane.webhook.id, health: lane.health, then });
  }

  function lastExchange(webhook: Webhook, result: AttemptResult): RecordedResult['lastExchange'] {
    return parts.keepsLastExchange(webhook.dialect) ? { requestBody: result.requestBody } : null;
  }

  /** After a record: the lane may go on, and a stopping engine may be done. */
  function moveOn(lane: Lane): void {
    proceed(lane);
    express.pump();
    if (slots.inFlight === 0) whenQuiet?.();
  }

  function tell(
    { after, attempt: made }: Pick<AttemptResult, 'after' | 'attempt'>,
    recorded: Recorded,
  ): void {
    const delivery = recorded === 'cancelled' ? cancelled(after) : after;
    if (made !== null) {
      emit({ kind: 'delivery.attempted', attempt: made, delivery });
      if (recorded === 'stale') emit({ kind: 'delivery.stale', delivery });
    }
    if (recorded === 'recorded' && after.state.kind !== 'scheduled')
      emit({ kind: 'delivery.settled', delivery });
  }

  /** As the store has it: whoever cancelled the delivery, its attempt changed nothing but its count. */
  function cancelled(after: Delivery): Delivery {
    const lane = lanes.get(after.webhookId);
    const reason = lane === undefined ? 'webhook_deleted' : lane.whyCancelled(after);
    return { ...after, state: { kind: 'cancelled', at: clock.now(), reason } };
  }

  function noticePlatform({ outcome }: AttemptResult): void {
    if (outcome.kind === 'platform') {
      if (outcome.reason !== 'stopped') platformFault = outcome.reason;
      emit({ kind: 'platform.fault', reason: outcome.reason, detail: outcome.detail });
    } else if (outcome.kind !== 'error') {
      platformFault = null;
    }
  }

  // Shards: which webhooks are this node's.

  async function take(shards: ReadonlyMap<Shard, Epoch | null>): Promise<void> {
    const holds = Array.from(shards, ([shard, epoch]) => held.take(shard, epoch));
    const taken = (lane: Lane): boolean => lane.hold !== null && holds.includes(lane.hold);
    for (const lane of lanes.values()) lane.hold = held.of(lane.webhook.id);
    try {
      const [health, waiting] = await Promise.all([store.loadHealth(), store.waitingWebhooks()]);
      for (const lane of lanes.values())
        if (taken(lane)) lane.health = health.get(lane.webhook.id) ?? healthy;
      for (const { webhookId, nextDueAt } of waiting) {
        const lane = lanes.get(webhookId);
        if (lane !== undefined && taken(lane)) lane.noteStored(nextDueAt);
      }
      for (const hold of holds) hold.ready = true;
      await express.load(() => store.waitingExpress());
    } catch (error) {
      for (const hold of holds) if (held.has(hold)) letGoOf(hold.shard);
      throw error;
    }
    for (const lane of lanes.values()) {
      if (!taken(lane)) continue;
      if (leftUndropped(lane)) drops.begin(lane, 'webhook_disabled');
      consider(lane);
    }
    pump();
  }

  function letGoOf(shard: Shard): void {
    held.letGo(shard);
    for (const lane of lanes.values()) {
      if (shardOf(lane.webhook.id) !== shard) continue;
      lane.abandon();
      alarms.cancel(lane);
      loads.forget(lane);
    }
    express.letGoOf(shard);
  }

  function hear(news: NodeNews): void {
    switch (news.kind) {
      case 'waiting':
        return news.webhookIds.forEach((id) => wake(id));
      case 'message_waiting':
      case 'unsure':
        return void look();
      case 'reload':
        return reload(news.webhookId);
      case 'forgiven':
        if (held.of(news.webhookId) !== null) void forgive(news.webhookId);
        return;
      case 'cancelled':
        lanes.get(news.webhookId)?.forget(news.deliveryId);
        return express.forget(news.deliveryId);
      case 'shards':
        return;
    }
  }

  function wake(id: WebhookId): void {
    const lane = lanes.get(id);
    if (lane === undefined || lane.hold === null) return;
    lane.noteStored(clock.now());
    proceed(lane);
  }

  function reload(id: WebhookId): void {
    const lane = lanes.get(id);
    if (lane === undefined || lane.hold === null) return;
    lane.reload(clock.now());
    proceed(lane);
  }

  async function forgive(id: WebhookId): Promise<void> {
    const lane = lanes.get(id);
    if (lane === undefined) return;
    lane.forgiveFailures();
    proceed(lane);
    // The next record writes the lane's health anyway; that this write failed must not undo the change it follows.
    await store.saveHealth(id, lane.health).catch((cause: unknown) => {
      emit({ kind: 'store.failed', operation: 'saveHealth', cause });
    });
  }

  /** One look at a time; who asks during one gets another after it. */
  async function look(): Promise<void> {
    if (looking !== null) {
      lookAgain = true;
      return looking;
    }
    looking = (async () => {
      do {
        lookAgain = false;
        await lookOnce();
      } while (lookAgain && stopped === null);
    })();
    await looking.finally(() => {
      looking = null;
    });
  }

  async function lookOnce(): Promise<void> {
    try {
      const [waiting, health] = await Promise.all([
        store.waitingWebhooks(),
        store.loadHealth(),
        express.load(() => store.waitingExpress()),
      ]);
      for (const { webhookId, nextDueAt } of waiting) {
        const lane = lanes.get(webhookId);
        if (lane === undefined || lane.hold === null) continue;
        lane.noteStored(nextDueAt);
        consider(lane);
      }
      for (const lane of lanes.values())
        if (lane.hold === null) lane.health = health.get(lane.webhook.id) ?? healthy;
      pump();
    } catch (cause) {
      emit({ kind: 'store.failed', operation: 'look', cause });
    }
  }

  return {
    async start(webhooks) {
      for await (const batch of webhooks) for (const webhook of batch) laneFor(webhook);
      running = true;
      express.start();
      if (shared !== undefined) return;
      await take(new Map(Array.from({ length: shardCount }, (_, shard) => [shard, null])));
    },

    take,

    giveBack(shard) {
      letGoOf(shard);
      return held.quiet(shard);
    },

    lose: letGoOf,
    underWay: (shard) => held.underWay(shard),
    owns: (id) => held.of(id) !== null,
    hear,
    look,

    goOn() {
      pump();
      express.pump();
    },

    handOver(fresh) {
      const elsewhere = new Set<WebhookId>();
      for (const queued of fresh) {
        const lane = lanes.get(queued.delivery.webhookId);
        if (lane === undefined) continue;
        if (lane.hold === null) {
          if (queued.delivery.purpose === 'event') elsewhere.add(lane.webhook.id);
          else shared?.tell({ kind: 'message_waiting' });
          continue;
        }
        if (queued.delivery.purpose !== 'event') {
          express.offer(queued);
          continue;
        }
        lane.offer(queued);
        consider(lane);
      }
      if (elsewhere.size > 0) shared?.tell({ kind: 'waiting', webhookIds: [...elsewhere] });
      pump();
    },

    dueAtOfWatched: (id, now) => express.dueAtOfWatched(id, now),
    outcomeOf: (fresh) => express.outcomeOf(fresh),
    pendingMessages: (id) => express.pendingOf(id),

    webhookChanged(id, webhook) {
      const lane = lanes.get(id);
      if (webhook !== null) {
        const dropped = lane === undefined || lane.hold === null ? null : droppedBy(lane, webhook);
        const changed = laneFor(webhook);
        // What was published for it may have been told of before it was known here.
        if (lane === undefined && shared !== undefined) void look();
        if (dropped !== null) drops.begin(changed, dropped);
        proceed(changed);
        return express.webhookChanged(id);
      }
      if (lane === undefined) return;
      lane.letGoOfQueue();
      alarms.cancel(lane);
      loads.forget(lane);
      lanes.delete(id);
      express.webhookChanged(id);
    },

    wake(id) {
      if (held.of(id) === null) shared?.tell({ kind: 'waiting', webhookIds: [id] });
      else wake(id);
    },

    reload(id) {
      if (held.of(id) === null) shared?.tell({ kind: 'reload', webhookId: id });
      else reload(id);
    },

    forget(id, deliveryId) {
      if (held.of(id) === null) shared?.tell({ kind: 'cancelled', webhookId: id, deliveryId });
      lanes.get(id)?.forget(deliveryId);
      express.forget(deliveryId);
    },

    async resetBreaker(id) {
      await forgive(id);
      if (held.of(id) === null) shared?.tell({ kind: 'forgiven', webhookId: id });
    },

    health: (id) => lanes.get(id)?.health ?? healthy,

    heldBack(id) {
      const lane = lanes.get(id);
      if (lane === undefined) return null;
      if (awaitsVerification(lane.webhook, lane.rules)) return { kind: 'unverified' };
      const until = throttles.heldBackUntil(lane);
      return until === null ? null : { kind: 'throttled', until };
    },

    stop(graceMs) {
      const cancelCut = clock.after(graceMs, () => cut.abort());
      stopped ??= (async () => {
        alarms.cancelAll();
        express.stop();
        pumpAlarm?.();
        if (slots.inFlight > 0) {
          await new Promise<void>((resolve) => {
            whenQuiet = resolve;
          });
        }
        await drops.ended();
        await recorder.drained();
      })();
      return stopped.finally(cancelCut);
    },

    state: () => ({
      inFlight: slots.inFlight,
      lanes: lanes.size,
      held: memory.deliveries,
      recording: recorder.healthy ? 'ok' : 'waiting',
      platformFault,
    }),
  };
}

/** When a delivery must be looked at again: at once when its record was stale, since the store knows better. */
function dueAgainAt(after: Delivery, recorded: Recorded): Instant | null {
  if (recorded === 'cancelled') return null;
  if (recorded === 'stale') return after.createdAt;
  return after.state.kind === 'scheduled' ? after.state.dueAt : null;
}
