// What publishing needs from a store: events with their deliveries and keys, all or nothing.

import type { Instant } from '../../domain/clock.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event, EventId } from '../../domain/event.ts';
import type { Routing } from '../../domain/routing.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookId } from '../../domain/webhook.ts';

/** An event with the deliveries it is owed and the routing that decided them. */
export type RoutedEvent = {
  readonly event: Event;
  readonly deliveries: readonly ScheduledDelivery[];
  readonly routing: Routing;
  /** Of the routing's `filtered`, those whose filter takes the event. */
  readonly takenBy: readonly WebhookId[];
  /** Guards against the same event published twice under the publisher's own id; null when it gave none. */
  readonly publisherKey: { readonly source: string; readonly id: string; readonly bodyHash: string } | null;
};

/** The caller's `Idempotency-Key`, good for one tenant and route until it expires. */
export type IdempotencyKey = {
  readonly tenantId: TenantId;
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the request's body, in hex. */
  readonly bodyHash: string;
  readonly expiresAt: Instant;
};

/** What a repeated request is answered with. Never holds a secret. */
export type StoredAnswer = { readonly status: number; readonly body: string };

export type PublishEntry = {
  readonly tenantId: TenantId;
  readonly events: readonly RoutedEvent[];
  readonly idempotency: IdempotencyKey | null;
};

export type Accepted = { readonly eventId: EventId; readonly deliveries: number };

export type PublishResult =
  /** Committed now; `fresh[i]` tells whether event i is new, or was accepted before under its publisher's id. */
  | { readonly kind: 'stored'; readonly accepted: readonly Accepted[]; readonly fresh: readonly boolean[] }
  /** The idempotency key was used before with the same body: what was accepted then. */
  | { readonly kind: 'repeated'; readonly accepted: readonly Accepted[] }
  | { readonly kind: 'key_reused' }
  /** A publisher's id was used before with another body; nothing was stored. */
  | { readonly kind: 'publisher_id_reused'; readonly index: number };

export interface PublishStore {
  /**
   * Stores all of an entry or nothing, in one transaction that survives power loss before the promise resolves.
   * Entries given at about the same time share a commit. Rejects with `StoreFull` or `StoreUnavailable`; then nothing
   * of the entry is stored.
   */
  publish(entry: PublishEntry): Promise<PublishResult>;
}
