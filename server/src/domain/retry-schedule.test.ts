// When a failed delivery is tried again, and which schedules a webhook may have.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../test/test-clock.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './clock.ts';
import {
  ageMsMax,
  defaultRetrySchedule,
  durableRetry,
  nextAttemptAt,
  scheduleLengthMs,
  scheduleLengthMsMax,
  scheduleProblem,
} from './retry-schedule.ts';

const schedules = fc.array(fc.integer({ min: secondMs, max: 7 * hourMs }), { minLength: 1, maxLength: 100 });
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const instants = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

test('RTY-01: the default schedule is 18 attempts over 704,555 seconds', () => {
  let at = 0;
  const attempts = [at];
  for (
    let next = nextAttemptAt(durableRetry(defaultRetrySchedule), { attempts: 1 }, 0, at);
    next !== 'never';
  ) {
    at = next;
    attempts.push(at);
    next = nextAttemptAt(durableRetry(defaultRetrySchedule), { attempts: attempts.length }, 0, at);
  }
  expect(attempts.map((each) => each / secondMs)).toEqual([
    0, 5, 35, 155, 755, 2_555, 6_155, 13_355, 27_755, 56_555, 99_755, 186_155, 272_555, 358_955, 445_355,
    531_755, 618_155, 704_555,
  ]);
  expect(scheduleLengthMs(defaultRetrySchedule)).toBe(8 * dayMs + 3 * hourMs + 42 * minuteMs + 35 * secondMs);
  expect(scheduleProblem(defaultRetrySchedule)).toBeUndefined();
});

test('RTY-03: of 10,000 deliveries that fail at once, no tenth of the jitter’s span gets twice its share', () => {
  const random = seededRandom(3);
  for (const [index, baseMs] of defaultRetrySchedule.entries()) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 10_000; count++) {
      const failed = { attempts: index + 1 };
      const dueAt = Number(nextAttemptAt(durableRetry(defaultRetrySchedule), failed, random.fraction(), 0));
      const tenth = Math.min(9, Math.floor((dueAt - baseMs) / (0.02 * baseMs)));
      tenths[tenth] = tenths[tenth]! + 1;
    }
    expect(Math.max(...tenths)).toBeLessThan(2_000);
  }
});

describe('RTY-02', () => {
  test('each of 10,000 draws per step waits the base to 1.2 times the base, and they spread', () => {
    const random = seededRandom(2);
    for (const [index, baseMs] of defaultRetrySchedule.entries()) {
      const waits = Array.from({ length: 10_000 }, () =>
        Number(
          nextAttemptAt(durableRetry(defaultRetrySchedule), { attempts: index + 1 }, random.fraction(), 0),
        ),
      );
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(baseMs);
      expect(Math.max(...waits)).toBeLessThanOrEqual(1.2 * baseMs);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(0.19 * baseMs);
    }
  });

  test('a seed draws the same waits again', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return defaultRetrySchedule.map((_, index) =>
        nextAttemptAt(durableRetry(defaultRetrySchedule), { attempts: index + 1 }, random.fraction(), 0),
      );
    };
    expect(draw(9)).toEqual(draw(9));
    expect(draw(9)).not.toEqual(draw(10));
  });

  test('any schedule, chance, instant and Retry-After: within the base and the greater of 1.2 times it and 24 h', () => {
    const asked = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        schedules,
        fc.nat(),
        chances,
        instants,
        asked,
        (schedule, step, chance, now, retryAfterMs) => {
          const attempts = (step % schedule.length) + 1;
          const baseMs = schedule[attempts - 1]!;
          const dueAt = nextAttemptAt(durableRetry(schedule), { attempts, retryAfterMs }, chance, now);
          expect(dueAt).toBeGreaterThanOrEqual(now + baseMs);
          expect(dueAt).toBeLessThanOrEqual(
            now + Math.max(Math.round(1.2 * baseMs), Math.min(retryAfterMs ?? 0, dayMs)),
          );
          expect(nextAttemptAt(durableRetry(schedule), { attempts: schedule.length + 1 }, chance, now)).toBe(
            'never',
          );
        },
      ),
    );
  });
});

