// What a webhook's own administration sends: verification messages and tests, beside the lanes. No pause, breaker or
// queue holds them back, since they find out whether the webhook may have anything at all.

import { minuteMs, secondMs, type Cancel, type Instant } from '../domain/clock.ts';
import { isScheduled, type DeliveryId, type ScheduledDelivery } from '../domain/delivery.ts';
import type { DeliveryRules } from '../domain/delivery-rules.ts';
import { advanceExpress, endWithoutAttempt } from '../domain/express-delivery.ts';
import type { Id } from '../domain/id.ts';
import type { InFlightMarks } from '../domain/in-flight-marks.ts';
import type { Outcome } from '../domain/outcome.ts';
import { shardOf, type Epoch, type Shard } from '../domain/shard.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { QueuedDelivery, Recorded } from '../storage/store.ts';
import { makeAttempt, type AttemptParts, type AttemptResult } from './attempt.ts';
import type { HeldShards, Hold } from './held-shards.ts';
import type { Recorder } from './recorder.ts';
import type { Slots } from './slots.ts';

export type ExpressParts = AttemptParts & {
  readonly recorder: Recorder;
  readonly marks: InFlightMarks;
  /** Their requests are counted with all others, but wait for no place. */
  readonly slots: Slots;
  readonly cut: AbortSignal;
  readonly held: HeldShards;
  /** Whether anything may be sent: not while this node's leases may be over. */
  readonly mayStart: () => boolean;
  /** A webhook as it is now; undefined once it is gone. */
  readonly currentOf: (id: WebhookId) => Current | undefined;
  /** An attempt has ended, and is not recorded yet. */
  readonly noticed: (result: AttemptResult) => void;
  /** A delivery has been let go of, recorded where anything was to record. */
  readonly ended: (result: Ended, recorded: Recorded) => void;
};

type Current = { readonly webhook: Webhook; readonly rules: DeliveryRules; readonly hold: Hold | null };
type Ended = Pick<AttemptResult, 'after' | 'attempt'>;
type Held = {
  queued: QueuedDelivery;
  alarm: Cancel | null;
  /** Until then it is this node's to send, whoever owns the webhook; null where the owner sends it. */
  readonly lentUntil: Instant | null;
};
/** How an attempt ended; `none` when there was none. */
export type ExpressOutcome = Outcome | { readonly kind: 'none' };
const noAttempt: ExpressOutcome = { kind: 'none' };

/** At once in all, of one tenant and of one webhook: receivers that hang hold up their own tenant alone, and one alone just itself. */
const inFlightMax = 64;
const inFlightOfTenantMax = 8;
const inFlightOfWebhookMax = 2;
/** For so long a message that its caller waits for is the node's that took it: its owner leaves it alone. */
const lentForMs = 90 * secondMs;
/** An attempt must not begin later: its time-out, and that of a second one where a kept connection broke. */
const attemptMsMax = minuteMs;
/** How long it may take from the commit of a message to its hand-over. */
const handOverMsMax = minuteMs;

export class Express {
  readonly #parts: ExpressParts;
  /** What waits for its time or a place. */
  readonly #waiting = new Map<DeliveryId, Held>();
  readonly #ofWebhook = new Map<WebhookId, Set<Held>>();
  /** What waits for a place only, by tenant and webhook, each in order. */
  readonly #due = new Map<TenantId, Map<WebhookId, Set<Held>>>();
  readonly #inFlightOf = new Map<Id, number>();
  /** Who waits for the next attempt of one. */
  readonly #watchers = new Map<DeliveryId, (outcome: ExpressOutcome) => void>();
  #inFlight = 0;
  readonly #underWay = new Set<DeliveryId>();
  /** What the store had, and when: one that is handed over after it may be over already. */
  readonly #loaded = new Map<DeliveryId, number>();
  /** What loads under way must not bring back: it began or ended since they were asked for. */
  readonly #loads = new Set<Set<DeliveryId>>();
  #running = false;

  constructor(parts: ExpressParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = true;
  }

