// What one node tells the others, so that whoever owns a webhook does what another node was asked for.

import type { DeliveryId } from './delivery.ts';
import type { ServerNews } from './server-news.ts';
import type { WebhookId } from './webhook.ts';

export type NodeNews =
  /** Events may wait for these in the database that nobody handed over. */
  | { readonly kind: 'waiting'; readonly webhookIds: readonly WebhookId[] }
  /** A person wants what waits for it to go out now. */
  | { readonly kind: 'probe'; readonly webhookId: WebhookId }
  /** A message of a webhook's own administration waits. */
  | { readonly kind: 'message_waiting' }
  /** Deliveries ended in the database: what is held of the webhook counts for nothing. */
  | { readonly kind: 'reload'; readonly webhookId: WebhookId }
  /** A person wants its failures forgotten. */
  | { readonly kind: 'forgiven'; readonly webhookId: WebhookId }
  | { readonly kind: 'cancelled'; readonly webhookId: WebhookId; readonly deliveryId: DeliveryId }
  /** What attempts found out about servers, in their order. */
  | { readonly kind: 'servers'; readonly found: readonly ServerNews[] }
  /** Shards are free, or a node has come or gone. */
  | { readonly kind: 'shards' }
  /** News may have been missed. */
  | { readonly kind: 'unsure' };
