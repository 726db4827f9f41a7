// The time that the rest of Posthorn sees: a parameter, so that a test or the simulation can drive it.

/** An instant in milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export interface Clock {
  /**
   * Wall-clock time that never jumps: it follows the system's clock slowly when that is set, so that a jump of hours
   * neither fires every retry at once nor stalls them. Used for schedules, leases and breakers.
   */
  now(): Instant;
  /** The system's wall clock as it is: for signatures and for times that people read. */
  wall(): Instant;
  /** Milliseconds since some fixed moment, never going backwards, with a fraction: for durations. */
  monotonicMs(): number;
  /**
   * Calls `then` once, when `delayMs` (at least 0) of monotonic time have passed; the answer cancels it. Who waits for
   * an instant looks at `now` again, which may have moved a little less. Never keeps the process alive.
   */
  after(delayMs: number, then: () => void): Cancel;
}

export type Cancel = () => void;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
