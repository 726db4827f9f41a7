// Wakes lanes when their time comes: one alarm a lane, always the earliest that it asked for.

import type { Cancel, Clock, Instant } from '../domain/clock.ts';
import type { Lane } from './lane.ts';

export class Alarms {
  readonly #clock: Clock;
  readonly #wake: (lane: Lane) => void;
  readonly #set = new Map<Lane, { readonly at: Instant; readonly cancel: Cancel }>();

  constructor(clock: Clock, wake: (lane: Lane) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** May ring a little early, since a wait counts another clock than an instant: who is woken looks again. */
  set(lane: Lane, at: Instant): void {
    const earlier = this.#set.get(lane);
    if (earlier !== undefined && earlier.at <= at) return;
    earlier?.cancel();
    const cancel = this.#clock.after(at - this.#clock.now(), () => {
      this.#set.delete(lane);
      this.#wake(lane);
    });
    this.#set.set(lane, { at, cancel });
  }

  cancel(lane: Lane): void {
    this.#set.get(lane)?.cancel();
    this.#set.delete(lane);
  }

  cancelAll(): void {
    for (const lane of this.#set.keys()) this.cancel(lane);
  }
}
