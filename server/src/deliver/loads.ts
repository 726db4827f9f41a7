// Brings what is due from the store into the lanes that ask for it, a few lanes at a time.

import { secondMs, type Clock, type Instant } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import type { DeliveryStore } from '../storage/store.ts';
import type { Lane } from './lane.ts';

const countWhenFull = 4;
const atOnceMax = 8;
const retryMs = secondMs;

export type LoadsParts = {
  readonly store: Pick<DeliveryStore, 'loadDue'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The lane has what was due. */
  readonly loaded: (lane: Lane) => void;
  /** The store failed; the lane should ask again then. */
  readonly failed: (lane: Lane, retryAt: Instant) => void;
};

export class Loads {
  readonly #parts: LoadsParts;
  /** Since when, by the monotonic clock. */
  readonly #asking = new Map<Lane, number>();
  #underWay = 0;

  constructor(parts: LoadsParts) {
    this.#parts = parts;
  }

  ask(lane: Lane): void {
    if (!this.#asking.has(lane)) this.#asking.set(lane, this.#parts.clock.monotonicMs());
    this.#startNext();
  }

  forget(lane: Lane): void {
    this.#asking.delete(lane);
  }

  #startNext(): void {
    for (const [lane, askedAtMs] of this.#asking) {
      if (this.#underWay >= atOnceMax) return;
      this.#asking.delete(lane);
      void this.#load(lane, askedAtMs);
    }
  }

  async #load(lane: Lane, askedAtMs: number): Promise<void> {
    const { store, clock, emit, loaded, failed } = this.#parts;
    const now = clock.now();
    const bytes = lane.room;
    const { count, passing } = lane.beginLoad(now, askedAtMs);
    const limit = { count: bytes > 0 ? count : countWhenFull, bytes };
    this.#underWay++;
    const due = await store.loadDue(lane.webhook.id, now, limit, passing).catch((cause: unknown) => {
      emit({ kind: 'store.failed', operation: 'loadDue', cause });
      return null;
    });
    this.#underWay--;
    lane.endLoad(due, clock.monotonicMs());
    if (due === null) failed(lane, clock.now() + retryMs);
    else loaded(lane);
    this.#startNext();
  }
}
