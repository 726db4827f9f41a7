// Slows down who keeps guessing: after a few wrong attempts each further one must wait, twice as long up to a minute.

import type { Clock } from '../domain/clock.ts';
import { minuteMs, secondMs } from '../domain/clock.ts';
import { makeMemory } from '../domain/memory.ts';

export interface Throttle {
  /** How long the key must still wait; 0 lets it try, and counts as wrong until `forgive`. */
  attempt(key: string): number;
  /** The last attempt was right after all. */
  forgive(key: string): void;
  /** The key's past wrong attempts don't count any more. */
  clear(key: string): void;
}

const firstWaitMs = secondMs;
const waitMsMax = minuteMs;
const forgetMs = 15 * minuteMs;

/** Attempts are counted when they begin, so that many at once get no more tries than many in a row. */
export function makeThrottle(clock: Pick<Clock, 'monotonicMs'>, freeAttempts: number): Throttle {
  const counted = makeMemory<{ readonly wrong: number; readonly waitUntilMs: number }>(clock, forgetMs);
  return {
    attempt(key) {
      const now = clock.monotonicMs();
      const { wrong, waitUntilMs } = counted.get(key) ?? { wrong: 0, waitUntilMs: now };
      if (waitUntilMs > now) return waitUntilMs - now;
      const beyond = wrong + 1 - freeAttempts;
      const waitMs = beyond < 0 ? 0 : Math.min(waitMsMax, firstWaitMs * 2 ** beyond);
      counted.put(key, { wrong: wrong + 1, waitUntilMs: now + waitMs });
      return 0;
    },
    forgive(key) {
      const entry = counted.get(key);
      if (entry !== undefined) counted.put(key, { wrong: entry.wrong - 1, waitUntilMs: clock.monotonicMs() });
    },
    clear: (key) => counted.drop(key),
  };
}
