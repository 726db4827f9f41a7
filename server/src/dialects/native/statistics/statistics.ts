// Statistics over a window: totals, the same per event type, and a series of buckets. Pure.

import { dayMs, hourMs, minuteMs, type Instant } from '../../../domain/clock.ts';
import { latencyQuantileMs, noCounts, type Counts } from '../../../domain/statistics.ts';
import type { MinuteCounts } from '../../../api/reads.ts';
import { showTime } from '../wire/times.ts';

export const windows = ['1h', '24h', '7d', '30d'] as const;
export type WindowName = (typeof windows)[number];

export type Span = { readonly lengthMs: number; readonly bucketMs: number };

/** Buckets are few enough to draw and long enough to hold something. */
export const buckets: Readonly<Record<WindowName, Span>> = {
  '1h': { lengthMs: hourMs, bucketMs: minuteMs },
  '24h': { lengthMs: dayMs, bucketMs: 15 * minuteMs },
  '7d': { lengthMs: 7 * dayMs, bucketMs: 2 * hourMs },
  '30d': { lengthMs: 30 * dayMs, bucketMs: 6 * hourMs },
};

/** From where to where a window reaches now: whole buckets, the running one included. */
export function spanOf(
  { lengthMs, bucketMs }: Span,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } {
  const to = now - (now % bucketMs) + bucketMs;
  return { from: to - lengthMs, to };
}

export function showStatistics(name: WindowName, now: Instant, rows: readonly MinuteCounts[]) {
  const { from, to } = spanOf(buckets[name], now);
  const { bucketMs } = buckets[name];
  const tallies = Array.from({ length: (to - from) / bucketMs }, makeTally);
  const types = new Map<string, Tally>();
  const totals = makeTally();
  for (const { eventType, minute, counts } of rows) {
    const index = Math.floor((minute - from) / bucketMs);
    if (index < 0 || index >= tallies.length) continue;
    add(tallies[index]!, counts);
    add(tallyOf(eventType, types), counts);
    add(totals, counts);
  }
  return {
    window: name,
    from: showTime(from),
    to: showTime(to),
    bucketMs,
    totals: showCounts(totals),
    series: tallies.map((counts, index) => ({
      at: showTime(from + index * bucketMs),
      ...showCounts(counts),
    })),
    eventTypes: [...types]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([eventType, counts]) => ({ eventType, ...showCounts(counts) })),
  };
}

/** Counts being added up in place: a month has more rows than there is time to copy them. */
type Tally = { successes: number; failures: number; errors: number; readonly latency: number[] };

export function makeTally(): Tally {
  return { successes: 0, failures: 0, errors: 0, latency: [...noCounts.latency] };
}

function tallyOf(eventType: string, types: Map<string, Tally>): Tally {
  const known = types.get(eventType);
  if (known !== undefined) return known;
  const fresh = makeTally();
  types.set(eventType, fresh);
  return fresh;
}

export function add(tally: Tally, counts: Counts): void {
  tally.successes += counts.successes;
  tally.failures += counts.failures;
  tally.errors += counts.errors;
  for (const [bucket, count] of counts.latency.entries()) tally.latency[bucket]! += count;
}

export function showCounts(counts: Counts) {
  const { successes, failures, errors } = counts;
  const attempts = successes + failures + errors;
  return {
    attempts,
    successes,
    failures,
    errors,
    successRate: attempts === 0 ? null : successes / attempts,
    latencyMsP50: latencyQuantileMs(counts, 0.5),
    latencyMsP95: latencyQuantileMs(counts, 0.95),
  };
}
