// How long failure turns into notices and in the end into a disabled webhook, and what stops that.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedBreaker, durableBreaker } from './circuit-breaker.ts';
import { dayMs, hourMs, minuteMs } from './clock.ts';
import type { Outcome } from './outcome.ts';
import {
  afterOutcome,
  healthy,
  type HealthPolicy,
  type HealthVerdict,
  type WebhookHealth,
} from './webhook-health.ts';

const start = 1_700_000_000_000;
const policy: HealthPolicy = {
  breaker: durableBreaker,
  disablesFailing: { afterMs: 5 * dayMs, atLeast: 20, counting: 'deliveries' },
  disablesGone: true,
};
const success: Outcome = { kind: 'success', status: 204 };
const failure: Outcome = { kind: 'failure', status: 500 };
const gone: Outcome = { kind: 'failure', status: 410 };
const error: Outcome = { kind: 'error', reason: 'connect_timeout', detail: 'no answer' };
const platform: Outcome = { kind: 'platform', reason: 'resolver_down', detail: 'no answer' };

type Step = {
  readonly at: number;
  readonly deliveryId: string;
  readonly outcome: Outcome;
  readonly exhausted?: boolean;
};

function run(
  steps: readonly Step[],
  by = policy,
): { health: WebhookHealth; verdicts: [number, HealthVerdict][] } {
  let health = healthy;
  const verdicts: [number, HealthVerdict][] = [];
  for (const { at, deliveryId, outcome, exhausted = false } of steps) {
    const judged = afterOutcome(health, by, { deliveryId, startedAt: at, outcome, exhausted }, at);
    health = judged.health;
    if (judged.verdict.kind !== 'none') verdicts.push([(at - start) / dayMs, judged.verdict]);
  }
  return { health, verdicts };
}

/** One outcome every six hours, each of another delivery. */
function everySixHours(days: number, outcomeAt: (day: number) => Outcome = () => failure): Step[] {
  return Array.from({ length: days * 4 + 1 }, (_, index) => ({
    at: start + index * 6 * hourMs,
    deliveryId: `dlv_${index}`,
    outcome: outcomeAt(index / 4),
  }));
}

describe('RTY-10', () => {
  test('only failures for five days across twenty deliveries: notices after one and three days, then disabled', () => {
    expect(run(everySixHours(5)).verdicts).toEqual([
      [1, { kind: 'notice', notice: '1d' }],
      [3, { kind: 'notice', notice: '3d' }],
      [5, { kind: 'disable', reason: 'failing' }],
    ]);
  });

  test('one success on day four starts everything anew', () => {
    const { verdicts, health } = run(everySixHours(8, (day) => (day === 4 ? success : failure)));
    expect(verdicts).toEqual([
      [1, { kind: 'notice', notice: '1d' }],
      [3, { kind: 'notice', notice: '3d' }],
      [5.25, { kind: 'notice', notice: '1d' }],
      [7.25, { kind: 'notice', notice: '3d' }],
    ]);
    expect(health.failing?.since).toBe(start + 4.25 * dayMs);
  });

  test('five days with fewer than twenty deliveries disable nothing, however often they were tried', () => {
    const steps = everySixHours(8).map((step, index) => ({ ...step, deliveryId: `dlv_${index % 19}` }));
    expect(run(steps).verdicts.map(([, verdict]) => verdict.kind)).toEqual(['notice', 'notice']);
  });

  test('the twentieth delivery disables, when five days have gone', () => {
    const steps = everySixHours(8).map((step, index) => ({
      ...step,
      deliveryId: `dlv_${Math.min(index % 19, index)}`,
    }));
    const last: Step = { at: start + 9 * dayMs, deliveryId: 'dlv_new', outcome: failure };
    expect(run([...steps, last]).verdicts.at(-1)).toEqual([9, { kind: 'disable', reason: 'failing' }]);
  });

  test('no more deliveries are remembered than it takes', () => {
    expect(run(everySixHours(4)).health.failing?.deliveryIds).toHaveLength(17);
    expect(run(everySixHours(30)).health.failing?.deliveryIds).toHaveLength(20);
  });

  test('a thousand deliveries within less than five days disable nothing', () => {
    const steps = Array.from({ length: 1_000 }, (_, index) => ({
      at: start + index * 7 * minuteMs,
      deliveryId: `dlv_${index}`,
      outcome: index % 2 === 0 ? failure : error,
    }));
    expect(run(steps).verdicts.map(([, verdict]) => verdict.kind)).toEqual(['notice', 'notice']);
  });

  test('a webhook with rare events gets the longer notice only', () => {
    const steps = [0, 3.5].map((day) => ({
      at: start + day * dayMs,
      deliveryId: `dlv_${day}`,
      outcome: failure,
    }));
    expect(run(steps).verdicts).toEqual([[3.5, { kind: 'notice', notice: '3d' }]]);
  });

  test('a profile that disables nothing gives no notice either', () => {
    const { verdicts } = run(everySixHours(30), { ...policy, disablesFailing: null });
    expect(verdicts).toEqual([]);
  });
});

test('RTY-09: an endpoint that answers 200 and 500 in turn for a month is left alone', () => {
  const { verdicts, health } = run(everySixHours(30, (day) => (day % 0.5 === 0 ? success : failure)));
  expect(verdicts).toEqual([]);
  expect(health.breaker.kind).toBe('closed');
});

