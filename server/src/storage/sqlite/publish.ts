// Stores an entry of events with their deliveries and keys. Runs inside the writer's transaction, and looks for every
// conflict before it writes anything, so that an entry that is declined leaves its neighbours untouched.

import { hourMs } from '../../domain/clock.ts';
import type { Accepted, PublishResult } from '../port/publish-store.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { KeyRow, PublishedEventRows, PublishRows } from '../rows/publish-rows.ts';
import type { EventRow, RoutingRow } from '../schema.ts';
import type { Session } from './session.ts';

export function publish(session: Session, entry: PublishRows): PublishResult | null {
  if (entry.key !== null) {
    const used = usedKey(session, entry.key, entry.now);
    if (used !== undefined) {
      if (used.kind !== 'accepted' || used.body_hash !== entry.key.body_hash) return { kind: 'key_reused' };
      return { kind: 'repeated', accepted: JSON.parse(used.answer) as Accepted[] };
    }
  }
  const known = publishedBefore(session, entry);
  if (typeof known === 'number') return { kind: 'publisher_id_reused', index: known };

  const accepted = entry.events.map((published, index) => known.get(index) ?? store(session, published));
  if (entry.key !== null) keepKey(session, entry.key, accepted);
  if (known.size === 0) return null;
  return { kind: 'stored', accepted, fresh: accepted.map((_, index) => !known.has(index)) };
}

function store(session: Session, { event, deliveries, routing }: PublishedEventRows): Accepted {
  useRouting(session, event, routing);
  insertEvent(session, event);
  for (const delivery of deliveries) insertDelivery(session, delivery);
  return { eventId: event.id, deliveries: deliveries.length };
}

/**
 * What each event that came before under its publisher's id was accepted as; or the index of the first one whose body
 * is another now. Events of one entry are held against each other too.
 */
function publishedBefore(session: Session, entry: PublishRows): ReadonlyMap<number, Accepted> | number {
  const before = new Map<number, Accepted>();
  const inEntry = new Map<string, { bodyHash: string; accepted: Accepted }>();
  for (const [index, { event, deliveries }] of entry.events.entries()) {
    if (event.publisher_id === null) continue;
    const key = JSON.stringify([event.publisher_source, event.publisher_id]);
    const first = inEntry.get(key) ?? findPublished(session, event);
    if (first === undefined) {
      const accepted = { eventId: event.id, deliveries: deliveries.length };
      inEntry.set(key, { bodyHash: event.body_hash!, accepted });
    } else {
      if (first.bodyHash !== event.body_hash) return index;
      before.set(index, first.accepted);
    }
  }
  return before;
}

function findPublished(
  { statement }: Session,
  event: EventRow,
): { bodyHash: string; accepted: Accepted } | undefined {
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
    `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries,
       publisher_source, publisher_id, body_hash, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.id,
    row.tenant_id,
    row.type,
    row.occurred_at,
    row.accepted_at,
    row.context,
    row.routing_id,
    row.deliveries,
    row.publisher_source,
    row.publisher_id,
    row.body_hash,
    row.data,
  );
}

function insertDelivery({ statement }: Session, row: FreshDeliveryRow): void {
  statement(
    `INSERT INTO deliveries (id, tenant_id, webhook_id, event_id, event_type, purpose, attempts, state, due_at,
       created_at, redelivery_of)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'scheduled', ?, ?, ?)`,
  ).run(
    row.id,
    row.tenant_id,
    row.webhook_id,
    row.event_id,
    row.event_type,
    row.purpose,
    row.attempts,
    row.due_at,
    row.created_at,
    row.redelivery_of,
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

function usedKey(
  { statement }: Session,
  key: KeyRow,
  now: number,
): { body_hash: string; kind: string; answer: string } | undefined {
  return statement(
    `SELECT body_hash, kind, answer FROM idempotency_keys
     WHERE tenant_id = ? AND route = ? AND key = ? AND expires_at > ?`,
  ).get(key.tenant_id, key.route, key.key, now) as
    | { body_hash: string; kind: string; answer: string }
    | undefined;
}

function keepKey({ statement }: Session, key: KeyRow, accepted: readonly Accepted[]): void {
  statement(
    `INSERT OR REPLACE INTO idempotency_keys (tenant_id, route, key, body_hash, expires_at, kind, answer)
     VALUES (?, ?, ?, ?, ?, 'accepted', ?)`,
  ).run(key.tenant_id, key.route, key.key, key.body_hash, key.expires_at, JSON.stringify(accepted));
}
