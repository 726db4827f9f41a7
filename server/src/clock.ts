// The clock of production: the system's time, steadied so that setting the system's clock never makes schedules jump.

import type { Cancel, Clock } from './domain/clock.ts';

/** What the operating system tells about time, and its timers. */
export type SystemTime = {
  /** Milliseconds since the epoch as the system believes now; an operator or NTP may set it at any moment. */
  wall(): number;
  /** Milliseconds since some fixed moment, never going backwards. */
  monotonicMs(): number;
  /** Calls `then` after about `delayMs`, a whole number of at most 2^31 - 1. */
  startTimer(delayMs: number, then: () => void): Cancel;
};

/** A clock whose `now` may begin anew. */
export type SteadyClock = Clock & {
  /** `now` is the wall clock again, at once: for a process that began while that was wrong, and has done no work by it. */
  startAnew(): void;
};

/** The share of the time gone by that `now` may gain or lose while it follows a wall clock that was set. */
const slewShareMax = 0.1;
const timerMsMax = 2 ** 31 - 1;

/**
 * `now` starts at the wall clock and moves with monotonic time. Where the wall clock is elsewhere (it was set, or the
 * machine slept) `now` runs at most 10 % faster or slower until they agree: after a jump of 24 h either way a retry
 * due in an hour comes after 55 to 67 minutes, and `now` agrees again after ten days, or at the next start.
 * `after` counts monotonic time and is never early; who waits for an instant looks at `now` again and may wait on.
 */
export function steadyClock(system: SystemTime = operatingSystem): SteadyClock {
  let steady = system.wall();
  let readAt = system.monotonicMs();

  return {
    now() {
      const monotonic = system.monotonicMs();
      const elapsedMs = monotonic - readAt;
      const slewMsMax = elapsedMs * slewShareMax;
      readAt = monotonic;
      steady += elapsedMs;
      steady += clamp(system.wall() - steady, -slewMsMax, slewMsMax);
      return Math.floor(steady);
    },
    wall: () => system.wall(),
    monotonicMs: () => system.monotonicMs(),
    startAnew() {
      steady = system.wall();
      readAt = system.monotonicMs();
    },
    after(delayMs, then) {
      const dueMs = system.monotonicMs() + Math.max(0, delayMs);
      return startAt(system, dueMs, then);
    },
  };
}

/** One timer, or as many in a row as a long delay or an early system timer needs. */
function startAt(system: SystemTime, dueMs: number, then: () => void): Cancel {
  let cancel = arm();

  function arm(): Cancel {
    const restMs = Math.ceil(dueMs - system.monotonicMs());
    return system.startTimer(Math.min(Math.max(0, restMs), timerMsMax), onTimer);
  }

  function onTimer(): void {
    if (system.monotonicMs() >= dueMs) then();
    else cancel = arm();
  }

  return () => cancel();
}

const operatingSystem: SystemTime = {
  wall: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer(delayMs, then) {
    const timer = setTimeout(then, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