describe('DLV-06', () => {
  test('a 410 disables the webhook as gone at once', () => {
    const { verdicts } = run([{ at: start, deliveryId: 'dlv_1', outcome: gone }]);
    expect(verdicts).toEqual([[0, { kind: 'disable', reason: 'gone' }]]);
  });

  test.each([404, 400, 411, 500])('a %i does not', (status) => {
    const { verdicts } = run([{ at: start, deliveryId: 'dlv_1', outcome: { kind: 'failure', status } }]);
    expect(verdicts).toEqual([]);
  });

  test('nor does a 410 in a profile whose original goes on', () => {
    const { verdicts } = run([{ at: start, deliveryId: 'dlv_1', outcome: gone }], {
      ...policy,
      disablesGone: false,
    });
    expect(verdicts).toEqual([]);
  });
});

test('RTY-08: a fault of the platform changes nothing, neither for the worse nor for the better', () => {
  const before = run(everySixHours(4)).health;
  const { health, verdict } = afterOutcome(
    before,
    policy,
    { deliveryId: 'dlv_x', startedAt: start + 9 * dayMs, outcome: platform, exhausted: false },
    start + 9 * dayMs,
  );
  expect(health).toBe(before);
  expect(verdict).toEqual({ kind: 'none' });
  expect(
    afterOutcome(
      healthy,
      policy,
      { deliveryId: 'dlv_x', startedAt: start, outcome: platform, exhausted: false },
      start,
    ),
  ).toEqual({
    health: healthy,
    verdict: { kind: 'none' },
  });
});

test('a success makes a failing webhook healthy', () => {
  const steps = [...everySixHours(4), { at: start + 4.1 * dayMs, deliveryId: 'dlv_0', outcome: success }];
  expect(run(steps).health).toEqual({ breaker: closedBreaker, failing: null });
});

test('it survives being stored as JSON, stays small, and gives each notice once per row of failures', () => {
  const steps = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 2 * dayMs }),
      delivery: fc.integer({ min: 0, max: 60 }),
      outcome: fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(failure, error, platform) },
        { weight: 1, arbitrary: fc.constant(success) },
      ),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (row) => {
      let [health, at] = [healthy, start];
      let told: string[] = [];
      for (const { afterMs, delivery, outcome } of row) {
        at += afterMs;
        const before = health;
        const judged = afterOutcome(
          health,
          policy,
          { deliveryId: `dlv_${delivery}`, startedAt: at, outcome, exhausted: false },
          at,
        );
        health = JSON.parse(JSON.stringify(judged.health)) as WebhookHealth;
        expect(health).toEqual(judged.health);
        expect(JSON.stringify(health).length).toBeLessThan(1_000);
        expect(
          before.failing !== null && health.failing !== null && health.failing.since !== before.failing.since,
        ).toBe(false);
        if (outcome.kind === 'success') told = [];
        if (judged.verdict.kind === 'notice') told.push(judged.verdict.notice);
        expect(new Set(told).size).toBe(told.length);
      }
    }),
  );
});

test('how many attempts failed in a row and how the last one did is known until a success', () => {
  const steps = [failure, error, platform, error].map((outcome, index) => ({
    at: start + index * minuteMs,
    deliveryId: 'dlv_1',
    outcome,
  }));
  expect(run(steps).health.failing).toMatchObject({ since: start, attempts: 3, last: error });
  const more = { at: start + hourMs, deliveryId: 'dlv_1', outcome: success };
  expect(run([...steps, more]).health.failing).toBeNull();
});

test('rules that count attempts disable after so many of one delivery, once the first is long enough ago', () => {
  const byAttempts: HealthPolicy = {
    ...policy,
    disablesFailing: { afterMs: 7 * dayMs, atLeast: 20, counting: 'attempts' },
  };
  const disabledAfter = (attempts: number, everyMs: number) => {
    const steps = Array.from({ length: attempts }, (_, index) => ({
      at: start + index * everyMs,
      deliveryId: 'dlv_1',
      outcome: failure,
    }));
    return run(steps, byAttempts).verdicts.filter(([, { kind }]) => kind === 'disable').length > 0;
  };
  expect(disabledAfter(20, dayMs / 2)).toBe(true);
  expect(disabledAfter(19, dayMs / 2)).toBe(false);
  expect(disabledAfter(200, minuteMs)).toBe(false);
});

test('rules that count what was given up disable after so many deliveries without a success, however few attempts failed', () => {
  const byGivenUp: HealthPolicy = {
    ...policy,
    disablesFailing: { afterMs: 0, atLeast: 100, counting: 'exhausted' },
  };
  const failed = (count: number, exhausted: boolean): Step[] =>
    Array.from({ length: count }, (_, index) => ({
      at: start + index,
      deliveryId: `dlv_${index}`,
      outcome: failure,
      exhausted,
    }));
  const disabled = (steps: readonly Step[]) =>
    run(steps, byGivenUp).verdicts.some(([, { kind }]) => kind === 'disable');
  const fine: Step = { at: start, deliveryId: 'dlv_fine', outcome: success };
  expect(disabled(failed(100, true))).toBe(true);
  expect(disabled(failed(99, true))).toBe(false);
  expect(disabled(failed(1_000, false))).toBe(false);
  expect(disabled([...failed(99, true), fine, ...failed(99, true)])).toBe(false);
});
