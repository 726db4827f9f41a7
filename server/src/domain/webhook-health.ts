// How a webhook has been doing: its breaker, and for how long nothing has succeeded. Pure.

import { dayMs, type Instant } from './clock.ts';
import type { DeliveryRules } from './delivery-rules.ts';
import { afterAttempt, closedBreaker, type CircuitBreaker } from './circuit-breaker.ts';
import type { FailedOutcome, Outcome } from './outcome.ts';

export type WebhookHealth = {
  readonly breaker: CircuitBreaker;
  /** Since when nothing has succeeded, and the first deliveries that failed since; null while things go well. */
  readonly failing: {
    readonly since: Instant;
    /** At most as many as it takes to disable the webhook, where they (or those given up) are what counts. */
    readonly deliveryIds: readonly string[];
    /** How many attempts have failed in a row. */
    readonly attempts: number;
    /** How the last one failed; null where an older version counted it. */
    readonly last: FailedOutcome | null;
    readonly noticed: FailingNotice;
  } | null;
};

/** The longest notice already given about a failing webhook. */
type FailingNotice = 'none' | '1d' | '3d';

export const healthy: WebhookHealth = { breaker: closedBreaker, failing: null };

/** What an attempt's outcome asks for besides the new health. */
export type HealthVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'notice'; readonly notice: '1d' | '3d' }
  | { readonly kind: 'disable'; readonly reason: 'failing' | 'gone' };

export type HealthPolicy = Pick<DeliveryRules, 'breaker' | 'disablesFailing' | 'disablesGone'>;

/**
 * Health and verdict after an attempt. A webhook is disabled after so long and so much without a success as its rules
 * say, with notices after 1 and 3 days, and at once by 410 Gone (reliability P16). An outcome that is the platform's
 * own fault changes nothing.
 */
export function afterOutcome(
  health: WebhookHealth,
  policy: HealthPolicy,
  attempt: {
    readonly deliveryId: string;
    readonly startedAt: Instant;
    readonly outcome: Outcome;
    /** Whether the delivery has no attempt left. */
    readonly exhausted: boolean;
  },
  now: Instant,
): { readonly health: WebhookHealth; readonly verdict: HealthVerdict } {
  const { outcome, deliveryId, startedAt, exhausted } = attempt;
  if (outcome.kind === 'platform') return { health, verdict: { kind: 'none' } };
  const failed = outcome.kind === 'success' ? null : deliveryId;
  const breaker = afterAttempt(health.breaker, policy.breaker, { failed, startedAt }, now);
  if (outcome.kind === 'success') return { health: { breaker, failing: null }, verdict: { kind: 'none' } };
  const failing = countFailure(health.failing, { deliveryId, startedAt, outcome, exhausted }, policy);
  const verdict = judge(failing, outcome, policy, now);
  const noticed = verdict.kind === 'notice' ? verdict.notice : failing.noticed;
  return { health: { breaker, failing: { ...failing, noticed } }, verdict };
}

type Failing = NonNullable<WebhookHealth['failing']>;

function countFailure(
  before: WebhookHealth['failing'],
  attempt: {
    readonly deliveryId: string;
    readonly startedAt: Instant;
    readonly outcome: FailedOutcome;
    readonly exhausted: boolean;
  },
  policy: HealthPolicy,
): Failing {
  const { deliveryId, startedAt, outcome, exhausted } = attempt;
  const failing = before ?? {
    since: startedAt,
    deliveryIds: [],
    attempts: 0,
    last: outcome,
    noticed: 'none' as const,
  };
  const { deliveryIds, attempts } = failing;
  const counts = deliveryIds.length < idsMaxOf(policy, exhausted) && !deliveryIds.includes(deliveryId);
  return {
    ...failing,
    deliveryIds: counts ? [...deliveryIds, deliveryId] : deliveryIds,
    attempts: attempts + 1,
    last: outcome,
  };
}

/** How many deliveries to remember: none where attempts count, nor of those that are not given up where these do. */
function idsMaxOf({ disablesFailing }: HealthPolicy, exhausted: boolean): number {
  switch (disablesFailing?.counting) {
    case 'deliveries':
      return disablesFailing.atLeast;
    case 'exhausted':
      return exhausted ? disablesFailing.atLeast : 0;
    case 'attempts':
    case undefined:
      return 0;
  }
}

function judge(failing: Failing, outcome: Outcome, policy: HealthPolicy, now: Instant): HealthVerdict {
  if (policy.disablesGone && outcome.kind === 'failure' && outcome.status === 410)
    return { kind: 'disable', reason: 'gone' };
  if (policy.disablesFailing === null) return { kind: 'none' };
  const { afterMs, atLeast, counting } = policy.disablesFailing;
  const forMs = now - failing.since;
  const count = counting === 'attempts' ? failing.attempts : failing.deliveryIds.length;
  if (forMs >= afterMs && count >= atLeast) return { kind: 'disable', reason: 'failing' };
  if (forMs >= 3 * dayMs && failing.noticed !== '3d') return { kind: 'notice', notice: '3d' };
  if (forMs >= dayMs && failing.noticed === 'none') return { kind: 'notice', notice: '1d' };
  return { kind: 'none' };
}
