import { expect, test } from 'vitest';
import type { DeliverySummary, Webhook } from '../../api/types.ts';
import { tellDelivery } from './summary.ts';

const soon = '2026-01-01T00:01:00.000Z';
const later = '2026-01-01T00:05:00.000Z';

const waiting = {
  purpose: 'event',
  state: 'scheduled',
  reason: null,
  attemptCount: 2,
  nextAttemptAt: soon,
  lastAttempt: { explanation: 'The receiver failed with 503.' },
} as DeliverySummary;

const webhook = {
  state: 'active',
  verification: null,
  breaker: { state: 'closed', openSince: null, nextProbeAt: null },
} as Webhook;

const ended = (
  state: DeliverySummary['state'],
  reason: DeliverySummary['reason'] = null,
): DeliverySummary => ({
  ...waiting,
  state,
  reason,
  nextAttemptAt: null,
});

test('what waits for its next attempt says why and when', () => {
  const told = tellDelivery(waiting, webhook);
  expect(told.why).toBe('2 attempts failed so far. The receiver failed with 503.');
  expect(told.next?.at).toBe(soon);
});

test.each([
  [{ ...webhook, state: 'paused' }, 'paused'],
  [{ ...webhook, state: 'disabled' }, 'disabled'],
] as [Webhook, string][])(
  'what its webhook holds back names no time at which nothing will happen',
  (holder, word) => {
    const told = tellDelivery(waiting, holder);
    expect(told.why).toContain(word);
    expect(told.next).toBeUndefined();
    expect(told.atWebhook).toBe(true);
  },
);

test('behind an open breaker the next probe is what comes next', () => {
  const open = { ...webhook, breaker: { state: 'open', openSince: soon, nextProbeAt: later } } as Webhook;
  expect(tellDelivery(waiting, open).next?.at).toBe(later);
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

test('a message of a webhook’s own administration waits for none of its states', () => {
  const told = tellDelivery({ ...waiting, purpose: 'verification' }, { ...webhook, state: 'paused' });
  expect(told.next?.at).toBe(soon);
});
