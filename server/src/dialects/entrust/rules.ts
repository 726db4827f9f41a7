// What governs an Entrust webhook's deliveries: `durable` as everywhere, `faithful` as the original (specification §10).

import { noBreaker } from '../../domain/circuit-breaker.ts';
import { durableRules, type DeliveryRules, type RulesOf } from '../../domain/delivery-rules.ts';
import type { RetrySchedule } from '../../domain/retry-schedule.ts';
import type { WebhookLimits } from '../../domain/webhook.ts';

/** In both profiles, since clients see it (specification §6). */
export const limits: WebhookLimits = { allMax: 200, activeMax: 20 };

/** A few quick attempts after 5xx alone; a hundred deliveries in a row that were given up switch the webhook off. */
const faithfulRules: Omit<DeliveryRules, 'schedule'> = {
  jitter: { unit: 'ms', from: 0, to: 500 },
  honoursRetryAfter: false,
  retriesAfter: 'server_error',
  breaker: noBreaker,
  whenOpen: 'wait',
  inFlightMax: null,
  redirectsMax: 0,
  disablesFailing: { afterMs: 0, atLeast: 100, counting: 'exhausted' },
  disablesGone: false,
  throttle: null,
  dropsPendingWhen: ['webhook_disabled'],
  whenUnverified: 'deliver',
};

/** `schedule` is that of the `faithful` profile. */
export function makeRules({ schedule }: { readonly schedule: RetrySchedule }): RulesOf {
  return (webhook, installed) =>
    webhook.profile === 'faithful' ? { ...faithfulRules, schedule } : durableRules(webhook, installed);
}
