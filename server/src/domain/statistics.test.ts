// Counts that add up, and what can be read from them.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minuteMs } from './clock.ts';
import type { OutcomeKind } from './outcome.ts';
import {
  addCounts,
  countsOf,
  latencyBoundsMs,
  latencyBucketOf,
  latencyQuantileMs,
  minuteOf,
  noCounts,
  type Counts,
} from './statistics.ts';

const kinds = fc.constantFrom<OutcomeKind>('success', 'failure', 'error');
const durations = fc.oneof(
  fc.constantFrom<number>(...latencyBoundsMs),
  fc.double({ min: 0, max: 60_000, noNaN: true }),
);
const attempts = fc.array(fc.tuple(kinds, durations), { maxLength: 200 });

function total(row: readonly (readonly [OutcomeKind, number])[]): Counts {
  return row.reduce((sum, [kind, ms]) => addCounts(sum, countsOf(kind, ms)), noCounts);
}

test('each attempt is counted once by its outcome and once by its latency', () => {
  fc.assert(
    fc.property(attempts, (row) => {
      const counts = total(row);
      const of = (kind: OutcomeKind) => row.filter(([each]) => each === kind).length;
      expect(counts).toMatchObject({
        successes: of('success'),
        failures: of('failure'),
        errors: of('error'),
      });
      expect(counts.latency).toHaveLength(latencyBoundsMs.length + 1);
      expect(counts.latency.reduce((sum, count) => sum + count, 0)).toBe(row.length);
    }),
  );
});

test('parts add up to the whole, in any order', () => {
  fc.assert(
    fc.property(attempts, attempts, (some, others) => {
      expect(addCounts(total(some), total(others))).toEqual(total([...others, ...some]));
      expect(addCounts(total(some), noCounts)).toEqual(total(some));
    }),
  );
});

describe('latency quantiles', () => {
  const of = (...durationsMs: number[]) => total(durationsMs.map((ms) => ['success', ms]));

  test('without attempts there is none', () => {
    expect(latencyQuantileMs(noCounts, 0.5)).toBeNull();
  });

  test.each([
    [0, 3, 5],
    [5, 3, 5],
    [5.1, 8, 10],
    [999, 750, 1_000],
    [1_000, 750, 1_000],
    [1_001, 1_750, 2_500],
    [5_001, 7_500, 10_000],
    [10_000, 7_500, 10_000],
    [29_999, 10_000, 10_000],
  ])('of one attempt, %d ms, half is the middle of its bucket and all its end', (ms, middleMs, endMs) => {
    expect(latencyQuantileMs(of(ms), 0.5)).toBe(middleMs);
    expect(latencyQuantileMs(of(ms), 1)).toBe(endMs);
  });

  test('half and nearly all of a hundred', () => {
    const counts = of(...Array.from({ length: 98 }, () => 20), 400, 3_000);
    expect(latencyQuantileMs(counts, 0.5)).toBe(18);
    expect(latencyQuantileMs(counts, 0.98)).toBe(25);
    expect(latencyQuantileMs(counts, 0.99)).toBe(500);
    expect(latencyQuantileMs(counts, 1)).toBe(5_000);
  });

  test('of latencies spread evenly over a bucket it is right', () => {
    const counts = of(...Array.from({ length: 100 }, (_, index) => 1_015 + index * 15));
    expect(latencyQuantileMs(counts, 0.5)).toBe(1_750);
    expect(latencyQuantileMs(counts, 0.95)).toBe(2_425);
  });

  test('it is in the bucket of the attempt that a sorted list has at that place', () => {
    const shares = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1 }), shares, (row, share) => {
        const sorted = row.toSorted((a, b) => a - b);
        const exactMs = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
        const bucket = latencyBucketOf(exactMs);
        const quantileMs = latencyQuantileMs(of(...row), share)!;
        expect(quantileMs).toBeGreaterThanOrEqual(latencyBoundsMs[bucket - 1] ?? 1);
        expect(quantileMs).toBeLessThanOrEqual(latencyBoundsMs[bucket] ?? latencyBoundsMs.at(-1)!);
      }),
    );
  });
});

test('a minute begins at its first millisecond', () => {
  const begin = Date.UTC(2026, 2, 29, 1, 59);
  expect([begin - 1, begin, begin + 1, begin + minuteMs - 1, begin + minuteMs].map(minuteOf)).toEqual([
    begin - minuteMs,
    begin,
    begin,
    begin,
    begin + minuteMs,
  ]);
});
