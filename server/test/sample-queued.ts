// A delivery as a lane holds it: due at once, of the sample webhook.

import type { Instant } from '../src/domain/clock.ts';
import type { ScheduledDelivery } from '../src/domain/delivery.ts';
import type { QueuedDelivery } from '../src/storage/store.ts';
import { sampleWebhook } from './sample-webhook.ts';

const webhook = sampleWebhook();

export function sampleQueued(id: string, dueAt: Instant): QueuedDelivery {
  const delivery: ScheduledDelivery = {
    id,
    tenantId: webhook.tenantId,
    webhookId: webhook.id,
    eventId: `evt_of_${id}`,
    eventType: 'invoice.paid',
    attempts: 0,
    state: { kind: 'scheduled', dueAt },
    createdAt: dueAt,
    purpose: 'event',
    redeliveryOf: null,
    orderingKey: null,
  };
  const event = {
    id: delivery.eventId,
    tenantId: webhook.tenantId,
    type: delivery.eventType,
    occurredAt: dueAt,
    acceptedAt: dueAt,
    data: new TextEncoder().encode('{}'),
    context: {},
  };
  return { delivery, event };
}
