// The routing decision of an event for every webhook of its tenant: who is owed a delivery, and why not the others.

import type { Instant } from './clock.ts';
import type { NotDelivered } from './match.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

/**
 * Decisions repeat: events of one type meet the same webhooks until a webhook changes. So a decision is stored once,
 * under an id made from its content, and events point to it. What filters decide differs from event to event, and is kept
 * with each.
 */
export type Routing = {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly decidedAt: Instant;
  readonly deliveredTo: readonly WebhookId[];
  readonly notDeliveredTo: readonly (NotDelivered & { readonly webhookId: WebhookId })[];
  /** Those whose filter decides about each event. */
  readonly filtered: readonly Filtered[];
};

/** What else is against a webhook whose filter takes an event; null where it is owed it then. */
export type Filtered = { readonly webhookId: WebhookId; readonly against: NotDelivered | null };

/** The decision about one event, from that about all of its kind and the webhooks whose filter takes this one. */
export function routingOfOne(routing: Routing, takenBy: readonly WebhookId[]): Routing {
  if (routing.filtered.length === 0) return routing;
  const taken = new Set(takenBy);
  const deliveredTo = [...routing.deliveredTo];
  const notDeliveredTo = [...routing.notDeliveredTo];
  for (const { webhookId, against } of routing.filtered) {
    if (!taken.has(webhookId)) notDeliveredTo.push({ webhookId, reason: 'filter' });
    else if (against === null) deliveredTo.push(webhookId);
    else notDeliveredTo.push({ webhookId, ...against });
  }
  return { ...routing, deliveredTo, notDeliveredTo, filtered: [] };
}

/** The decision that names one webhook alone: of a message that its own administration sends. */
export function routingTo(webhookId: WebhookId, tenantId: TenantId, decidedAt: Instant): Routing {
  return {
    id: `to ${webhookId}`,
    tenantId,
    decidedAt,
    deliveredTo: [webhookId],
    notDeliveredTo: [],
    filtered: [],
  };
}
