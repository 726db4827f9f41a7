// The in-memory queue of one webhook: what it holds, what still lies in the store, and whether its next attempt may start.

import { secondMs, type Instant } from '../domain/clock.ts';
import { hastened, permits } from '../domain/circuit-breaker.ts';
import {
  platformFaultWaitMs,
  type Delivery,
  type DeliveryId,
  type DroppedReason,
} from '../domain/delivery.ts';
import { letsDeliver, type DeliveryRules } from '../domain/delivery-rules.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Webhook } from '../domain/webhook.ts';
import { afterOutcome, healthy, type HealthVerdict, type WebhookHealth } from '../domain/webhook-health.ts';
import type { DueDeliveries, PassedOver, QueuedDelivery } from '../storage/store.ts';
import { afterAnswer, allowed, recoveringConcurrency, unprovenConcurrency } from './concurrency.ts';
import type { Hold } from './held-shards.ts';
import { countToLoad, firstLoadSize, lowWater } from './load-size.ts';
import { weightOf, type HeldMemory } from './memory.ts';

/** What a lane would do with its turn. */
export type Readiness =
  /** Start an attempt: any, or the single one that finds out whether the endpoint is back. */
  | { readonly kind: 'attempt'; readonly probe: boolean }
  /** Put the next delivery aside without an attempt, as the original product does while its breaker is open. */
  | { readonly kind: 'skip' }
  /** Fetch what is due from the store. */
  | { readonly kind: 'load' }
  /** Nothing to do before an instant, or (null) before something changes. */
  | { readonly kind: 'wait'; readonly until: Instant | null };

/** All that was created up to an instant is being cancelled, or has been. */
export type Drop = { readonly reason: DroppedReason; readonly at: Instant; done: boolean };

type Loading = {
  /** Whether it goes on where the one before it ended. */
  readonly goesOn: boolean;
  readonly letGo: Set<DeliveryId>;
  storedDueAt: Instant | null;
  outdated: boolean;
};

/** Earlier than any delivery is due. */
const beginning: Instant = 0;

/** For so long, loads may go on where others ended. */
const goesOnMs = 10 * secondMs;

export class Lane {
  webhook: Webhook;
  rules: DeliveryRules;
  health: WebhookHealth = healthy;
  /** Null while another node owns the webhook: then nothing is attempted or held here. */
  hold: Hold | null = null;
  /** The due time of the first delivery that lies in the store only; null when there is none. */
  storedDueAt: Instant | null = null;
  /** The last time that what waits was cancelled as a whole; nothing goes out before that is done. */
  drop: Drop | null = null;
  #concurrency = unprovenConcurrency;
  #queue: QueuedDelivery[] = [];
  #inFlight = 0;
  #probing = false;
  /** Until then nothing is tried: the platform itself could not send. */
  #heldBackUntil: Instant = 0;
  readonly #memory: HeldMemory;
  /** Everything queued, in flight, or waiting to be recorded: what a load must not bring a second time. */
  readonly #held = new Map<DeliveryId, QueuedDelivery>();
  #heldBytes = 0;
  /** The ordering keys of what is held: of each line one delivery at a time. */
  readonly #linesHeld = new Set<string>();
  /**
   * A load has brought what was due by then. A delivery that is handed over later may have come with it, been attempted
   * and let go before its publisher's answer was here: the store knows.
   */
  #loadedUpTo: Instant = Number.NEGATIVE_INFINITY;
  #loadSize = firstLoadSize;
  /**
   * As long as more is due than loads bring: when one of them last began with the first delivery of the store, by the
   * monotonic clock. Those after it go on where it ended, for a while.
   */
  #firstSeenAtMs: number | null = null;
  /** The last load went on where others ended: what they passed over may be due, too. */
  #passedOver = false;
  /** While a load is under way: what was let go since it was asked for, so that its older view brings nothing back. */
  #loading: Loading | null = null;

  constructor(webhook: Webhook, rules: DeliveryRules, memory: HeldMemory) {
    this.webhook = webhook;
    this.rules = rules;
    this.#memory = memory;
  }

  get tenantId(): string {
    return this.webhook.tenantId;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many bytes more it may hold; what is beyond stays in the store. */
  get room(): number {
    return this.#memory.roomFor(this.#heldBytes);
  }

  /** Whether anything may go out or come into memory. */
  get #open(): boolean {
    return this.hold?.ready === true && this.drop?.done !== false && letsDeliver(this.webhook, this.rules);
  }

