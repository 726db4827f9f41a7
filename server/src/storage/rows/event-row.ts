// Events, the routings that decided them, and publisher keys as rows.

import type { Event, EventContext } from '../../domain/event.ts';
import { routingOfOne, type Routing } from '../../domain/routing.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import type { RoutedEvent } from '../port/publish-store.ts';
import type { EventRow, RoutingRow } from '../schema.ts';
import { plainBytes } from './bytes.ts';

export function eventRow({ event, deliveries, routing, takenBy, publisherKey }: RoutedEvent): EventRow {
  return {
    id: event.id,
    tenant_id: event.tenantId,
    type: event.type,
    occurred_at: event.occurredAt,
    accepted_at: event.acceptedAt,
    context: JSON.stringify(event.context),
    routing_id: routing.id,
    taken_by: takenBy.length === 0 ? null : JSON.stringify(takenBy),
    deliveries: deliveries.length,
    publisher_source: publisherKey?.source ?? null,
    publisher_id: publisherKey?.id ?? null,
    body_hash: publisherKey?.bodyHash ?? null,
    data: event.data,
  };
}

/** What of a row makes an event; a list leaves the data out. */
export type EventColumns = Pick<
  EventRow,
  'id' | 'tenant_id' | 'type' | 'occurred_at' | 'accepted_at' | 'context'
> & { readonly data?: Uint8Array };

const noData = new Uint8Array(0);

export function eventOf(row: EventColumns): Event {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    occurredAt: row.occurred_at,
    acceptedAt: row.accepted_at,
    data: row.data === undefined ? noData : plainBytes(row.data),
    context: JSON.parse(row.context) as EventContext,
  };
}

export function routingRow(routing: Routing, usedAt: number): RoutingRow {
  const { deliveredTo, notDeliveredTo, filtered } = routing;
  return {
    id: routing.id,
    tenant_id: routing.tenantId,
    decided_at: routing.decidedAt,
    used_at: usedAt,
    decision: JSON.stringify({ deliveredTo, notDeliveredTo, filtered }),
  };
}

/** What was decided about an event. */
export function routingOf(row: RoutingRow, { taken_by }: Pick<EventRow, 'taken_by'>): Routing {
  // Older rows knew no filters.
  const decision = { filtered: [], ...(JSON.parse(row.decision) as Decision) };
  const routing = { id: row.id, tenantId: row.tenant_id, decidedAt: row.decided_at, ...decision };
  return routingOfOne(routing, taken_by === null ? [] : (JSON.parse(taken_by) as WebhookId[]));
}

type Decision = Pick<Routing, 'deliveredTo' | 'notDeliveredTo'> & Partial<Pick<Routing, 'filtered'>>;
