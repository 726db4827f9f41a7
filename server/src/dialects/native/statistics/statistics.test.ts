import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../domain/clock.ts';
import { countsOf } from '../../../domain/statistics.ts';
import { buckets, showStatistics, spanOf, windows } from './statistics.ts';

const now = Date.UTC(2026, 4, 1, 12, 7, 30);

test.each([
  ['1h', 60, minuteMs],
  ['24h', 96, 15 * minuteMs],
  ['7d', 84, 2 * hourMs],
  ['30d', 120, 6 * hourMs],
] as const)('the window %s has %i buckets that end with the running one', (window, length, bucketMs) => {
  const { from, to, series } = showStatistics(window, now, []);

  expect(series).toHaveLength(length);
  expect(series.at(-1)!.at).toBe(new Date(now - (now % bucketMs)).toISOString());
  expect(Date.parse(to) - Date.parse(from)).toBe(length * bucketMs);
});

test('totals, series and event types add up the same attempts', () => {
  const minute = now - (now % minuteMs);
  const rows = [
    { eventType: 'b', minute, counts: countsOf('success', 20) },
    { eventType: 'a', minute: minute - 30 * minuteMs, counts: countsOf('failure', 800) },
    { eventType: 'b', minute: minute - 30 * minuteMs, counts: countsOf('error', 3) },
    { eventType: 'b', minute: minute - 2 * dayMs, counts: countsOf('error', 3) },
  ];

  const { totals, series, eventTypes } = showStatistics('24h', now, rows);

  expect(totals).toMatchObject({ attempts: 3, successes: 1, failures: 1, errors: 1, successRate: 1 / 3 });
  expect(totals.latencyMsP50).toBe(18);
  expect(totals.latencyMsP95).toBe(925);
  expect(series.filter(({ attempts }) => attempts > 0).map(({ attempts }) => attempts)).toEqual([2, 1]);
  expect(eventTypes.map(({ eventType, attempts }) => [eventType, attempts])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});

test('without attempts there is neither a rate nor a latency', () => {
  for (const window of windows) {
    const { totals } = showStatistics(window, now, []);
    expect(totals).toMatchObject({ attempts: 0, successRate: null, latencyMsP50: null, latencyMsP95: null });
  }
});

test('a window reaches back from the end of its running bucket', () => {
  expect(spanOf(buckets['1h'], now)).toEqual({
    from: Date.UTC(2026, 4, 1, 11, 8),
    to: Date.UTC(2026, 4, 1, 12, 8),
  });
});