  /** Follows a changed webhook. What a paused or disabled one holds goes back to lying in the store. */
  follow(webhook: Webhook, rules: DeliveryRules): void {
    this.webhook = webhook;
    this.rules = rules;
    if (!this.#open) this.letGoOfQueue();
  }

  letGoOfQueue(): void {
    for (const queued of this.#queue) {
      this.#letGo(queued.delivery.id);
      this.noteStored(queued.delivery.state.dueAt);
    }
    this.#queue = [];
    this.#loadSize = { ...this.#loadSize, last: null };
    this.#firstSeenAtMs = null;
  }

  /** Takes a fresh delivery into memory, or leaves it to the store, where it already is, and stands in its line. */
  offer(queued: QueuedDelivery): void {
    const { id, state, orderingKey } = queued.delivery;
    if (this.#held.has(id)) return;
    if (orderingKey !== null) return this.noteStored(state.dueAt);
    const queuesInOrder = this.storedDueAt === null || this.storedDueAt > state.dueAt;
    const mayHaveBeenLoaded = state.dueAt <= this.#loadedUpTo;
    if (this.room > 0 && queuesInOrder && !mayHaveBeenLoaded && this.#open) this.#hold(queued);
    else this.noteStored(state.dueAt);
  }

  /** Remembers that a delivery due then lies in the store. */
  noteStored(dueAt: Instant): void {
    this.storedDueAt = earlier(this.storedDueAt, dueAt);
    if (this.#loading !== null) this.#loading.storedDueAt = earlier(this.#loading.storedDueAt, dueAt);
  }

  /** Lets go of what it holds and looks into the store anew: deliveries may have ended there. */
  reload(now: Instant): void {
    this.letGoOfQueue();
    this.noteStored(now);
    if (this.#loading !== null) this.#loading.outdated = true;
  }

  /** Another node owns the webhook from now on: what is here counts for nothing. What is in flight ends as it will. */
  abandon(): void {
    this.hold = null;
    this.drop = null;
    this.letGoOfQueue();
    this.storedDueAt = null;
    this.#passedOver = false;
    if (this.#loading === null) return;
    this.#loading.outdated = true;
    this.#loading.storedDueAt = null;
  }

  /** Who has cancelled one of its deliveries while the attempt was under way. */
  whyCancelled({ createdAt }: Pick<Delivery, 'createdAt'>): 'person' | DroppedReason {
    return this.drop !== null && createdAt <= this.drop.at ? this.drop.reason : 'person';
  }

  readiness(now: Instant): Readiness {
    if (!this.#open) return { kind: 'wait', until: null };
    if (now < this.#heldBackUntil) return { kind: 'wait', until: this.#heldBackUntil };
    if (this.#queue.length === 0) return this.#readinessToLoad(now);
    const permit = permits(this.health.breaker, now);
    if (permit.kind === 'none') {
      return this.rules.whenOpen === 'skip' ? { kind: 'skip' } : { kind: 'wait', until: permit.until };
    }
    if (permit.kind === 'probe') {
      return this.#probing ? { kind: 'wait', until: null } : { kind: 'attempt', probe: true };
    }
    const full = this.#inFlight >= allowed(this.#concurrency, this.webhook.endpoint.concurrencyMax);
    return full ? { kind: 'wait', until: null } : { kind: 'attempt', probe: false };
  }

  /** When there is something to look for in the store, or null. */
  get #loadsFrom(): Instant | null {
    return this.#passedOver ? beginning : this.storedDueAt;
  }

  #readinessToLoad(now: Instant): Readiness {
    const from = this.#loadsFrom;
    if (from === null || this.#loading !== null) return { kind: 'wait', until: null };
    if (from > now) return { kind: 'wait', until: from };
    const permit = permits(this.health.breaker, now);
    return permit.kind === 'none' && this.rules.whenOpen === 'wait'
      ? { kind: 'wait', until: permit.until }
      : { kind: 'load' };
  }

  /** Whether it is time to fetch more, before the lane runs dry. */
  runsLow(now: Instant): boolean {
    const from = this.#loadsFrom;
    return (
      this.#loading === null &&
      now >= this.#heldBackUntil &&
      this.#open &&
      this.#queue.length < lowWater(this.#loadSize) &&
      from !== null &&
      from <= now &&
      permits(this.health.breaker, now).kind === 'all'
    );
  }

  /** Begins a load that was asked for at a time of the monotonic clock; answers how many to bring, and what to pass over. */
  beginLoad(now: Instant, askedAtMs: number): { readonly count: number; readonly passing: PassedOver } {
    const goesOn = this.#firstSeenAtMs !== null && askedAtMs - this.#firstSeenAtMs < goesOnMs;
    if (!goesOn) this.#firstSeenAtMs = askedAtMs;
    const count = countToLoad(this.#loadSize, askedAtMs);
    this.#loadSize = { count, last: null };
    this.#loadedUpTo = now;
    this.#loading = { goesOn, letGo: new Set(), storedDueAt: null, outdated: false };
    return { count, passing: this.#heldFrom(goesOn ? (this.storedDueAt ?? beginning) : beginning) };
  }

  #heldFrom(dueBefore: Instant): PassedOver {
    const held: DeliveryId[] = [];
    for (const [id, { delivery }] of this.#held) if (delivery.state.dueAt >= dueBefore) held.push(id);
    return { dueBefore, held };
  }

  /** Takes what a load brought, save what the lane holds or has let go of since. `nowMs` is the monotonic clock's. */
  endLoad(loaded: DueDeliveries | null, nowMs: number): void {
    const { goesOn, letGo, storedDueAt, outdated } = this.#loading!;
    this.#loading = null;
    const nextDueAt = loaded?.nextDueAt ?? null;
    const isMoreDue = !outdated && nextDueAt !== null && nextDueAt <= this.#loadedUpTo;
    if (!isMoreDue) this.#firstSeenAtMs = null;
    if (loaded === null) return;
    this.storedDueAt = storedDueAt;
    if (outdated) return;
    if (nextDueAt !== null) this.noteStored(nextDueAt);
    this.#passedOver = goesOn && !isMoreDue;
    if (!this.#open) {
      for (const { delivery } of loaded.due) this.noteStored(delivery.state.dueAt);
      return;
    }
    const { count } = this.#loadSize;
    this.#loadSize = { count, last: { full: loaded.due.length >= count, endedAtMs: nowMs } };
    for (const queued of loaded.due) {
      const { id, orderingKey } = queued.delivery;
      // Where the one before it was cancelled and is still in flight, it is found once that has ended.
      const isNext = orderingKey === null || !this.#linesHeld.has(orderingKey);
      if (isNext && !this.#held.has(id) && !letGo.has(id)) this.#hold(queued);
    }
  }

  /** Takes the next delivery out of the queue for an attempt. */
  begin(probe: boolean): QueuedDelivery {
    this.#inFlight++;
    if (probe) this.#probing = true;
    return this.#queue.shift()!;
  }

  /** Takes the next delivery out of the queue to put it aside. */
  skip(): QueuedDelivery {
    return this.#queue.shift()!;
  }

  /** An attempt ended: judges the endpoint by it. The delivery stays held until `settle`. */
  judge(
    attempt: {
      readonly deliveryId: DeliveryId;
      readonly begunAt: Instant;
      readonly probe: boolean;
      /** Where it went: an answer from where the webhook pointed before says nothing about where it points now. */
      readonly url: string;
      readonly outcome: Outcome;
      readonly durationMs: number;
      /** Whether the delivery has no attempt left. */
      readonly exhausted: boolean;
    },
    now: Instant,
  ): HealthVerdict {
    if (attempt.probe) this.#probing = false;
    if (attempt.outcome.kind === 'platform') this.#heldBackUntil = now + platformFaultWaitMs;
    if (attempt.url !== this.webhook.endpoint.url) return { kind: 'none' };
    const wasOpen = this.health.breaker.kind === 'open';
    const { health, verdict } = afterOutcome(
      this.health,
      this.rules,
      { ...attempt, startedAt: attempt.begunAt },
      now,
    );
    this.health = health;
    const { timeoutMs, concurrencyMax } = this.webhook.endpoint;
    this.#concurrency =
      wasOpen && health.breaker.kind === 'closed'
        ? recoveringConcurrency
        : afterAnswer(this.#concurrency, { ...attempt, timeoutMs }, concurrencyMax);
    return verdict;
  }

  /** The attempt is recorded (or needs no record): frees its place. `dueAt` is when the delivery is due again. */
  settle(deliveryId: DeliveryId, dueAt: Instant | null): void {
    this.#inFlight--;
    this.putAside(deliveryId, dueAt);
  }

  /** Lets go of a delivery that had no attempt. */
  putAside(deliveryId: DeliveryId, dueAt: Instant | null): void {
    const delivery = this.#letGo(deliveryId);
    if (dueAt !== null) this.noteStored(dueAt);
    else if (delivery !== undefined && delivery.orderingKey !== null) this.noteStored(delivery.createdAt);
  }

  /**
   * Drops a queued delivery that was cancelled, also one that a load under way may still bring; one in flight ends as
   * it will, and its record is refused.
   */
  forget(deliveryId: DeliveryId): void {
    this.#loading?.letGo.add(deliveryId);
    const index = this.#queue.findIndex(({ delivery }) => delivery.id === deliveryId);
    if (index === -1) return;
    this.#queue.splice(index, 1);
    this.#letGo(deliveryId);
  }

  /** An open breaker lets its next probe through at once. */
  hastenProbe(now: Instant): void {
    this.health = { ...this.health, breaker: hastened(this.health.breaker, now) };
  }

  forgiveFailures(): void {
    this.health = healthy;
    this.#concurrency = recoveringConcurrency;
  }

  #hold(queued: QueuedDelivery): void {
    const bytes = weightOf(queued);
    this.#memory.take(bytes);
    this.#heldBytes += bytes;
    this.#queue.push(queued);
    const { id, orderingKey } = queued.delivery;
    this.#held.set(id, queued);
    if (orderingKey !== null) this.#linesHeld.add(orderingKey);
  }

  #letGo(deliveryId: DeliveryId): Delivery | undefined {
    this.#loading?.letGo.add(deliveryId);
    const queued = this.#held.get(deliveryId);
    if (queued === undefined) return undefined;
    const bytes = weightOf(queued);
    this.#memory.giveBack(bytes);
    this.#heldBytes -= bytes;
    this.#held.delete(deliveryId);
    const { delivery } = queued;
    if (delivery.orderingKey !== null) this.#linesHeld.delete(delivery.orderingKey);
    return delivery;
  }
}

function earlier(a: Instant | null, b: Instant): Instant {
  return a === null || b < a ? b : a;
}
