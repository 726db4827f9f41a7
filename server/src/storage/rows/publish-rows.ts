// A publish entry as rows: flat, so that it crosses to the writer's thread cheaply.

import type { IdempotencyKey, PublishEntry, RoutedEvent } from '../port/publish-store.ts';
import type { EventRow, IdempotencyRow, RoutingRow } from '../schema.ts';
import { freshDeliveryRow, type FreshDeliveryRow } from './delivery-row.ts';
import { eventRow, routingRow } from './event-row.ts';

export type PublishRows = {
  readonly tenantId: string;
  readonly events: readonly PublishedEventRows[];
  readonly key: KeyRow | null;
  readonly now: number;
  /** How much the payloads weigh. */
  readonly bytes: number;
};

export type PublishedEventRows = {
  readonly event: EventRow;
  readonly deliveries: readonly FreshDeliveryRow[];
  /** Null when the database has it already. */
  readonly routing: RoutingRow | null;
};

/** The idempotency key of a publish; its answer is known only once the entry is stored. */
export type KeyRow = Omit<IdempotencyRow, 'kind' | 'answer'>;

export function publishRows(entry: PublishEntry, isKnown: (routingId: string) => boolean): PublishRows {
  return {
    tenantId: entry.tenantId,
    events: entry.events.map((routed) => publishedEventRows(routed, isKnown(routed.routing.id))),
    key: entry.idempotency === null ? null : keyRow(entry.idempotency),
    // Without an event nothing can tell the time; then no key counts as expired.
    now: entry.events[0]?.event.acceptedAt ?? 0,
    bytes: entry.events.reduce((sum, { event }) => sum + event.data.byteLength, 0),
  };
}

export function publishedEventRows(routed: RoutedEvent, routingIsKnown = false): PublishedEventRows {
  return {
    event: eventRow(routed),
    deliveries: routed.deliveries.map(freshDeliveryRow),
    routing: routingIsKnown ? null : routingRow(routed.routing, routed.event.acceptedAt),
  };
}

function keyRow(key: IdempotencyKey): KeyRow {
  return {
    tenant_id: key.tenantId,
    route: key.route,
    key: key.key,
    body_hash: key.bodyHash,
    expires_at: key.expiresAt,
  };
}