  /** Takes what waits in the store for webhooks that this node owns, save what it has or had. */
  async load(waiting: () => Promise<readonly QueuedDelivery[]>): Promise<void> {
    const changed = new Set<DeliveryId>();
    this.#loads.add(changed);
    const stored = await waiting().finally(() => this.#loads.delete(changed));
    const now = this.#parts.clock.monotonicMs();
    for (const [id, at] of this.#loaded) if (now - at > handOverMsMax) this.#loaded.delete(id);
    for (const queued of stored) {
      const { id, webhookId } = queued.delivery;
      if (this.#parts.held.of(webhookId) === null || this.#underWay.has(id) || changed.has(id)) continue;
      this.#loaded.set(id, now);
      if (!this.#waiting.has(id)) this.#consider(this.#hold(queued));
    }
    this.pump();
  }

  /** Lets go of what waits for webhooks of the shard. */
  letGoOf(shard: Shard): void {
    for (const [webhookId, waiting] of this.#ofWebhook) {
      if (shardOf(webhookId) !== shard) continue;
      for (const held of waiting) if (held.lentUntil === null) this.#letGo(held);
    }
  }

  /** Takes a fresh one straight from its commit. */
  offer(queued: QueuedDelivery): void {
    if (!this.#loaded.has(queued.delivery.id)) this.#consider(this.#hold(queued));
    this.pump();
  }

  /** When a fresh message is due in the store that this node sends at once: later, where the owner would send it too. */
  dueAtOfWatched(webhookId: WebhookId, now: Instant): Instant {
    return this.#parts.held.of(webhookId) === null ? now + lentForMs : now;
  }

  /** Takes a fresh one as `offer` does; resolves once its next attempt is recorded, or none is needed any more. */
  outcomeOf(queued: QueuedDelivery): Promise<ExpressOutcome> {
    const { delivery } = queued;
    const isOver =
      this.#loaded.has(delivery.id) && !this.#waiting.has(delivery.id) && !this.#underWay.has(delivery.id);
    if (!this.#running || isOver) return Promise.resolve(noAttempt);
    const { createdAt, state } = delivery;
    return new Promise((resolve) => {
      this.#watchers.set(delivery.id, resolve);
      if (state.dueAt === createdAt) return this.offer(queued);
      const atOnce = { ...queued, delivery: { ...delivery, state: { ...state, dueAt: createdAt } } };
      this.#consider(this.#hold(atOnce, state.dueAt));
      this.pump();
    });
  }

  /** Ends what the webhook, as it is now, has no need of; of one that is gone the store has cancelled all. */
  webhookChanged(id: WebhookId): void {
    for (const held of this.#ofWebhook.get(id) ?? []) this.#consider(held);
    this.pump();
  }

  /** Drops one that was cancelled in the store; when it is in flight, it ends as it will and its record is refused. */
  forget(id: DeliveryId): void {
    const held = this.#waiting.get(id);
    if (held === undefined) return;
    this.#letGo(held);
    this.#tell(id, noAttempt);
  }

  /** How many of a webhook wait or are under way. */
  pendingOf(id: WebhookId): number {
    return (this.#ofWebhook.get(id)?.size ?? 0) + (this.#inFlightOf.get(id) ?? 0);
  }

  /** Starts nothing new. What somebody waits for is cancelled, since they will ask again. */
  stop(): void {
    this.#running = false;
    for (const [id, held] of this.#waiting) {
      held.alarm?.();
      if (!this.#watchers.has(id)) continue;
      const { delivery } = held.queued;
      const state = { kind: 'cancelled', at: this.#parts.clock.now(), reason: 'superseded' } as const;
      const epoch = epochFor(held, this.#parts.currentOf(delivery.webhookId));
      this.#letGo(held);
      this.#record(delivery, { after: { ...delivery, state }, attempt: null }, epoch, () =>
        this.#tell(id, noAttempt),
      );
    }
  }

  /** Starts what is due, as far as there are places and results can be recorded. */
  pump(): void {
    for (let held = this.#next(); held !== undefined; held = this.#next()) {
      const current = this.#consider(held);
      if (current === undefined) continue;
      this.#letGo(held);
      void this.#attempt(held.queued, current, epochFor(held, current));
    }
  }

  /** The first of the webhook and tenant that have the fewest in flight: who has much to send gives way. */
  #next(): Held | undefined {
    const { recorder, mayStart } = this.#parts;
    if (!this.#running || !recorder.healthy || this.#inFlight >= inFlightMax || !mayStart()) return undefined;
    let next: Held | undefined;
    let fewest = inFlightOfTenantMax;
    for (const [tenantId, webhooks] of this.#due) {
      const inFlight = this.#inFlightOf.get(tenantId) ?? 0;
      const first = inFlight < fewest ? this.#firstOf(webhooks) : undefined;
      if (first !== undefined) [next, fewest] = [first, inFlight];
    }
    return next;
  }

  #firstOf(webhooks: ReadonlyMap<WebhookId, ReadonlySet<Held>>): Held | undefined {
    let next: Held | undefined;
    let fewest = inFlightOfWebhookMax;
    for (const [webhookId, [first]] of webhooks) {
      const inFlight = this.#inFlightOf.get(webhookId) ?? 0;
      if (inFlight < fewest) [next, fewest] = [first, inFlight];
      if (fewest === 0) break;
    }
    return next;
  }

  /** Finds out what one needs: an end, an attempt (then the webhook is answered), or an alarm for later. */
  #consider(held: Held): Current | undefined {
    if (!this.#running) return undefined;
    const { clock, currentOf } = this.#parts;
    const { delivery } = held.queued;
    held.alarm?.();
    held.alarm = null;
    const current = currentOf(delivery.webhookId);
    if (current === undefined) {
      this.#letGo(held);
      this.#tell(delivery.id, noAttempt);
      return undefined;
    }
    const now = clock.now();
    if (held.lentUntil === null ? current.hold === null : now > held.lentUntil - attemptMsMax) {
      this.#letGo(held);
      this.#tell(delivery.id, noAttempt);
      return undefined;
    }
    const end = endWithoutAttempt(delivery, current.webhook, now, clock.wall());
    if (end !== undefined) {
      this.#letGo(held);
      this.#record(
        delivery,
        { after: { ...delivery, state: end }, attempt: null },
        epochFor(held, current),
        () => this.#tell(delivery.id, noAttempt),
      );
      return undefined;
    }
    if (delivery.state.dueAt > now) {
      this.#noLongerDue(held);
      held.alarm = clock.after(delivery.state.dueAt - now, () => {
        this.#consider(held);
        this.pump();
      });
      return undefined;
    }
    this.#nowDue(held);
    return current;
  }

  async #attempt(queued: QueuedDelivery, current: Current, epoch: Epoch | null): Promise<void> {
    const { slots, marks, clock, cut, currentOf, noticed } = this.#parts;
    const { delivery } = queued;
    this.#underWay.add(delivery.id);
    const { number: place, giveBack } = slots.take();
    marks.begun(place, { deliveryId: delivery.id, number: delivery.attempts + 1 });
    this.#count(delivery, 1);
    const result = await makeAttempt(this.#parts, queued, current.webhook, current.rules, {
      cut,
      // The receiver may have called back while the request was open, so the webhook of now decides.
      become(before, outcome, rules, chance, now) {
        const { webhook } = currentOf(before.webhookId) ?? current;
        return advanceExpress(before, outcome, webhook, rules, chance, now, clock.wall());
      },
    });
    noticed(result);
    if (result.attempt === null) marks.unmark(place);
    this.#record(delivery, result, epoch, (recorded) => {
      this.#underWay.delete(delivery.id);
      for (const changed of this.#loads) changed.add(delivery.id);
      this.#count(delivery, -1);
      giveBack();
      this.#tell(delivery.id, result.outcome);
      const { after } = result;
      if (recorded === 'recorded' && isScheduled(after))
        this.#consider(this.#hold({ ...queued, delivery: after }));
    });
  }

  /** Writes what became of a delivery, unless that is nothing: then it is as it was. */
  #record(
    before: ScheduledDelivery,
    result: Ended,
    epoch: Epoch | null,
    then: (recorded: Recorded) => void,
  ): void {
    const { recorder, ended, held } = this.#parts;
    const { after, attempt } = result;
    const end = (recorded: Recorded): void => {
      then(recorded);
      ended(result, recorded);
      this.pump();
    };
    if (attempt === null && isScheduled(after)) return end('recorded');
    const { webhookId } = before;
    held.begun(webhookId);
    recorder.add({
      result: { before, after, attempt, lastExchange: null, epoch },
      webhookId,
      health: null,
      then: (recorded) => {
        end(recorded);
        held.ended(webhookId);
      },
    });
  }

  #hold(queued: QueuedDelivery, lentUntil: Instant | null = null): Held {
    const { id, webhookId } = queued.delivery;
    const known = this.#waiting.get(id);
    if (known !== undefined) return known;
    const held: Held = { queued, alarm: null, lentUntil };
    this.#waiting.set(id, held);
    this.#ofWebhook.set(webhookId, (this.#ofWebhook.get(webhookId) ?? new Set()).add(held));
    return held;
  }

  #letGo(held: Held): void {
    const { id, webhookId } = held.queued.delivery;
    held.alarm?.();
    for (const changed of this.#loads) changed.add(id);
    this.#waiting.delete(id);
    this.#noLongerDue(held);
    const others = this.#ofWebhook.get(webhookId);
    if (others?.delete(held) === true && others.size === 0) this.#ofWebhook.delete(webhookId);
  }

  #nowDue(held: Held): void {
    const { tenantId, webhookId } = held.queued.delivery;
    const webhooks = this.#due.get(tenantId) ?? new Map<WebhookId, Set<Held>>();
    this.#due.set(tenantId, webhooks);
    webhooks.set(webhookId, (webhooks.get(webhookId) ?? new Set()).add(held));
  }

  #noLongerDue(held: Held): void {
    const { tenantId, webhookId } = held.queued.delivery;
    const webhooks = this.#due.get(tenantId);
    const due = webhooks?.get(webhookId);
    if (webhooks === undefined || due?.delete(held) !== true || due.size > 0) return;
    webhooks.delete(webhookId);
    if (webhooks.size === 0) this.#due.delete(tenantId);
  }

  #tell(id: DeliveryId, outcome: ExpressOutcome): void {
    this.#watchers.get(id)?.(outcome);
    this.#watchers.delete(id);
  }

  #count({ tenantId, webhookId }: ScheduledDelivery, change: 1 | -1): void {
    this.#inFlight += change;
    if (change === 1) this.#parts.held.begun(webhookId);
    else this.#parts.held.ended(webhookId);
    for (const id of [tenantId, webhookId]) {
      const inFlight = (this.#inFlightOf.get(id) ?? 0) + change;
      if (inFlight === 0) this.#inFlightOf.delete(id);
      else this.#inFlightOf.set(id, inFlight);
    }
  }
}

/** What is lent to this node is recorded whoever owns the webhook. */
function epochFor({ lentUntil }: Held, current: Current | undefined): Epoch | null {
  return lentUntil === null ? (current?.hold?.epoch ?? null) : null;
}
