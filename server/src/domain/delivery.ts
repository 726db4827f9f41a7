// One event owed to one webhook: the unit of the queue and of the promise.
//
// scheduled ──▶ delivered     an attempt succeeded
//     │  ▲ └──▶ exhausted     used up its schedule, or grew too old; visible and recoverable
//     │  └───── again later   an attempt failed and the schedule has a wait left
//     ├──────▶ cancelled      by a person, or nobody is owed it any more
//     └──────▶ skipped        only in `faithful`: the original would not have sent it
//
// Every state but `scheduled` is final. `advance` is the only place where an attempt changes a delivery's state.

import { secondMs, type Instant } from './clock.ts';
import type { EventId } from './event.ts';
import type { Id } from './id.ts';
import { behindOthers } from './ordering.ts';
import type { FailedOutcome, Outcome } from './outcome.ts';
import { ageMsMax, nextAttemptAt, type RetryRules, type RetrySchedule } from './retry-schedule.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

export type DeliveryId = Id;

/** Deliveries of events wait in their webhook's lane; the others are its own administration's, and go at once. */
export const deliveryPurposes = ['event', 'verification', 'test'] as const;
export type DeliveryPurpose = (typeof deliveryPurposes)[number];

export type Delivery = {
  readonly id: DeliveryId;
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly eventId: EventId;
  readonly eventType: string;
  readonly purpose: DeliveryPurpose;
  /** How many attempts have been charged. */
  readonly attempts: number;
  readonly state: DeliveryState;
  readonly createdAt: Instant;
  /** The delivery that a person asked to have again; null for the first one of an event and webhook. */
  readonly redeliveryOf: DeliveryId | null;
  /** Of its webhook's deliveries with the same one, only the first that waits is attempted; null where none waits for another. */
  readonly orderingKey: string | null;
};

export type DeliveryState =
  | { readonly kind: 'scheduled'; readonly dueAt: Instant }
  | { readonly kind: 'delivered'; readonly at: Instant }
  | { readonly kind: 'exhausted'; readonly at: Instant; readonly reason: ExhaustedReason }
  | { readonly kind: 'cancelled'; readonly at: Instant; readonly reason: CancelledReason }
  | {
      readonly kind: 'skipped';
      readonly at: Instant;
      readonly reason: 'breaker_open' | 'too_many_in_flight';
    };

/** `not_retried`: it failed in a way after which the original tries no more (only in `faithful`). */
export type ExhaustedReason = 'attempts' | 'age' | 'not_retried';

/**
 * `superseded` is a verification message that nobody needs any more. The last two are only in `faithful`: the original
 * drops what waits when its webhook is disabled, or gets another URL.
 */
export type CancelledReason = 'person' | 'webhook_deleted' | 'superseded' | DroppedReason;
export type DroppedReason = 'webhook_disabled' | 'target_changed';

export type DeliveryStateKind = DeliveryState['kind'];

/** A delivery that still waits for an attempt. */
export type ScheduledDelivery = Delivery & { readonly state: Extract<DeliveryState, { kind: 'scheduled' }> };

export const platformFaultWaitMs = 5 * secondMs;

/**
 * The delivery after an attempt ended with `outcome` now. `chance` in [0, 1) draws the jitter. An outcome that is the
 * platform's own fault is charged to nobody: the same attempt is due again shortly.
 */
export function advance(
  delivery: ScheduledDelivery,
  outcome: Outcome,
  rules: RetryRules,
  chance: number,
  now: Instant,
): Delivery {
  if (outcome.kind === 'platform') {
    return {
      ...delivery,
      state: { kind: 'scheduled', dueAt: now + Math.round(platformFaultWaitMs * (1 + chance)) },
    };
  }
  const attempts = delivery.attempts + 1;
  if (outcome.kind === 'success') return { ...delivery, attempts, state: { kind: 'delivered', at: now } };
  const retryAfterMs = outcome.kind === 'failure' ? outcome.retryAfterMs : undefined;
  const dueAt = nextAttemptAt(rules, { attempts, retryAfterMs }, chance, now);
  if (dueAt === 'never') return exhausted('attempts');
  if (!isRetried(outcome, rules)) return exhausted('not_retried');
  if (isTooOld(delivery, rules.schedule, now)) return exhausted('age');
  return { ...delivery, attempts, state: { kind: 'scheduled', dueAt } };

  function exhausted(reason: ExhaustedReason): Delivery {
    return { ...delivery, attempts, state: { kind: 'exhausted', at: now, reason } };
  }
}

/** The same event for the same webhook once more, due at an instant: what a person asks for waits for no other. */
export function deliveredAgain(
  delivery: Pick<Delivery, 'id' | 'tenantId' | 'webhookId' | 'eventId' | 'eventType'>,
  id: DeliveryId,
  at: Instant,
): ScheduledDelivery {
  return { ...firstDelivery({ ...delivery, orderingKey: null }, id, at), redeliveryOf: delivery.id };
}

/** What an event owes a webhook, due at an instant. */
export function firstDelivery(
  {
    tenantId,
    webhookId,
    eventId,
    eventType,
    orderingKey,
  }: Pick<Delivery, 'tenantId' | 'webhookId' | 'eventId' | 'eventType' | 'orderingKey'>,
  id: DeliveryId,
  at: Instant,
): ScheduledDelivery {
  return {
    id,
    tenantId,
    webhookId,
    eventId,
    eventType,
    purpose: 'event',
    attempts: 0,
    state: { kind: 'scheduled', dueAt: at },
    createdAt: at,
    redeliveryOf: null,
    orderingKey,
  };
}

function isRetried(outcome: FailedOutcome, { retriesAfter }: RetryRules): boolean {
  switch (retriesAfter) {
    case 'any_failure':
      return true;
    case 'server_error':
      return outcome.kind === 'failure' && outcome.status >= 500 && outcome.status < 600;
  }
}

/** Whether a delivery has waited longer than its schedule could ever ask for (reliability P16). */
export function isTooOld(delivery: Delivery, schedule: RetrySchedule, now: Instant): boolean {
  return now - delivery.createdAt > ageMsMax(schedule);
}

/** Whether it waits for others of its ordering key, however long that takes. */
export function isBehindOthers({ state }: ScheduledDelivery): boolean {
  return state.dueAt === behindOthers;
}

export function isScheduled(delivery: Delivery): delivery is ScheduledDelivery {
  return delivery.state.kind === 'scheduled';
}
