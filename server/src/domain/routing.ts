// The routing decision of an event for every webhook of its tenant: who is owed a delivery, and why not the others.

import type { Instant } from './clock.ts';
import type { NotDelivered } from './match.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

/**
 * Decisions repeat: events of one type meet the same webhooks until a webhook changes. So a decision is stored once,
 * under an id made from its content, and events point to it.
 */
export type Routing = {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly decidedAt: Instant;
  readonly deliveredTo: readonly WebhookId[];
  readonly notDeliveredTo: readonly (NotDelivered & { readonly webhookId: WebhookId })[];
};

/** The decision that names one webhook alone: of a message that its own administration sends. */
export function routingTo(webhookId: WebhookId, tenantId: TenantId, decidedAt: Instant): Routing {
  return { id: `to ${webhookId}`, tenantId, decidedAt, deliveredTo: [webhookId], notDeliveredTo: [] };
}
