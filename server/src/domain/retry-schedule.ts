// When to try again. Pure: attempt numbers, a draw of chance and a clock reading in, an instant or `never` out.

import { dayMs, hourMs, minuteMs, secondMs, type Instant } from './clock.ts';

/** The waits in milliseconds after attempt 1, 2, …; one attempt more than there are waits. */
export type RetrySchedule = readonly number[];

export type RetryRules = {
  readonly schedule: RetrySchedule;
  /** Each wait grows by what is drawn between these: a share of it, or milliseconds. A negative one shortens it. */
  readonly jitter: { readonly unit: 'share' | 'ms'; readonly from: number; readonly to: number };
  /** Whether the receiver's `Retry-After` may lengthen a wait. */
  readonly honoursRetryAfter: boolean;
  /** Which failed attempts are followed by another one: all, or only those that were answered with a 5xx. */
  readonly retriesAfter: 'any_failure' | 'server_error';
};

/** Jitter only adds, up to 20 %, and the receiver may ask for a longer wait. */
export function durableRetry(schedule: RetrySchedule): RetryRules {
  return {
    schedule,
    jitter: { unit: 'share', from: 0, to: jitterShareMax },
    honoursRetryAfter: true,
    retriesAfter: 'any_failure',
  };
}

/** 18 attempts over 704,555 s: 5 s, 30 s, 2 m, 10 m, 30 m, 1 h, 2 h, 4 h, 8 h, 12 h, then seven times 24 h. */
export const defaultRetrySchedule: RetrySchedule = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  8 * hourMs,
  12 * hourMs,
  ...Array.from({ length: 7 }, () => dayMs),
];

const scheduleWaitsMax = 100;
export const scheduleLengthMsMax = 30 * dayMs;
const retryAfterMsMax = dayMs;
const jitterShareMax = 0.2;

/** What is wrong with a schedule, in a sentence, or undefined when it is a good one. */
export function scheduleProblem(waits: readonly number[]): string | undefined {
  if (waits.length === 0) return 'A retry schedule has at least one wait';
  if (waits.length > scheduleWaitsMax) return `A retry schedule has at most ${scheduleWaitsMax} waits`;
  if (waits.some((wait) => !Number.isInteger(wait) || wait < secondMs))
    return 'Every wait is at least 1 second';
  if (scheduleLengthMs(waits) > scheduleLengthMsMax) return 'The waits add up to at most 30 days';
  return undefined;
}

export function scheduleLengthMs(schedule: RetrySchedule): number {
  return schedule.reduce((sum, wait) => sum + wait, 0);
}

/** How old a delivery may become, waiting included: 24 h or 1.2 × the schedule, whichever is more. */
export function ageMsMax(schedule: RetrySchedule): number {
  return Math.max(dayMs, scheduleLengthMs(schedule) * (1 + jitterShareMax));
}

/**
 * When attempt `attempts + 1` is due after attempt number `attempts` failed now, or `never` when the schedule is used
 * up. `chance` in [0, 1) draws the jitter. A `Retry-After` that is honoured counts between that wait and 24 h.
 */
export function nextAttemptAt(
  { schedule, jitter, honoursRetryAfter }: Omit<RetryRules, 'retriesAfter'>,
  failed: { readonly attempts: number; readonly retryAfterMs?: number | undefined },
  chance: number,
  now: Instant,
): Instant | 'never' {
  const baseMs = schedule[failed.attempts - 1];
  if (baseMs === undefined) return 'never';
  const askedMs = honoursRetryAfter ? Math.min(failed.retryAfterMs ?? 0, retryAfterMsMax) : 0;
  const drawn = jitter.from + (jitter.to - jitter.from) * chance;
  const waitMs = jitter.unit === 'ms' ? baseMs + drawn : baseMs * (1 + drawn);
  return now + Math.max(askedMs, Math.round(waitMs));
}
