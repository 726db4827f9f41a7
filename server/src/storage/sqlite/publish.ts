// Stores an entry of events with their deliveries and keys. Runs inside the writer's transaction.

import { hourMs } from '../../domain/clock.ts';
import { decidePublish, type PublishedAs, type UsedKey } from '../decide-publish.ts';
import type { Accepted, PublishResult } from '../port/publish-store.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { KeyRow, PublishedEventRows, PublishRows } from '../rows/publish-rows.ts';
import type { EventRow, RoutingRow } from '../schema.ts';
import { placeInLine } from './in-order.ts';
import type { Session } from './session.ts';

export function publish(session: Session, entry: PublishRows): PublishResult | null {
  const decision = decidePublish(entry, {
    key: (key, now) => usedKey(session, key, now),
    event: (event) => findPublished(session, event),
  });
  if (decision.kind === 'declined') return decision.result;
  for (const published of decision.fresh) store(session, published);
  if (entry.key !== null) keepKey(session, entry.key, decision.accepted);
  return decision.result;
}

function store(session: Session, { event, deliveries, routing }: PublishedEventRows): void {
  useRouting(session, event, routing);
  insertEvent(session, event);
  for (const delivery of deliveries) insertDelivery(session, delivery);
}

function findPublished({ statement }: Session, event: EventRow): PublishedAs | undefined {
  const row = statement(
    `SELECT id, body_hash, deliveries FROM events
     WHERE tenant_id = ? AND publisher_source = ? AND publisher_id = ?`,
  ).get(event.tenant_id, event.publisher_source, event.publisher_id) as
    | Pick<EventRow, 'id' | 'body_hash' | 'deliveries'>
    | undefined;
  if (row === undefined) return undefined;
  return { bodyHash: row.body_hash!, accepted: { eventId: row.id, deliveries: row.deliveries } };
}

function insertEvent({ statement }: Session, row: EventRow): void {
  statement(
    `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, taken_by, deliveries,
       publisher_source, publisher_id, body_hash, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.id,
    row.tenant_id,
    row.type,
    row.occurred_at,
    row.accepted_at,
    row.context,
    row.routing_id,
    row.taken_by,
    row.deliveries,
    row.publisher_source,
    row.publisher_id,
    row.body_hash,
    row.data,
  );
}

function insertDelivery(session: Session, row: FreshDeliveryRow): void {
  const { due_at, position } = placeInLine(session, row);
  session
    .statement(
      `INSERT INTO deliveries (id, tenant_id, webhook_id, event_id, event_type, purpose, attempts, state, due_at,
       created_at, redelivery_of, ordering_key, position)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'scheduled', ?, ?, ?, ?, ?)`,
    )
    .run(
      row.id,
      row.tenant_id,
      row.webhook_id,
      row.event_id,
      row.event_type,
      row.purpose,
      row.attempts,
      due_at,
      row.created_at,
      row.redelivery_of,
      row.ordering_key,
      position,
    );
}

/** How far `used_at` may lag behind: the purge leaves routings alone for as long. */
export const routingLagMs = hourMs;

function useRouting(
  { statement, routingsUsedAt }: Session,
  event: EventRow,
  routing: RoutingRow | null,
): void {
  const usedAt = routingsUsedAt.get(event.routing_id);
  if (usedAt !== undefined && event.accepted_at < usedAt + routingLagMs) return;
  if (routing === null) {
    statement('UPDATE routings SET used_at = max(used_at, ?) WHERE id = ?').run(
      event.accepted_at,
      event.routing_id,
    );
  } else {
    statement(
      `INSERT INTO routings (id, tenant_id, decided_at, used_at, decision) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET used_at = max(used_at, excluded.used_at)`,
    ).run(routing.id, routing.tenant_id, routing.decided_at, routing.used_at, routing.decision);
  }
  routingsUsedAt.set(event.routing_id, event.accepted_at);
}

function usedKey({ statement }: Session, key: KeyRow, now: number): UsedKey | undefined {
  return statement(
    `SELECT body_hash, kind, answer FROM idempotency_keys
     WHERE tenant_id = ? AND route = ? AND key = ? AND expires_at > ?`,
  ).get(key.tenant_id, key.route, key.key, now) as UsedKey | undefined;
}

function keepKey({ statement }: Session, key: KeyRow, accepted: readonly Accepted[]): void {
  statement(
    `INSERT OR REPLACE INTO idempotency_keys (tenant_id, route, key, body_hash, expires_at, kind, answer)
     VALUES (?, ?, ?, ?, ?, 'accepted', ?)`,
  ).run(key.tenant_id, key.route, key.key, key.body_hash, key.expires_at, JSON.stringify(accepted));
}
