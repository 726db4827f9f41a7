// How many requests the whole server has in flight: a shared limit for those that may still be quick, a wider one for slow ones.
//
// A request that has been in flight for a second gives its place in the shared limit to another and counts only against
// the wider one, so that receivers that hang can't use up the places of those that answer.

import { secondMs, type Clock } from '../domain/clock.ts';

const slowAfterMs = secondMs;
const slowPerShared = 4;
/** Of what is left free. A webhook alone may then have all of the shared limit, and many that hang together leave places to others. */
const shareOfFree = 1 / (slowPerShared - 1);

type Slot = { readonly begunMs: number };

/** A place that a request has while it is in flight: a number below the wider limit, and how to give it back. */
export type Place = { readonly number: number; readonly giveBack: () => void };

export class Slots {
  readonly #clock: Clock;
  readonly #sharedMax: number;
  readonly #widerMax: number;
  /** In order of their beginning, which is the order of a Set. */
  readonly #young = new Set<Slot>();
  /** Numbers that were given back; further ones follow on those in flight. */
  readonly #free: number[] = [];
  #inFlight = 0;

  constructor(clock: Clock, sharedMax: number) {
    this.#clock = clock;
    this.#sharedMax = sharedMax;
    this.#widerMax = sharedMax * slowPerShared;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether a webhook that has so many in flight leaves room to others if it begins another one. Its first has nothing to wait for. */
  leavesRoom(inFlight: number): boolean {
    return inFlight === 0 || inFlight < (this.#widerMax - this.#inFlight) * shareOfFree;
  }

  take(): Place {
    const slot: Slot = { begunMs: this.#clock.monotonicMs() };
    const number = this.#free.pop() ?? this.#inFlight;
    this.#young.add(slot);
    this.#inFlight++;
    const giveBack = (): void => {
      this.#young.delete(slot);
      this.#free.push(number);
      this.#inFlight--;
    };
    return { number, giveBack };
  }

  /** Undefined when there is a place, else in how many milliseconds to look again (null: when one is given back). */
  waitMs(): number | null | undefined {
    if (this.#inFlight >= this.#widerMax) return null;
    if (this.#young.size < this.#sharedMax) return undefined;
    const nowMs = this.#clock.monotonicMs();
    for (const slot of this.#young) {
      const ageMs = nowMs - slot.begunMs;
      if (ageMs < slowAfterMs)
        return this.#young.size < this.#sharedMax ? undefined : Math.ceil(slowAfterMs - ageMs);
      this.#young.delete(slot);
    }
    return undefined;
  }
}
