// Time and chance for tests and the simulation: the production clock on a system whose time only moves when told to.

import { steadyClock, type SteadyClock, type SystemTime } from '../src/clock.ts';
import type { Instant } from '../src/domain/clock.ts';
import type { Random } from '../src/domain/random.ts';

export type TestClock = SteadyClock & {
  /**
   * Moves wall and monotonic time on by `ms`. Runs the timers that come due in order of time, then of their making,
   * each at its own instant; settles first and after each. Rejects with what a timer throws.
   */
  advance(ms: number): Promise<void>;
  /** Sets the system's wall clock, as an operator would: `now` follows by at most 10 % of the time that passes. */
  setWall(at: Instant): void;
  /** Moves time on while the process is frozen: no timer fires until the next `advance`. */
  jump(ms: number): void;
  /** Lets promises that are ready run; time stands still. What waits for a thread or a socket is not waited for. */
  settle(): Promise<void>;
  /** How far away the next timer is, or undefined without one: `advance` by it to run from timer to timer. */
  nextTimerMs(): number | undefined;
};

export const testEpoch: Instant = Date.UTC(2026, 0, 1);

/** `outside` resolves when nothing is under way that a test may not overtake, such as a question to a real database. */
export function testClock(
  startAt: Instant = testEpoch,
  outside: () => Promise<void> = () => Promise.resolve(),
): TestClock {
  const timers: Timer[] = [];
  let monotonicMs = 0;
  let wallAtZero = startAt;

  const system: SystemTime = {
    wall: () => Math.floor(wallAtZero + monotonicMs),
    monotonicMs: () => monotonicMs,
    startTimer(delayMs, then) {
      const timer = { dueMs: monotonicMs + delayMs, fire: then };
      timers.splice(placeOf(timer.dueMs, timers), 0, timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
  };

  async function settle(): Promise<void> {
    await aTurn();
    await outside();
  }

  return {
    ...steadyClock(system),
    async advance(ms) {
      const untilMs = monotonicMs + ms;
      await settle();
      for (let next = timers[0]; next !== undefined && next.dueMs <= untilMs; next = timers[0]) {
        timers.shift();
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.fire();
        await settle();
      }
      monotonicMs = Math.max(monotonicMs, untilMs);
    },
    setWall(at) {
      wallAtZero = at - monotonicMs;
    },
    jump(ms) {
      monotonicMs += ms;
    },
    settle,
    nextTimerMs() {
      return timers[0] === undefined ? undefined : Math.max(0, timers[0].dueMs - monotonicMs);
    },
  };
}

/** The same numbers for the same seed, on every machine (sfc32). */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];

  function next32(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }

  for (let round = 0; round < 12; round++) next32();
  return {
    fraction: () => next32() / 2 ** 32,
    bytes: (count) => Uint8Array.from({ length: count }, () => next32() & 0xff),
  };
}

type Timer = { readonly dueMs: number; readonly fire: () => void };

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** After all timers that are due no later, so that equals keep the order of their making. */
function placeOf(dueMs: number, timers: readonly Timer[]): number {
  let [low, high] = [0, timers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timers[middle]!.dueMs <= dueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
