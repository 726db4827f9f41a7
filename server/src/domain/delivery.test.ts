// A delivery's life: what each outcome makes of it, and what no row of outcomes can make of it.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, secondMs } from './clock.ts';
import {
  advance,
  isScheduled,
  isTooOld,
  platformFaultWaitMs,
  type Delivery,
  type ScheduledDelivery,
} from './delivery.ts';
import type { Outcome } from './outcome.ts';
import { ageMsMax, defaultRetrySchedule, durableRetry, type RetrySchedule } from './retry-schedule.ts';

const createdAt = 1_700_000_000_000;
const success: Outcome = { kind: 'success', status: 200 };
const failure: Outcome = { kind: 'failure', status: 500 };
const error: Outcome = { kind: 'error', reason: 'connect_refused', detail: 'refused' };
const platform: Outcome = { kind: 'platform', reason: 'resolver_down', detail: 'no answer' };

function scheduled(more: Partial<Delivery> = {}): ScheduledDelivery {
  return {
    id: 'dlv_1',
    tenantId: 'tnt_1',
    webhookId: 'wh_1',
    eventId: 'evt_1',
    eventType: 'invoice.paid',
    purpose: 'event',
    attempts: 0,
    createdAt,
    redeliveryOf: null,
    orderingKey: null,
    ...more,
    state: { kind: 'scheduled', dueAt: createdAt },
  };
}

test('a success delivers it', () => {
  const after = advance(
    scheduled({ attempts: 3 }),
    success,
    durableRetry(defaultRetrySchedule),
    0.5,
    createdAt + 1,
  );
  expect(after).toEqual({ ...scheduled(), attempts: 4, state: { kind: 'delivered', at: createdAt + 1 } });
});

test.each([failure, error])('a $kind schedules it again after the wait of its attempt', (outcome) => {
  const after = advance(
    scheduled({ attempts: 1 }),
    outcome,
    durableRetry(defaultRetrySchedule),
    0,
    createdAt,
  );
  expect(after).toMatchObject({
    attempts: 2,
    state: { kind: 'scheduled', dueAt: createdAt + 30 * secondMs },
  });
});

test('the last attempt of the schedule exhausts it', () => {
  const after = advance(
    scheduled({ attempts: 17 }),
    failure,
    durableRetry(defaultRetrySchedule),
    0,
    createdAt,
  );
  expect(after).toMatchObject({
    attempts: 18,
    state: { kind: 'exhausted', at: createdAt, reason: 'attempts' },
  });
});

test.each([
  [{ kind: 'failure', status: 500 }, 'scheduled'],
  [{ kind: 'failure', status: 599 }, 'scheduled'],
  [{ kind: 'failure', status: 404 }, 'exhausted'],
  [{ kind: 'failure', status: 302 }, 'exhausted'],
  [{ kind: 'failure', status: 600 }, 'exhausted'],
  [error, 'exhausted'],
] as const)('rules that retry server errors alone: after %j it is %s', (outcome, kind) => {
  const rules = { ...durableRetry(defaultRetrySchedule), retriesAfter: 'server_error' } as const;
  const { state } = advance(scheduled({ attempts: 1 }), outcome, rules, 0, createdAt);
  expect(state).toMatchObject(kind === 'scheduled' ? { kind } : { kind, reason: 'not_retried' });
  expect(advance(scheduled(), success, rules, 0, createdAt).state.kind).toBe('delivered');
});

test('a schedule without waits is one attempt', () => {
  expect(advance(scheduled(), failure, durableRetry([]), 0, createdAt).state.kind).toBe('exhausted');
  expect(advance(scheduled(), success, durableRetry([]), 0, createdAt).state.kind).toBe('delivered');
});

test('a failed attempt past the age limit exhausts it, a success still delivers it', () => {
  const schedule = [secondMs, secondMs, secondMs];
  const limit = createdAt + dayMs;
  expect(advance(scheduled(), failure, durableRetry(schedule), 0, limit).state.kind).toBe('scheduled');
  expect(advance(scheduled(), failure, durableRetry(schedule), 0, limit + 1).state).toEqual({
    kind: 'exhausted',
    at: limit + 1,
    reason: 'age',
  });
  expect(advance(scheduled(), success, durableRetry(schedule), 0, limit + dayMs).state.kind).toBe(
    'delivered',
  );
});

test('a delivery is too old past 24 h and 1.2 times its schedule', () => {
  expect(isTooOld(scheduled(), [secondMs], createdAt + dayMs)).toBe(false);
  expect(isTooOld(scheduled(), [secondMs], createdAt + dayMs + 1)).toBe(true);
  expect(isTooOld(scheduled(), [10 * dayMs], createdAt + 12 * dayMs)).toBe(false);
  expect(isTooOld(scheduled(), [10 * dayMs], createdAt + 12 * dayMs + 1)).toBe(true);
});

