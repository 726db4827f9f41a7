// Which message asks for a webhook's verification, for how long, and what becomes of the delivery that carries it.

import { describe, expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { dayMs, minuteMs, secondMs } from './clock.ts';
import type { ScheduledDelivery } from './delivery.ts';
import { advanceExpress, endWithoutAttempt, messageTo } from './express-delivery.ts';
import type { Outcome } from './outcome.ts';
import { durableRetry } from './retry-schedule.ts';
import { askedNow, isAsking, messageAsked, verificationMs, type Verification } from './verification.ts';

const now = 1_700_000_000_123;
const success: Outcome = { kind: 'success', status: 200 };
const failure: Outcome = { kind: 'failure', status: 500 };
const pending = askedNow('evt_1', now);
const newer = askedNow('evt_2', now);
const verified: Verification = { kind: 'verified', at: now, messageId: null };

test('a message can be answered for 24 hours, to the whole second', () => {
  expect(verificationMs).toBe(dayMs);
  expect(pending).toEqual({ kind: 'pending', messageId: 'evt_1', expiresAt: 1_700_000_000_000 + dayMs });
});

test.each<[Verification | null, Verification | null, string | undefined]>([
  [null, null, undefined],
  [null, pending, 'evt_1'],
  [pending, pending, undefined],
  [pending, newer, 'evt_2'],
  [verified, pending, 'evt_1'],
  [pending, verified, undefined],
  [verified, verified, undefined],
])('from %j to %j asks with %s', (before, after, asked) => {
  expect(messageAsked(before, after)).toBe(asked);
});

test('only the newest message of a pending webhook counts', () => {
  expect(isAsking(pending, 'evt_1')).toBe(true);
  expect(isAsking(newer, 'evt_1')).toBe(false);
  expect(isAsking(verified, 'evt_1')).toBe(false);
  expect(isAsking(null, 'evt_1')).toBe(false);
});

describe('a delivery', () => {
  const rules = durableRetry([minuteMs, 2 * dayMs]);
  const delivery = (purpose: 'verification' | 'test', attempts = 0): ScheduledDelivery => ({
    ...messageTo(
      sampleWebhook(),
      { id: 'evt_1', deliveryId: 'dlv_1', purpose, type: 'a', data: new Uint8Array(), context: {} },
      now,
      now,
    ).deliveries[0],
    attempts,
  });
  const after = (of: ScheduledDelivery, outcome: Outcome, verification: Verification | null, at = now) =>
    advanceExpress(of, outcome, { verification }, rules, 0, at, at);

  test.each([pending, newer, verified, null])(
    'that succeeds is delivered, whatever the webhook is: %j',
    (is) => {
      expect(after(delivery('verification'), success, is).state).toEqual({ kind: 'delivered', at: now });
    },
  );

  test.each([newer, verified, null])('that fails once nobody waits for it is superseded: %j', (is) => {
    const superseded = { kind: 'cancelled', at: now, reason: 'superseded' };
    expect(after(delivery('verification'), failure, is)).toMatchObject({ attempts: 1, state: superseded });
    expect(endWithoutAttempt(delivery('verification'), { verification: is }, now, now)).toEqual(superseded);
  });

  test('that fails is tried again as long as its next attempt comes in time', () => {
    const scheduled = { kind: 'scheduled', dueAt: now + minuteMs };
    expect(after(delivery('verification'), failure, pending).state).toEqual(scheduled);
    const late = after(delivery('verification', 1), failure, pending).state;
    expect(late).toEqual({ kind: 'exhausted', at: now, reason: 'age' });
    const last = after(delivery('verification', 2), failure, pending).state;
    expect(last).toEqual({ kind: 'exhausted', at: now, reason: 'attempts' });
  });

  test('that waits past the time of its message ends by age', () => {
    const { expiresAt } = pending;
    const ends = (wallNow: number) =>
      endWithoutAttempt(delivery('verification'), { verification: pending }, now, wallNow);
    expect(ends(expiresAt - secondMs)).toBeUndefined();
    expect(ends(expiresAt)).toMatchObject({ kind: 'exhausted', reason: 'age' });
  });

  test('of a test has one attempt, and a fault of the platform is none', () => {
    expect(after(delivery('test'), failure, pending).state).toMatchObject({ kind: 'exhausted' });
    const platform: Outcome = { kind: 'platform', reason: 'resolver_down', detail: '' };
    expect(after(delivery('test'), platform, null)).toMatchObject({
      attempts: 0,
      state: { kind: 'scheduled' },
    });
    const much = now + dayMs + 1;
    expect(after(delivery('test'), platform, null, much).state).toMatchObject({
      kind: 'exhausted',
      reason: 'age',
    });
  });
});
