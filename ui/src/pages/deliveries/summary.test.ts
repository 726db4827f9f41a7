import { expect, test } from 'vitest';
import type { DeliverySummary, Waiting, Webhook } from '../../api/types.ts';
import { tellDelivery } from './summary.ts';

const soon = '2026-01-01T00:01:00.000Z';

const delivery = {
  purpose: 'event',
  state: 'scheduled',
  reason: null,
  attemptCount: 2,
  nextAttemptAt: soon,
  lastAttempt: { explanation: 'The receiver failed with 503.' },
} as DeliverySummary;

const webhook = {} as Webhook;
const explanation = 'What the server says.';
const waiting = (kind: Waiting['kind'], until: string | null = null): DeliverySummary => ({
  ...delivery,
  waiting: { kind, until, explanation },
});

const ended = (
  state: DeliverySummary['state'],
  reason: DeliverySummary['reason'] = null,
): DeliverySummary => ({
  ...delivery,
  waiting: null,
  state,
  reason,
  nextAttemptAt: null,
});

test('what waits for its next attempt says why and when', () => {
  const told = tellDelivery(waiting('time', soon), webhook);
  expect(told.why).toBe('2 attempts failed so far. The receiver failed with 503.');
  expect(told.next).toEqual({ label: 'The next attempt is made', at: soon });
});

test.each([
  ['paused', 'Once the webhook is active again', true],
  ['disabled', 'Once the webhook is active again', true],
  ['unverified', 'answer the verification message', true],
  ['breaker_half_open', 'A probe finds out', true],
  ['turn', 'Nothing to do', undefined],
] as const)(
  '%s: the server says why, no time is named at which nothing will happen, and what can be done',
  (kind, can, atWebhook) => {
    const told = tellDelivery(waiting(kind), webhook);
    expect(told.why).toBe(`2 attempts failed so far. The receiver failed with 503. ${explanation}`);
    expect(told.next).toBeUndefined();
    expect(told.can).toContain(can);
    expect(told.atWebhook).toBe(atWebhook);
  },
);

test.each(['breaker_open', 'throttled'] as const)('%s: the next probe is what comes next', (kind) => {
  const told = tellDelivery(waiting(kind, soon), webhook);
  expect(told.why).toContain(explanation);
  expect(told.next).toEqual({ label: 'The next probe is made', at: soon });
});

test('behind a rate limit the next attempt of the webhook comes next, and its limit can be raised', () => {
  const told = tellDelivery(waiting('rate_limited', soon), webhook);
  expect(told.why).toContain(explanation);
  expect(told.next).toEqual({ label: 'The next attempt for its webhook begins', at: soon });
  expect(told).toMatchObject({ can: expect.stringContaining('raise the rate limit'), atWebhook: true });
});

test('what was never attempted claims no failure, whatever state its webhook shows', () => {
  const unverified = { verification: { state: 'pending' }, state: 'active' } as Webhook;
  const told = tellDelivery({ ...waiting('turn'), attemptCount: 0, lastAttempt: null }, unverified);
  expect(told).toEqual({ tone: 'warn', why: explanation, can: 'Nothing to do.' });
});

test.each([
  ['exhausted', 'attempts', 'Repair the receiver, then redeliver it.'],
  ['cancelled', 'person', 'You can redeliver it.'],
  ['delivered', null, 'Nothing to do.'],
] as const)('%s says what a person can do', (state, reason, can) => {
  expect(tellDelivery(ended(state, reason), webhook).can).toBe(can);
});

test('what has no webhook any more can’t be delivered', () => {
  expect(tellDelivery(ended('cancelled', 'webhook_deleted'), null).can).toMatch(/webhook is gone/);
});
