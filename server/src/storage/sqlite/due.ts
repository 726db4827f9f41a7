// What waits and what is due: the engine's questions, each answered from the queue's index alone.

import type { BegunAttempt } from '../../domain/in-flight-marks.ts';
import type { LoadLimit, PassedOver } from '../port/delivery-store.ts';
import type { DueRows, QueuedRows, WaitingWebhook } from '../executor.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveredEventRow, HealthRow } from '../schema.ts';
import type { Session } from './session.ts';

export function loadDue(
  session: Session,
  webhookId: string,
  now: number,
  limit: LoadLimit,
  { dueBefore, held }: PassedOver,
): DueRows {
  const known = new Set(held);
  const first = firstWaiting(session, webhookId, dueBefore, limit.count + held.length + 1).filter(
    ({ id }) => !known.has(id),
  );
  const due: QueuedRows[] = [];
  let bytes = 0;
  for (const { id, due_at } of first.slice(0, limit.count)) {
    if (due_at > now) break;
    const row = queued(session, id);
    bytes += row.event.data.byteLength;
    if (due.length > 0 && bytes > limit.bytes) break;
    due.push(row);
  }
  return { due, nextDueAt: first[due.length]?.due_at ?? null };
}

/** From the index, in its order: neither a table row nor a payload is read. */
export const firstWaitingSql = `SELECT id, due_at FROM deliveries INDEXED BY deliveries_due
  WHERE webhook_id = ? AND state = 'scheduled' AND purpose = 'event' AND due_at >= ? ORDER BY due_at, id LIMIT ?`;

function firstWaiting(
  { statement }: Session,
  webhookId: string,
  dueBefore: number,
  limit: number,
): { id: string; due_at: number }[] {
  return statement(firstWaitingSql).all(webhookId, dueBefore, limit) as { id: string; due_at: number }[];
}

function queued({ statement }: Session, deliveryId: string): QueuedRows {
  const delivery = statement(
    `SELECT id, tenant_id, webhook_id, event_id, event_type, purpose, attempts, due_at, created_at, redelivery_of,
       ordering_key
     FROM deliveries WHERE id = ?`,
  ).get(deliveryId) as FreshDeliveryRow;
  return { delivery, event: loadEvent({ statement }, delivery.event_id)! };
}

export function loadEvent(
  { statement }: Pick<Session, 'statement'>,
  id: string,
): DeliveredEventRow | undefined {
  return statement(
    `SELECT id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries, publisher_source,
       publisher_id, body_hash, data FROM events WHERE id = ?`,
  ).get(id) as DeliveredEventRow | undefined;
}

/** Hops from webhook to webhook along the queue's index: costs by the number of webhooks, not of deliveries. */
export const waitingWebhooksSql = `WITH RECURSIVE waiting (id) AS (
    SELECT min(webhook_id) FROM deliveries WHERE state = 'scheduled' AND purpose = 'event'
    UNION ALL
    SELECT (SELECT min(webhook_id) FROM deliveries
      WHERE state = 'scheduled' AND purpose = 'event' AND webhook_id > waiting.id)
    FROM waiting WHERE waiting.id IS NOT NULL
  )
  SELECT id AS webhookId,
    (SELECT min(due_at) FROM deliveries
      WHERE state = 'scheduled' AND purpose = 'event' AND webhook_id = waiting.id) AS nextDueAt
  FROM waiting WHERE id IS NOT NULL`;

export function waitingWebhooks({ statement }: Session): WaitingWebhook[] {
  return statement(waitingWebhooksSql).all() as WaitingWebhook[];
}

/** Few, so they are not paged. */
export const expressSql = `SELECT id, due_at FROM deliveries INDEXED BY deliveries_express
  WHERE state = 'scheduled' AND purpose <> 'event'`;

export function waitingExpress(session: Session): QueuedRows[] {
  const rows = session.statement(expressSql).all() as { id: string }[];
  return rows.map(({ id }) => queued(session, id));
}

export const backlogSql = "SELECT count(*) AS pending FROM deliveries WHERE state = 'scheduled'";

export function backlog(session: Session): { pending: number; oldestDueAt: number | null } {
  const { pending } = session.statement(backlogSql).get() as { pending: number };
  const express = session.statement(expressSql).all() as { due_at: number }[];
  const due = [
    ...waitingWebhooks(session).map(({ nextDueAt }) => nextDueAt),
    ...express.map((row) => row.due_at),
  ];
  return { pending, oldestDueAt: due.length === 0 ? null : due.reduce((a, b) => Math.min(a, b)) };
}

export function unrecordedAttempts({ statement }: Session, begun: readonly BegunAttempt[]): BegunAttempt[] {
  const waitsForIt = statement(
    "SELECT 1 FROM deliveries WHERE id = ? AND state = 'scheduled' AND attempts = ?",
  );
  return begun.filter(({ deliveryId, number }) => waitsForIt.get(deliveryId, number - 1) !== undefined);
}

export function loadHealth({ statement }: Session): HealthRow[] {
  return statement('SELECT webhook_id, health FROM webhook_health').all() as HealthRow[];
}
