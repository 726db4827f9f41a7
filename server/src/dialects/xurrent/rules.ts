// What governs a Xurrent webhook's deliveries: `durable` as everywhere, `faithful` as the original (specification §3.3, §7).

import { noBreaker } from '../../domain/circuit-breaker.ts';
import { dayMs, minuteMs } from '../../domain/clock.ts';
import { durableRules, type DeliveryRules, type RulesOf } from '../../domain/delivery-rules.ts';
import type { RetrySchedule } from '../../domain/retry-schedule.ts';
import type { DeliveryProfile } from '../../domain/webhook.ts';

/** Whether events wait for verification: the operator's word, or (null) as the profile has it. */
export type VerificationSetting = 'offered' | 'required' | null;

/** The original has no breaker: it throttles by server instead. */
const faithfulRules: Omit<DeliveryRules, 'schedule' | 'whenUnverified'> = {
  jitter: { unit: 'share', from: -0.1, to: 0.1 },
  honoursRetryAfter: false,
  retriesAfter: 'any_failure',
  breaker: noBreaker,
  whenOpen: 'wait',
  inFlightMax: null,
  redirectsMax: 0,
  disablesFailing: { afterMs: 7 * dayMs, atLeast: 20, counting: 'attempts' },
  disablesGone: false,
  throttle: { failuresInARowMax: 10, probeEveryMs: 5 * minuteMs },
  dropsPendingWhen: ['webhook_disabled', 'target_changed'],
};

/** `schedule` is that of the `faithful` profile. */
export function makeRules(settings: {
  readonly verification: VerificationSetting;
  readonly schedule: RetrySchedule;
}): RulesOf {
  const { verification, schedule } = settings;
  return (webhook, installed) => {
    const required = isRequired(verification, webhook.profile);
    if (webhook.profile === 'durable') {
      return { ...durableRules(webhook, installed), whenUnverified: required ? 'wait' : 'deliver' };
    }
    return { ...faithfulRules, schedule, whenUnverified: required ? 'skip' : 'deliver' };
  };
}

/** `durable` offers verification and delivers meanwhile, `faithful` requires it (design, Rulings: Xurrent create). */
function isRequired(verification: VerificationSetting, profile: DeliveryProfile): boolean {
  return (verification ?? (profile === 'faithful' ? 'required' : 'offered')) === 'required';
}