test('RTY-08: a fault of the platform is charged to nobody and tried again shortly, even by an old delivery', () => {
  for (const [attempts, now] of [
    [0, createdAt],
    [17, createdAt],
    [3, createdAt + 365 * dayMs],
  ] as const) {
    const before = scheduled({ attempts });
    const after = advance(before, platform, durableRetry(defaultRetrySchedule), 0.5, now);
    expect(after).toEqual({
      ...before,
      state: { kind: 'scheduled', dueAt: now + 1.5 * platformFaultWaitMs },
    });
  }
});

test('DLV-07: a Retry-After of a failure moves its next attempt, never before the base', () => {
  const dueAfter = (retryAfterMs: number) =>
    advance(
      scheduled(),
      { kind: 'failure', status: 503, retryAfterMs },
      durableRetry(defaultRetrySchedule),
      0,
      createdAt,
    ).state;
  expect(dueAfter(0)).toEqual({ kind: 'scheduled', dueAt: createdAt + 5 * secondMs });
  expect(dueAfter(hourMs)).toEqual({ kind: 'scheduled', dueAt: createdAt + hourMs });
  expect(dueAfter(99 * dayMs)).toEqual({ kind: 'scheduled', dueAt: createdAt + dayMs });
});

test('isScheduled tells the one state that is not final', () => {
  const states: Delivery['state'][] = [
    { kind: 'delivered', at: 1 },
    { kind: 'exhausted', at: 1, reason: 'age' },
    { kind: 'cancelled', at: 1, reason: 'person' },
    { kind: 'skipped', at: 1, reason: 'breaker_open' },
  ];
  for (const state of states) expect(isScheduled({ ...scheduled(), state })).toBe(false);
  expect(isScheduled(scheduled())).toBe(true);
});

describe('whatever happens to a delivery', () => {
  const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
    { weight: 1, arbitrary: fc.constant(success) },
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constant('failure' as const),
        status: fc.integer({ min: 300, max: 599 }),
        retryAfterMs: fc.integer({ min: 0, max: 3 * dayMs }),
      }),
    },
    { weight: 10, arbitrary: fc.constantFrom(failure, error) },
    { weight: 5, arbitrary: fc.constant(platform) },
  );
  const steps = fc.array(
    fc.record({
      outcome: outcomes,
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      lateMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 15 * secondMs }),
        fc.integer({ min: 0, max: dayMs }),
      ),
    }),
    { maxLength: 60 },
  );
  const schedules: fc.Arbitrary<RetrySchedule> = fc.oneof(
    fc.constant(defaultRetrySchedule),
    fc.array(fc.integer({ min: secondMs, max: dayMs }), { maxLength: 30 }),
  );

  test('it keeps who it is, never forgets an attempt, waits at least the base, and ends once, rightly', () => {
    fc.assert(
      fc.property(schedules, steps, (schedule, row) => {
        let delivery: Delivery = scheduled();
        let now = createdAt;
        for (const { outcome, chance, lateMs } of row) {
          if (!isScheduled(delivery)) break;
          now = Math.max(now, delivery.state.dueAt) + lateMs;
          const before = delivery;
          delivery = advance(before, outcome, durableRetry(schedule), chance, now);

          expect({ ...delivery, state: null, attempts: null }).toEqual({
            ...before,
            state: null,
            attempts: null,
          });
          expect(delivery.attempts).toBe(before.attempts + (outcome.kind === 'platform' ? 0 : 1));
          expect(delivery.attempts).toBeLessThanOrEqual(schedule.length + 1);
          expect(delivery.state).toSatisfy((state: Delivery['state']) =>
            isRight(state, { outcome, schedule, attempts: delivery.attempts, now }),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  type Step = { outcome: Outcome; schedule: RetrySchedule; attempts: number; now: number };

  function isRight(state: Delivery['state'], { outcome, schedule, attempts, now }: Step): boolean {
    if (outcome.kind === 'success') return state.kind === 'delivered' && state.at === now;
    if (outcome.kind === 'platform') {
      return state.kind === 'scheduled' && state.dueAt >= now + platformFaultWaitMs;
    }
    if (attempts === schedule.length + 1) return state.kind === 'exhausted' && state.reason === 'attempts';
    if (now - createdAt > ageMsMax(schedule)) return state.kind === 'exhausted' && state.reason === 'age';
    return (
      state.kind === 'scheduled' &&
      Number.isInteger(state.dueAt) &&
      state.dueAt >= now + schedule[attempts - 1]!
    );
  }

  test('SIM-04: without a success it is exhausted after no more attempts than its schedule has', () => {
    fc.assert(
      fc.property(
        schedules,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (schedule, chance) => {
          let delivery: Delivery = scheduled();
          let attempts = 0;
          while (isScheduled(delivery)) {
            delivery = advance(delivery, failure, durableRetry(schedule), chance, delivery.state.dueAt);
            attempts++;
          }
          expect(delivery).toMatchObject({ attempts, state: { kind: 'exhausted', reason: 'attempts' } });
          expect(attempts).toBe(schedule.length + 1);
        },
      ),
    );
  });
});
