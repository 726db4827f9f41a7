// The delivery engine of one node: keeps a lane per webhook, gives each its turn, starts attempts and has them recorded.
//
// commit ──handOver──▶ lane ──turn──▶ attempt ──▶ recorder ──▶ lane lets go
//                       ▲                              │
// store ──load when due─┘◀────── due again later ──────┘
//
// Beside the lanes, what a webhook's own administration sends goes express.
//
// Everything is driven by what happens (a hand-over, an end, a timer): nothing polls.

import type { Cancel } from '../domain/clock.ts';
import { awaitsVerification, type DeliveryRules } from '../domain/delivery-rules.ts';
import type { DeliveryId } from '../domain/delivery.ts';
import { droppedBy } from '../domain/dropped.ts';
import type { NodeNews } from '../domain/node-news.ts';
import { shardCount } from '../domain/shard.ts';
import { nothingHoldsBack } from '../domain/waiting.ts';
import { asOf, type Webhook, type WebhookId } from '../domain/webhook.ts';
import { healthy } from '../domain/webhook-health.ts';
import { Alarms } from './alarms.ts';
import { Drops } from './drops.ts';
import type { Engine, EngineParts } from './engine-port.ts';
import { Express } from './express.ts';
import { HeldShards } from './held-shards.ts';
import { Lane, type Readiness } from './lane.ts';
import { LaneAttempts } from './lane-attempts.ts';
import { Loads } from './loads.ts';
import { HeldMemory } from './memory.ts';
import { Paces } from './paces.ts';
import { Recorder } from './recorder.ts';
import { Slots } from './slots.ts';
import { TakenShards } from './taken-shards.ts';
import { Throttles } from './throttles.ts';
import { Turns } from './turns.ts';

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
  const throttles = new Throttles({ clock, emit, held, shared, wake: proceed });
  const paces = new Paces(clock);
  const cut = new AbortController();
  const attempts = new LaneAttempts({
    ...parts,
    recorder,
    slots,
    turns,
    throttles,
    paces,
    held,
    cut: cut.signal,
    laneOf: (id) => lanes.get(id),
    moveOn,
  });
  const express = new Express({
    ...parts,
    recorder,
    slots,
    cut: cut.signal,
    held,
    mayStart,
    currentOf: (id) => lanes.get(id),
    noticed: (result) => attempts.noticePlatform(result),
    ended(result, recorded) {
      attempts.tell(result, recorded);
      if (slots.inFlight === 0) whenQuiet?.();
    },
  });
  const drops = new Drops({
    ...parts,
    sharing: shared !== undefined,
    stopping: () => stopped !== null,
    dropped(lane) {
      lane.reload(clock.now());
      proceed(lane);
    },
  });
  const shards = new TakenShards({
    store,
    emit,
    held,
    lanes,
    alarms,
    loads,
    express,
    drops,
    paces,
    consider,
    pump,
    stopping: () => stopped !== null,
  });
  let pumpAlarm: Cancel | null = null;
  let stopped: Promise<void> | null = null;
  let whenQuiet: (() => void) | null = null;
  let running = false;

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

  /** The lane's own, unless it would leave too little to others, its server is being spared, or its rate limit holds it back. */
  function readinessOf(lane: Lane): Readiness {
    const readiness = lane.readiness(clock.now());
    if (readiness.kind !== 'attempt') return readiness;
    if (!slots.leavesRoom(lane.inFlight)) return { kind: 'wait', until: null };
    const throttledUntil = throttles.heldBackUntil(lane);
    if (throttledUntil !== null) {
      throttles.wait(lane, throttledUntil);
      return { kind: 'wait', until: throttledUntil };
    }
    const limitedUntil = paces.heldBackUntil(lane);
    return limitedUntil === null ? readiness : { kind: 'wait', until: limitedUntil };
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
      attempts.takeTurn(lane, readinessOf(lane));
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

  /** After a record: the lane may go on, and a stopping engine may be done. */
  function moveOn(lane: Lane): void {
    proceed(lane);
    express.pump();
    if (slots.inFlight === 0) whenQuiet?.();
  }

  // News: what other nodes and people change.

  function hear(news: NodeNews): void {
    switch (news.kind) {
      case 'waiting':
        return news.webhookIds.forEach((id) => wake(id));
      case 'probe':
        return probe(news.webhookId);
      case 'message_waiting':
      case 'unsure':
        return void shards.look();
      case 'reload':
        return reload(news.webhookId);
      case 'forgiven':
        if (held.of(news.webhookId) !== null) void forgive(news.webhookId);
        return;
      case 'cancelled':
        return forget(news.webhookId, news.deliveryId);
      case 'servers':
        return throttles.hear(news.found);
      case 'shards':
        return;
    }
  }

  /** What waited behind it in its line may be due now. */
  function forget(id: WebhookId, deliveryId: DeliveryId): void {
    lanes.get(id)?.forget(deliveryId);
    express.forget(deliveryId);
    wake(id);
  }

  function wake(id: WebhookId): void {
    const lane = lanes.get(id);
    if (lane === undefined || lane.hold === null) return;
    lane.noteStored(clock.now());
    proceed(lane);
  }

  function probe(id: WebhookId): void {
    const lane = lanes.get(id);
    if (lane === undefined || lane.hold === null) return;
    lane.hastenProbe(clock.now());
    wake(id);
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

  return {
    async start(webhooks) {
      for await (const batch of webhooks) for (const webhook of batch) laneFor(webhook);
      running = true;
      express.start();
      if (shared !== undefined) return;
      await shards.take(new Map(Array.from({ length: shardCount }, (_, shard) => [shard, null])));
    },

    take: (taken) => shards.take(taken),

    giveBack(shard) {
      shards.letGoOf(shard);
      return held.quiet(shard);
    },

    lose: (shard) => shards.letGoOf(shard),
    underWay: (shard) => held.underWay(shard),
    owns: (id) => held.of(id) !== null,
    hear,
    look: () => shards.look(),

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
        const dropped =
          lane === undefined || lane.hold === null ? null : droppedBy(lane.webhook, webhook, lane.rules);
        const changed = laneFor(webhook);
        // What was published for it may have been told of before it was known here.
        if (lane === undefined && shared !== undefined) void shards.look();
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

    probe(id) {
      if (held.of(id) === null) shared?.tell({ kind: 'probe', webhookId: id });
      else probe(id);
    },

    reload(id) {
      if (held.of(id) === null) shared?.tell({ kind: 'reload', webhookId: id });
      else reload(id);
    },

    forget(id, deliveryId) {
      if (held.of(id) === null) shared?.tell({ kind: 'cancelled', webhookId: id, deliveryId });
      forget(id, deliveryId);
    },

    async resetBreaker(id) {
      await forgive(id);
      if (held.of(id) === null) shared?.tell({ kind: 'forgiven', webhookId: id });
    },

    health: (id) => lanes.get(id)?.health ?? healthy,

    waitsFor(id) {
      const lane = lanes.get(id);
      if (lane === undefined) return nothingHoldsBack;
      const { webhook, rules, health } = lane;
      return {
        state: asOf(webhook, clock.wall()).state,
        awaitsVerification: awaitsVerification(webhook, rules),
        breaker: health.breaker,
        throttledUntil: throttles.nextProbeAt(lane),
        rateLimitedUntil: paces.nextAt(lane),
      };
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
      platformFault: attempts.platformFault,
    }),
  };
}
