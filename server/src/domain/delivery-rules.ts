// What governs a webhook's deliveries: a dialect's profile, told as data that the engine follows without knowing the vendor.

import { durableBreaker, type BreakerPolicy } from './circuit-breaker.ts';
import { dayMs } from './clock.ts';
import type { DroppedReason } from './delivery.ts';
import { durableRetry, type RetryRules, type RetrySchedule } from './retry-schedule.ts';
import { isUnverified, type Webhook } from './webhook.ts';

export type DeliveryRules = RetryRules & {
  readonly breaker: BreakerPolicy;
  /** What an open breaker does with a delivery whose turn comes. */
  readonly whenOpen: 'wait' | 'skip';
  /** Beyond so many requests in flight in the whole server a delivery is skipped; null never skips. */
  readonly inFlightMax: number | null;
  readonly redirectsMax: number;
  /**
   * Disables a webhook once nothing has succeeded for so long, and in so many attempts, deliveries that were attempted,
   * or deliveries that were given up; null never does.
   */
  readonly disablesFailing: {
    readonly afterMs: number;
    readonly atLeast: number;
    readonly counting: 'attempts' | 'deliveries' | 'exhausted';
  } | null;
  readonly disablesGone: boolean;
  /**
   * After so many failed attempts in a row at one server (scheme, host and port, whosever webhooks they are), it gets
   * one request per `probeEveryMs` until one succeeds; the other deliveries wait. Null never throttles.
   */
  readonly throttle: ThrottleRule | null;
  /** When what waits is cancelled. */
  readonly dropsPendingWhen: readonly DroppedReason[];
  /** What happens to the events of a webhook whose verification is pending: all the same, they wait, or it is not owed them. */
  readonly whenUnverified: 'deliver' | 'wait' | 'skip';
};

export type ThrottleRule = { readonly failuresInARowMax: number; readonly probeEveryMs: number };

/** Whether the webhook lets its lane send: not while it is paused or disabled, nor while a verification holds it back. */
export function letsDeliver(webhook: Webhook, rules: DeliveryRules): boolean {
  return webhook.state.kind === 'active' && !awaitsVerification(webhook, rules);
}

/** Whether what is owed to the webhook waits for its verification: where events are skipped, that is a redelivery. */
export function awaitsVerification(webhook: Webhook, { whenUnverified }: DeliveryRules): boolean {
  return whenUnverified !== 'deliver' && isUnverified(webhook);
}

/** Each dialect's answer for one of its webhooks. `schedule` is the installation's retry schedule. */
export type RulesOf = (webhook: Webhook, schedule: RetrySchedule) => DeliveryRules;

/** The rules of the `durable` profile, the same for every dialect. */
export function durableRules(webhook: Webhook, schedule: RetrySchedule): DeliveryRules {
  return {
    ...durableRetry(webhook.retrySchedule ?? schedule),
    breaker: durableBreaker,
    whenOpen: 'wait',
    inFlightMax: null,
    redirectsMax: 0,
    disablesFailing: { afterMs: 5 * dayMs, atLeast: 20, counting: 'deliveries' },
    disablesGone: true,
    throttle: null,
    dropsPendingWhen: [],
    whenUnverified: 'deliver',
  };
}
