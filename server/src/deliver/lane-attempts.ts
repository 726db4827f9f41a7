// The attempts of the lanes, from a turn to its record; and what is told of each.

import { isScheduled, type Delivery } from '../domain/delivery.ts';
import type { Instant } from '../domain/clock.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { QueuedDelivery, Recorded, RecordedResult } from '../storage/store.ts';
import { makeAttempt, type AttemptResult } from './attempt.ts';
import type { EngineParts } from './engine-port.ts';
import type { HeldShards } from './held-shards.ts';
import type { Lane, Readiness } from './lane.ts';
import type { Paces } from './paces.ts';
import type { Recorder } from './recorder.ts';
import type { Slots } from './slots.ts';
import type { Throttles } from './throttles.ts';
import type { Turns } from './turns.ts';
import { carryOut } from './verdict.ts';

export type LaneAttemptsParts = EngineParts & {
  readonly recorder: Recorder;
  readonly slots: Slots;
  readonly turns: Turns;
  readonly throttles: Throttles;
  readonly paces: Paces;
  readonly held: HeldShards;
  readonly cut: AbortSignal;
  readonly laneOf: (id: WebhookId) => Lane | undefined;
  /** What a lane began is recorded. */
  readonly moveOn: (lane: Lane) => void;
};

export class LaneAttempts {
  /** Why the platform itself could not send lately; null while it can. */
  platformFault: string | null = null;
  readonly #parts: LaneAttemptsParts;

  constructor(parts: LaneAttemptsParts) {
    this.#parts = parts;
  }

  /** Does with a lane's turn what the lane is ready for. */
  takeTurn(lane: Lane, readiness: Readiness): void {
    const { inFlightMax } = lane.rules;
    if (readiness.kind === 'skip') return this.#skip(lane, 'breaker_open');
    if (readiness.kind !== 'attempt') return;
    if (inFlightMax !== null && this.#parts.slots.inFlight >= inFlightMax) {
      return this.#skip(lane, 'too_many_in_flight');
    }
    void this.#attempt(lane, lane.begin(readiness.probe), readiness.probe);
  }

  async #attempt(lane: Lane, queued: QueuedDelivery, probe: boolean): Promise<void> {
    const { slots, marks, turns, throttles, paces, clock, held, cut, moveOn } = this.#parts;
    const { number: place, giveBack } = slots.take();
    marks.begun(place, { deliveryId: queued.delivery.id, number: queued.delivery.attempts + 1 });
    turns.begun(lane);
    paces.begun(lane);
    const isServerProbe = throttles.begun(lane);
    const begunAt = clock.now();
    const { webhook, rules, hold } = lane;
    held.begun(webhook.id);
    const result = await makeAttempt(this.#parts, queued, webhook, rules, {
      cut,
      onResend: () => paces.begun(lane),
    });
    this.noticePlatform(result);
    throttles.ended({ webhook, rules }, result.outcome, isServerProbe);
    const judged = {
      deliveryId: queued.delivery.id,
      begunAt,
      probe,
      url: webhook.endpoint.url,
      outcome: result.outcome,
      durationMs: result.durationMs,
      exhausted: !isScheduled(result.after),
    };
    carryOut(this.#parts, lane, lane.health, lane.judge(judged, clock.now()));
    const end = (recorded: Recorded): void => {
      giveBack();
      turns.ended(lane);
      lane.settle(queued.delivery.id, dueAgainAt(result.after, recorded));
      this.tell(result, recorded);
      held.ended(webhook.id);
      moveOn(lane);
    };
    const { after, attempt } = result;
    if (attempt === null) {
      marks.unmark(place);
      return end('recorded');
    }
    const lastExchange = this.#lastExchange(webhook, result);
    this.#record(lane, { before: queued.delivery, after, attempt, lastExchange, epoch: hold!.epoch }, end);
  }

  #skip(lane: Lane, reason: 'breaker_open' | 'too_many_in_flight'): void {
    const { clock, held, moveOn } = this.#parts;
    const queued = lane.skip();
    const after: Delivery = { ...queued.delivery, state: { kind: 'skipped', at: clock.now(), reason } };
    const { epoch } = lane.hold!;
    const { webhookId } = after;
    held.begun(webhookId);
    const result = { before: queued.delivery, after, attempt: null, lastExchange: null, epoch };
    this.#record(lane, result, (recorded) => {
      lane.putAside(queued.delivery.id, null);
      this.tell({ after, attempt: null }, recorded);
      held.ended(webhookId);
      moveOn(lane);
    });
  }

  #record(lane: Lane, result: RecordedResult, then: (recorded: Recorded) => void): void {
    this.#parts.recorder.add({ result, webhookId: lane.webhook.id, health: lane.health, then });
  }

  #lastExchange({ dialect }: Webhook, { requestBody }: AttemptResult): RecordedResult['lastExchange'] {
    return this.#parts.keepsLastExchange(dialect) ? { requestBody } : null;
  }

  /** Says what became of a delivery, once that is recorded. */
  tell({ after, attempt: made }: Pick<AttemptResult, 'after' | 'attempt'>, recorded: Recorded): void {
    const { emit } = this.#parts;
    const delivery = recorded === 'cancelled' ? this.#cancelled(after) : after;
    if (made !== null) {
      emit({ kind: 'delivery.attempted', attempt: made, delivery });
      if (recorded === 'stale') emit({ kind: 'delivery.stale', delivery });
    }
    if (recorded === 'recorded' && after.state.kind !== 'scheduled')
      emit({ kind: 'delivery.settled', delivery });
  }

  /** As the store has it: whoever cancelled the delivery, its attempt changed nothing but its count. */
  #cancelled(after: Delivery): Delivery {
    const lane = this.#parts.laneOf(after.webhookId);
    const reason = lane === undefined ? 'webhook_deleted' : lane.whyCancelled(after);
    return { ...after, state: { kind: 'cancelled', at: this.#parts.clock.now(), reason } };
  }

  noticePlatform({ outcome }: AttemptResult): void {
    if (outcome.kind === 'platform') {
      if (outcome.reason !== 'stopped') this.platformFault = outcome.reason;
      this.#parts.emit({ kind: 'platform.fault', reason: outcome.reason, detail: outcome.detail });
    } else if (outcome.kind !== 'error') {
      this.platformFault = null;
    }
  }
}

/** When a delivery must be looked at again: at once when its record was stale, since the store knows better. */
function dueAgainAt(after: Delivery, recorded: Recorded): Instant | null {
  if (recorded === 'cancelled') return null;
  if (recorded === 'stale') return after.createdAt;
  return after.state.kind === 'scheduled' ? after.state.dueAt : null;
}