test.each<[string, number | undefined, number]>([
  ['nothing', undefined, 30 * secondMs],
  ['0 s', 0, 30 * secondMs],
  ['less than the base', 29 * secondMs, 30 * secondMs],
  ['more than the base', 120 * secondMs, 120 * secondMs],
  ['24 h', dayMs, dayMs],
  ['more than 24 h', 1e12, dayMs],
])('DLV-07: a Retry-After of %s is honoured between the base and 24 h', (_, retryAfterMs, expectedMs) => {
  expect(nextAttemptAt(durableRetry(defaultRetrySchedule), { attempts: 2, retryAfterMs }, 0, 1_000)).toBe(
    1_000 + expectedMs,
  );
});

test('DLV-07: a base of more than 24 h is not cut by the cap on Retry-After', () => {
  expect(nextAttemptAt(durableRetry([3 * dayMs]), { attempts: 1, retryAfterMs: 2 * dayMs }, 0, 0)).toBe(
    3 * dayMs,
  );
});

describe('RTY-11', () => {
  const notOfNumbers = ['5'] as unknown as number[];
  test.each<[string, number[], RegExp]>([
    ['empty', [], /at least one wait/],
    ['negative', [-1], /at least 1 second/],
    ['zero', [0], /at least 1 second/],
    ['NaN', [Number.NaN], /at least 1 second/],
    ['infinite', [Number.POSITIVE_INFINITY], /at least 1 second/],
    ['of fractions', [1_000.5], /at least 1 second/],
    ['of texts', notOfNumbers, /at least 1 second/],
    ['999 ms', [999], /at least 1 second/],
    ['bad at its end', [secondMs, secondMs, -secondMs], /at least 1 second/],
    ['of 101 waits', Array.from({ length: 101 }, () => secondMs), /at most 100 waits/],
    ['of 10,000 waits', Array.from({ length: 10_000 }, () => secondMs), /at most 100 waits/],
    ['40 days long', [40 * dayMs], /at most 30 days/],
    ['40 days long in steps', Array.from({ length: 40 }, () => dayMs), /at most 30 days/],
    ['30 days and a second long', [30 * dayMs, secondMs], /at most 30 days/],
    ['beyond all numbers', [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], /at most 30 days/],
  ])('a schedule that is %s is refused with a sentence', (_, waits, sentence) => {
    expect(scheduleProblem(waits)).toMatch(sentence);
  });

  test.each<[string, number[]]>([
    ['one wait', [secondMs]],
    ['100 waits', Array.from({ length: 100 }, () => secondMs)],
    ['30 days', Array.from({ length: 30 }, () => dayMs)],
    ['one wait of 30 days', [scheduleLengthMsMax]],
    ['falling waits', [hourMs, minuteMs, secondMs]],
  ])('%s is a good one', (_, waits) => {
    expect(scheduleProblem(waits)).toBeUndefined();
  });
});

test('a delivery may grow as old as 24 h or 1.2 times its schedule, whichever is more', () => {
  expect(ageMsMax([])).toBe(dayMs);
  expect(ageMsMax([5 * secondMs])).toBe(dayMs);
  expect(ageMsMax([20 * hourMs])).toBe(dayMs);
  expect(ageMsMax([10 * dayMs])).toBe(12 * dayMs);
});

test('rules may draw shorter waits, and may pass over what the receiver asks for', () => {
  const rules = {
    schedule: [minuteMs],
    jitter: { unit: 'share', from: -0.1, to: 0.1 },
    honoursRetryAfter: false,
  } as const;
  const wait = (chance: number) => nextAttemptAt(rules, { attempts: 1, retryAfterMs: dayMs }, chance, 0);
  expect([wait(0), wait(0.5), wait(0.999_999)]).toEqual([54_000, 60_000, 66_000]);
  expect(nextAttemptAt(rules, { attempts: 2 }, 0, 0)).toBe('never');
});

test('rules may draw what they add in milliseconds, the same for short and long waits', () => {
  const jitter = { unit: 'ms', from: 0, to: 500 } as const;
  const rules = { schedule: [2 * secondMs, 4 * secondMs], jitter, honoursRetryAfter: false };
  const wait = (attempts: number, chance: number) => nextAttemptAt(rules, { attempts }, chance, 0);
  expect([wait(1, 0), wait(1, 0.5), wait(2, 0), wait(2, 0.5)]).toEqual([2_000, 2_250, 4_000, 4_250]);
});
