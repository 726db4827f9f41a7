// How a webhook has been doing: its breaker, and for how long nothing has succeeded. Pure.

import { dayMs, type Instant } from './clock.ts';
import { afterAttempt, closedBreaker, type BreakerPolicy, type CircuitBreaker } from './circuit-breaker.ts';
import type { Outcome } from './outcome.ts';

export type WebhookHealth = {
  readonly breaker: CircuitBreaker;
  /** Since when nothing has succeeded, and the first deliveries that failed since; null while things go well. */
  readonly failing: {
    readonly since: Instant;
    /** At most as many as it takes to disable the webhook. */
    readonly deliveryIds: readonly string[];
    readonly noticed: FailingNotice;
  } | null;
};

/** The longest notice already given about a failing webhook. */
type FailingNotice = 'none' | '1d' | '3d';

export const healthy: WebhookHealth = { breaker: closedBreaker, failing: null };

const disableAfterMs = 5 * dayMs;
const disableAfterDeliveries = 20;

/** What an attempt's outcome asks for besides the new health. */
export type HealthVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'notice'; readonly notice: '1d' | '3d' }
  | { readonly kind: 'disable'; readonly reason: 'failing' | 'gone' };

export type HealthPolicy = {
  readonly breaker: BreakerPolicy;
  readonly disablesFailing: boolean;
  readonly disablesGone: boolean;
};

/**
 * Health and verdict after an attempt. A webhook is disabled after 5 days and at least 20 deliveries without a
 * success, with notices after 1 and 3 days, and at once by 410 Gone (reliability P16). An outcome that is the
 * platform's own fault changes nothing.
 */
export function afterOutcome(
  health: WebhookHealth,
  policy: HealthPolicy,
  attempt: { readonly deliveryId: string; readonly startedAt: Instant; readonly outcome: Outcome },
  now: Instant,
): { readonly health: WebhookHealth; readonly verdict: HealthVerdict } {
  const { outcome, deliveryId, startedAt } = attempt;
  if (outcome.kind === 'platform') return { health, verdict: { kind: 'none' } };
  const failed = outcome.kind === 'success' ? null : deliveryId;
  const breaker = afterAttempt(health.breaker, policy.breaker, { failed, startedAt }, now);
  if (failed === null) return { health: { breaker, failing: null }, verdict: { kind: 'none' } };
  const failing = countFailure(health.failing, deliveryId, startedAt);
  const verdict = judge(failing, outcome, policy, now);
  const noticed = verdict.kind === 'notice' ? verdict.notice : failing.noticed;
  return { health: { breaker, failing: { ...failing, noticed } }, verdict };
}

type Failing = NonNullable<WebhookHealth['failing']>;

function countFailure(failing: WebhookHealth['failing'], deliveryId: string, startedAt: Instant): Failing {
  if (failing === null) return { since: startedAt, deliveryIds: [deliveryId], noticed: 'none' };
  const { deliveryIds } = failing;
  if (deliveryIds.length >= disableAfterDeliveries || deliveryIds.includes(deliveryId)) return failing;
  return { ...failing, deliveryIds: [...deliveryIds, deliveryId] };
}

function judge(failing: Failing, outcome: Outcome, policy: HealthPolicy, now: Instant): HealthVerdict {
  if (policy.disablesGone && outcome.kind === 'failure' && outcome.status === 410)
    return { kind: 'disable', reason: 'gone' };
  if (!policy.disablesFailing) return { kind: 'none' };
  const forMs = now - failing.since;
  if (forMs >= disableAfterMs && failing.deliveryIds.length >= disableAfterDeliveries)
    return { kind: 'disable', reason: 'failing' };
  if (forMs >= 3 * dayMs && failing.noticed !== '3d') return { kind: 'notice', notice: '3d' };
  if (forMs >= dayMs && failing.noticed === 'none') return { kind: 'notice', notice: '1d' };
  return { kind: 'none' };
}
