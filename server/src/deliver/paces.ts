// Keeps the attempts of a lane within the rate limit of its webhook. By monotonic time: setting the system's clock hurries nobody.

import type { Clock, Instant } from '../domain/clock.ts';
import {
  afterRequest,
  carriedPace,
  freshPace,
  intervalMs,
  isSameLimit,
  spentPace,
  waitMs,
  type Pace,
  type RateLimit,
} from '../domain/rate-limit.ts';
import type { Lane } from './lane.ts';

type Paced = Pick<Lane, 'webhook' | 'hold'>;
type Kept = { readonly limit: RateLimit; readonly pace: Pace };

export class Paces {
  readonly #clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** Of lanes with a limit alone. */
  readonly #kept = new WeakMap<Paced, Kept>();

  constructor(clock: Pick<Clock, 'now' | 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Its webhook is this node's from now on: another one, or a process before this, may just have begun all that it was allowed. */
  taken(lane: Paced): void {
    const limit = lane.webhook.endpoint.rateLimit;
    if (limit === null) this.#kept.delete(lane);
    else this.#kept.set(lane, { limit, pace: spentPace(limit, this.#clock.monotonicMs()) });
  }

  /** Until when the lane must wait although its turn has come; null when it need not. */
  heldBackUntil(lane: Paced): Instant | null {
    const limit = lane.webhook.endpoint.rateLimit;
    if (limit === null) return null;
    const nowMs = this.#clock.monotonicMs();
    return this.#in(waitMs(this.#paceOf(lane, limit, nowMs), limit, nowMs));
  }

  /** When its next attempt may begin, null for now; of another node's lane, when it does at the latest. */
  nextAt(lane: Paced): Instant | null {
    const limit = lane.webhook.endpoint.rateLimit;
    return limit !== null && lane.hold === null ? this.#in(intervalMs(limit)) : this.heldBackUntil(lane);
  }

  /** An attempt of the lane begins. */
  begun(lane: Paced): void {
    const limit = lane.webhook.endpoint.rateLimit;
    if (limit === null) return;
    const nowMs = this.#clock.monotonicMs();
    const pace = afterRequest(this.#paceOf(lane, limit, nowMs), limit, nowMs);
    this.#kept.set(lane, { limit, pace });
  }

  /** A limit that was set or changed counts from the first look at it on. */
  #paceOf(lane: Paced, limit: RateLimit, nowMs: number): Pace {
    const kept = this.#kept.get(lane);
    if (kept === undefined) return freshPace(limit, nowMs);
    if (isSameLimit(kept.limit, limit)) return kept.pace;
    const pace = carriedPace(kept.pace, kept.limit, limit, nowMs);
    this.#kept.set(lane, { limit, pace });
    return pace;
  }

  /** In whole milliseconds: who looks again then finds that time has moved. */
  #in(ms: number): Instant | null {
    return ms === 0 ? null : this.#clock.now() + Math.ceil(ms);
  }
}
