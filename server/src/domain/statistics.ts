// Counts of outcomes and a histogram of latency, added up per webhook, event type and minute. Pure.

import { minuteMs, type Instant } from './clock.ts';
import type { OutcomeKind } from './outcome.ts';

/** Upper bounds in milliseconds of the latency buckets; the last one is open. */
export const latencyBoundsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** Counts of what waits, and of an issue's deliveries, go up to these, which stand for as many or more. */
export const queueCountMax = 100_000;
export const laneCountMax = 1_000;
export const issueCountMax = 1_000;

export type Counts = {
  readonly successes: number;
  readonly failures: number;
  readonly errors: number;
  /** Attempts per latency bucket, one more than there are bounds. */
  readonly latency: readonly number[];
};

export const noCounts: Counts = {
  successes: 0,
  failures: 0,
  errors: 0,
  latency: latencyBoundsMs.map(() => 0).concat(0),
};

export function countsOf(outcome: OutcomeKind, durationMs: number): Counts {
  const bucket = latencyBucketOf(durationMs);
  return {
    successes: outcome === 'success' ? 1 : 0,
    failures: outcome === 'failure' ? 1 : 0,
    errors: outcome === 'error' ? 1 : 0,
    latency: noCounts.latency.map((_, index) => (index === bucket ? 1 : 0)),
  };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    successes: a.successes + b.successes,
    failures: a.failures + b.failures,
    errors: a.errors + b.errors,
    latency: a.latency.map((count, index) => count + b.latency[index]!),
  };
}

/**
 * About the latency that a share of the attempts, in (0, 1], did not exceed, in whole milliseconds: as if the attempts
 * of a bucket were spread evenly over it, as Prometheus' `histogram_quantile` has it. The last bound for what took longer
 * than that. Null without attempts.
 */
export function latencyQuantileMs(counts: Counts, share: number): number | null {
  const total = counts.latency.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = total * share;
  let seen = 0;
  const bucket = counts.latency.findIndex((count) => (seen += count) >= rank);
  const upperMs = latencyBoundsMs[bucket];
  if (upperMs === undefined) return latencyBoundsMs.at(-1)!;
  const lowerMs = latencyBoundsMs[bucket - 1] ?? 0;
  const above = (seen - rank) / counts.latency[bucket]!;
  return Math.max(1, Math.round(upperMs - (upperMs - lowerMs) * above));
}

export function minuteOf(at: Instant): Instant {
  return at - (at % minuteMs);
}

/** The place of the latency in the histogram. */
export function latencyBucketOf(durationMs: number): number {
  const index = latencyBoundsMs.findIndex((bound) => durationMs <= bound);
  return index === -1 ? latencyBoundsMs.length : index;
}
