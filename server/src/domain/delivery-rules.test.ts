// The rules of the durable profile: nothing is skipped, whatever the dialect.

import { expect, test } from 'vitest';
import { dayMs, secondMs } from './clock.ts';
import { durableRules } from './delivery-rules.ts';
import { defaultRetrySchedule } from './retry-schedule.ts';
import type { Webhook } from './webhook.ts';

const webhook = { retrySchedule: null } as Webhook;

test("a webhook's own retry schedule goes before the installation's", () => {
  expect(durableRules(webhook, defaultRetrySchedule).schedule).toBe(defaultRetrySchedule);
  expect(durableRules({ ...webhook, retrySchedule: [secondMs] }, defaultRetrySchedule).schedule).toEqual([
    secondMs,
  ]);
});

test('deliveries wait while the breaker is open, are never skipped, and redirects are not followed', () => {
  expect(durableRules(webhook, defaultRetrySchedule)).toMatchObject({
    whenOpen: 'wait',
    inFlightMax: null,
    redirectsMax: 0,
    disablesFailing: { afterMs: 5 * dayMs, atLeast: 20, counting: 'deliveries' },
    disablesGone: true,
  });
});
