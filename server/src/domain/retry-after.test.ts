// What a receiver's `Retry-After` asks for: seconds, a date, or nothing that counts.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayMs, secondMs } from './clock.ts';
import { durableRetry, nextAttemptAt } from './retry-schedule.ts';
import { retryAfterMs } from './retry-after.ts';

const now = Date.UTC(2026, 1, 27, 12, 0, 0);

describe('DLV-07', () => {
  test.each([
    ['120', 120 * secondMs],
    ['0', 0],
    ['0005', 5 * secondMs],
    [' 120 ', 120 * secondMs],
    ['86400', dayMs],
    [new Date(now + 90 * secondMs).toUTCString(), 90 * secondMs],
    [new Date(now).toUTCString(), 0],
    [new Date(now - dayMs).toUTCString(), 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sat, 28 Feb 2026 12:00:00 GMT', dayMs],
  ])('%j asks for %i ms', (value, expectedMs) => {
    expect(retryAfterMs(value, now)).toBe(expectedMs);
  });

  test.each(['9999999999', '99999999999', '1'.repeat(400)])(
    '%s seconds is a very long time, capped later',
    (value) => {
      const askedMs = retryAfterMs(value, now);
      expect(askedMs).toBeGreaterThan(30 * dayMs);
      expect(Number.isFinite(askedMs)).toBe(true);
      expect(nextAttemptAt(durableRetry([5 * secondMs]), { attempts: 1, retryAfterMs: askedMs }, 0, 0)).toBe(
        dayMs,
      );
    },
  );

  test.each<string | string[] | undefined>([
    undefined,
    '',
    ' ',
    '-5',
    '+5',
    '1e9',
    '120.4',
    '120s',
    '0x10',
    '١٢',
    '1 2',
    '120, 120',
    'soon',
    'NaN',
    'Infinity',
    '2026-02-28T12:00:00Z',
    'Sat, 28 Feb 2026 12:00:00',
    'Sat, 28 Feb 2026 12:00:00 UTC',
    'Sat, 28 Feb 2026 12:00:00 +0000',
    'Sat, 28 Feb 26 12:00:00 GMT',
    'Sat, 8 Feb 2026 12:00:00 GMT',
    'Sat 28 Feb 2026 12:00:00 GMT',
    'sat, 28 feb 2026 12:00:00 gmt',
    'Xyz, 28 Feb 2026 12:00:00 GMT',
    'Sat, 28 Abc 2026 12:00:00 GMT',
    'Sat, 28 Feb 2026 12:00:00 GMT, Sat, 28 Feb 2026 12:00:00 GMT',
    'Saturday, 28-Feb-26 12:00:00 GMT',
    'Sat Feb 28 12:00:00 2026',
    ['120', '120'],
    ['120'],
    [],
  ])('%j asks for nothing', (value) => {
    expect(retryAfterMs(value, now)).toBeUndefined();
  });

  test('two headers ask for nothing, whatever each of them says', () => {
    expect(retryAfterMs(['120', new Date(now).toUTCString()], now)).toBeUndefined();
  });
});

describe('dates', () => {
  const withDate = (day: string, month: string, year: string, time = '00:00:00') =>
    retryAfterMs(`Mon, ${day} ${month} ${year} ${time} GMT`, 0);

  test.each([
    ['00', 'Jan', '2026'],
    ['32', 'Jan', '2026'],
    ['29', 'Feb', '2026'],
    ['30', 'Feb', '2028'],
    ['31', 'Feb', '2026'],
    ['29', 'Feb', '2100'],
    ['31', 'Apr', '2026'],
    ['31', 'Jun', '2026'],
    ['31', 'Sep', '2026'],
    ['31', 'Nov', '2026'],
  ])('%s %s %s does not exist and asks for nothing', (day, month, year) => {
    expect(withDate(day, month, year)).toBeUndefined();
  });

  test.each([
    ['29', 'Feb', '2028', Date.UTC(2028, 1, 29)],
    ['29', 'Feb', '2000', Date.UTC(2000, 1, 29)],
    ['31', 'Dec', '2026', Date.UTC(2026, 11, 31)],
    ['19', 'Jan', '2038', Date.UTC(2038, 0, 19)],
    ['31', 'Dec', '9999', Date.UTC(9999, 11, 31)],
  ])('%s %s %s exists', (day, month, year, expected) => {
    expect(withDate(day, month, year)).toBe(expected);
  });

  test.each(['24:00:00', '23:60:00', '23:59:61', '99:99:99'])('%s is no time of day', (time) => {
    expect(withDate('01', 'Jan', '2026', time)).toBeUndefined();
  });

  test('a leap second is the second before the next day', () => {
    expect(withDate('31', 'Dec', '2016', '23:59:60')).toBe(Date.UTC(2017, 0, 1));
  });

  test('every second from 1970 to 9999 is read as the system reads it', () => {
    const seconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59) / secondMs });
    fc.assert(
      fc.property(seconds, (second) => {
        expect(retryAfterMs(new Date(second * secondMs).toUTCString(), 0)).toBe(second * secondMs);
      }),
      { numRuns: 2_000 },
    );
  });

  test('every text is read without an exception, as a wait or as nothing', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789, GMT:')) }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const askedMs = retryAfterMs(text, now);
        expect(askedMs === undefined || (Number.isFinite(askedMs) && askedMs >= 0)).toBe(true);
      }),
    );
  });
});
