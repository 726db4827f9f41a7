// What governs a webhook's deliveries: a dialect's profile, told as data that the engine follows without knowing the vendor.

import { durableBreaker, type BreakerPolicy } from './circuit-breaker.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import type { Webhook } from './webhook.ts';

export type DeliveryRules = {
  readonly schedule: RetrySchedule;
  readonly breaker: BreakerPolicy;
  /** What an open breaker does with a delivery whose turn comes. */
  readonly whenOpen: 'wait' | 'skip';
  /** Beyond so many requests in flight in the whole server a delivery is skipped; null never skips. */
  readonly inFlightMax: number | null;
  readonly redirectsMax: number;
  readonly disablesFailing: boolean;
  readonly disablesGone: boolean;
};

/** Each dialect's answer for one of its webhooks. `schedule` is the installation's retry schedule. */
export type RulesOf = (webhook: Webhook, schedule: RetrySchedule) => DeliveryRules;

/** The rules of the `durable` profile, the same for every dialect. */
export function durableRules(webhook: Webhook, schedule: RetrySchedule): DeliveryRules {
  return {
    schedule: webhook.retrySchedule ?? schedule,
    breaker: durableBreaker,
    whenOpen: 'wait',
    inFlightMax: null,
    redirectsMax: 0,
    disablesFailing: true,
    disablesGone: true,
  };
}
