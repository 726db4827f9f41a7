// What becomes of a delivery that a webhook's own administration sends: a test has one attempt, a verification message
// is tried again until it has been answered, another one asks, or its time is over. Pure.

import { dayMs, type Instant } from './clock.ts';
import {
  advance,
  type Delivery,
  type DeliveryId,
  type DeliveryPurpose,
  type DeliveryState,
  type ScheduledDelivery,
} from './delivery.ts';
import type { Event, EventContext, EventId } from './event.ts';
import type { Outcome } from './outcome.ts';
import type { RetryRules } from './retry-schedule.ts';
import { routingTo, type Routing } from './routing.ts';
import { isAsking } from './verification.ts';
import type { Webhook } from './webhook.ts';

/** What a webhook's own administration sends it. */
export type Message = {
  readonly id: EventId;
  readonly deliveryId: DeliveryId;
  readonly purpose: Exclude<DeliveryPurpose, 'event'>;
  readonly type: string;
  readonly data: Uint8Array;
  readonly context: EventContext;
};

/** The message as an event that is owed to the webhook alone, due now. */
export function messageTo(
  { id: webhookId, tenantId }: Webhook,
  { id, deliveryId, purpose, type, data, context }: Message,
  now: Instant,
  wallNow: Instant,
): {
  readonly event: Event;
  readonly deliveries: readonly [ScheduledDelivery];
  readonly routing: Routing;
  readonly takenBy: readonly [];
  readonly publisherKey: null;
} {
  const event: Event = {
    id,
    tenantId,
    type,
    occurredAt: wallNow,
    acceptedAt: wallNow,
    data,
    context: { ...context, purpose },
  };
  const delivery: ScheduledDelivery = {
    id: deliveryId,
    tenantId,
    webhookId,
    eventId: id,
    eventType: type,
    purpose,
    attempts: 0,
    state: { kind: 'scheduled', dueAt: now },
    createdAt: now,
    redeliveryOf: null,
    orderingKey: null,
  };
  return {
    event,
    deliveries: [delivery],
    routing: routingTo(webhookId, tenantId, now),
    takenBy: [],
    publisherKey: null,
  };
}

/** How long the platform's own faults can hold up a test. */
const testMsMax = dayMs;

/** How a delivery ends that needs no attempt any more; undefined while it needs one. `wallNow` judges the message's time. */
export function endWithoutAttempt(
  delivery: ScheduledDelivery,
  { verification }: Pick<Webhook, 'verification'>,
  now: Instant,
  wallNow: Instant,
): DeliveryState | undefined {
  if (delivery.purpose !== 'verification')
    return now - delivery.createdAt > testMsMax ? tooLate(now) : undefined;
  if (!isAsking(verification, delivery.eventId)) return { kind: 'cancelled', at: now, reason: 'superseded' };
  return wallNow >= expiryOf(verification) ? tooLate(now) : undefined;
}

/** The delivery after an attempt ended with `outcome` now. The webhook is as it is now: it may have been verified meanwhile. */
export function advanceExpress(
  delivery: ScheduledDelivery,
  outcome: Outcome,
  webhook: Pick<Webhook, 'verification'>,
  rules: RetryRules,
  chance: number,
  now: Instant,
  wallNow: Instant,
): Delivery {
  const once = delivery.purpose === 'test';
  const after = advance(delivery, outcome, once ? { ...rules, schedule: [] } : rules, chance, now);
  if (after.state.kind !== 'scheduled') return after;
  const waitMs = after.state.dueAt - now;
  const end = endWithoutAttempt({ ...after, state: after.state }, webhook, now, wallNow + waitMs);
  return end === undefined ? after : { ...after, state: end };
}

function expiryOf(verification: Webhook['verification']): Instant {
  return verification?.kind === 'pending' ? verification.expiresAt : 0;
}

function tooLate(now: Instant): DeliveryState {
  return { kind: 'exhausted', at: now, reason: 'age' };
}
