// What governs a Confluence webhook's deliveries: `durable` as everywhere, `faithful` as the original (specification §7.4, §8).

import type { BreakerPolicy } from '../../domain/circuit-breaker.ts';
import { secondMs } from '../../domain/clock.ts';
import { durableRules, type DeliveryRules, type RulesOf } from '../../domain/delivery-rules.ts';
import type { DeliveryProfile } from '../../domain/webhook.ts';

/** Five failures in a row, then 10 s growing by a fifth per further failure up to 10 h. */
const breaker: BreakerPolicy = {
  failuresInARowMax: 5,
  samplesMin: 0,
  failedShareMax: 1,
  firstWaitMs: 10 * secondMs,
  growth: 1.2,
  waitMsMax: 36_000 * secondMs,
};

/** One attempt, whatever is not sent is skipped, redirects are followed, and nothing ever disables the webhook. */
const faithfulRules: DeliveryRules = {
  schedule: [],
  jitter: { unit: 'share', from: 0, to: 0 },
  honoursRetryAfter: false,
  retriesAfter: 'any_failure',
  breaker,
  whenOpen: 'skip',
  inFlightMax: 250,
  redirectsMax: 5,
  disablesFailing: null,
  disablesGone: false,
  throttle: null,
  dropsPendingWhen: [],
  whenUnverified: 'deliver',
};

/** How many redirects a request follows (design, Rulings: Redirects). */
export function redirectsMaxOf(profile: DeliveryProfile): number {
  return profile === 'faithful' ? faithfulRules.redirectsMax : 0;
}

/** The profile's rules. A `faithful` webhook ignores retry schedules: the original has none. */
export const rules: RulesOf = (webhook, schedule) =>
  webhook.profile === 'faithful' ? faithfulRules : durableRules(webhook, schedule);
