// What waits and what is due: the engine's questions, each answered from the queue's index alone.

import type { BegunAttempt } from '../../domain/in-flight-marks.ts';
import type { LoadLimit, PassedOver } from '../port/delivery-store.ts';
import type { DueRows, QueuedRows, WaitingWebhook } from '../executor.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveredEventRow, HealthRow } from '../schema.ts';
import { batch } from './arrays.ts';
import type { Session } from './session.ts';

const queuedColumns = `w.id, w.tenant_id, w.webhook_id, w.event_id, w.event_type, w.purpose, w.attempts, w.due_at,
  w.created_at, w.redelivery_of, w.ordering_key`;
const ownColumns = `e.type, e.occurred_at, e.accepted_at, e.context, e.routing_id, e.deliveries, e.publisher_source,
  e.publisher_id, e.body_hash`;
const eventColumns = `e.tenant_id AS e_tenant_id, ${ownColumns}`;

type DueRow = FreshDeliveryRow &
  Omit<DeliveredEventRow, 'id' | 'tenant_id' | 'data'> & {
    readonly e_tenant_id: string | null;
    readonly data: Uint8Array | null;
  };

/**
 * The first of the lane from the index, and of those that are due their events, with payloads as long as they are not
 * too much together; one more tells what comes next.
 */
export const dueSql = `WITH first AS (
    SELECT ${queuedColumns} FROM deliveries_waiting w
    WHERE webhook_id = $1 AND purpose = 'event' AND due_at >= $6::bigint AND id <> ALL ($3::text[])
    ORDER BY due_at, id LIMIT $4::bigint + 1
  )
  SELECT w.*, ${eventColumns},
    CASE WHEN sum(octet_length(e.data)) OVER up_to <= $5::bigint OR row_number() OVER up_to = 1 THEN e.data END AS data
  FROM first w LEFT JOIN events e ON e.id = w.event_id AND w.due_at <= $2
  WINDOW up_to AS (ORDER BY w.due_at, w.id ROWS UNBOUNDED PRECEDING)
  ORDER BY w.due_at, w.id`;

export async function loadDue(
  session: Session,
  webhookId: string,
  now: number,
  limit: LoadLimit,
  { dueBefore, held }: PassedOver,
): Promise<DueRows> {
  const bytes = Math.floor(Math.min(Math.max(0, limit.bytes), Number.MAX_SAFE_INTEGER));
  const rows = await session.prepared<DueRow>('due', dueSql, [
    webhookId,
    now,
    held,
    limit.count,
    bytes,
    dueBefore,
  ]);
  const tooMuch = rows.findIndex((row) => row.e_tenant_id !== null && row.data === null);
  const fit = rows.slice(0, tooMuch === -1 ? limit.count : Math.min(limit.count, tooMuch));
  const isDue = fit.filter((row) => row.due_at! <= now);
  const due = isDue.filter((row) => row.e_tenant_id !== null).map(queuedOf);
  return { due, nextDueAt: rows[isDue.length]?.due_at ?? null };
}

function queuedOf(row: DueRow): QueuedRows {
  return { delivery: row, event: { ...row, id: row.event_id, tenant_id: row.e_tenant_id!, data: row.data! } };
}

const eventSql = `SELECT e.id, e.tenant_id, ${ownColumns}, e.data FROM events e WHERE e.id = $1`;

export async function loadEvent(session: Session, id: string): Promise<DeliveredEventRow | undefined> {
  const [row] = await session.prepared<DeliveredEventRow>('event', eventSql, [id]);
  return row;
}

/** Hops from webhook to webhook along the queue's index: costs by the number of webhooks, not of deliveries. */
export const waitingWebhooksSql = `WITH RECURSIVE waiting (id) AS (
    SELECT min(webhook_id) FROM deliveries_waiting WHERE purpose = 'event'
    UNION ALL
    SELECT (SELECT min(webhook_id) FROM deliveries_waiting WHERE purpose = 'event' AND webhook_id > waiting.id)
    FROM waiting WHERE waiting.id IS NOT NULL
  )
  SELECT id AS "webhookId",
    (SELECT min(due_at) FROM deliveries_waiting WHERE purpose = 'event' AND webhook_id = waiting.id) AS "nextDueAt"
  FROM waiting WHERE id IS NOT NULL`;

export function waitingWebhooks(session: Session): Promise<WaitingWebhook[]> {
  return session.prepared<WaitingWebhook>('waiting_webhooks', waitingWebhooksSql, []);
}

/** Few, so they are not paged. */
export const expressSql = `SELECT ${queuedColumns}, ${eventColumns}, e.data FROM deliveries_waiting w JOIN events e ON e.id = w.event_id
  WHERE w.purpose <> 'event'`;

export async function waitingExpress(session: Session): Promise<QueuedRows[]> {
  return (await session.prepared<DueRow>('waiting_express', expressSql, [])).map(queuedOf);
}

export async function backlog(session: Session): Promise<{ pending: number; oldestDueAt: number | null }> {
  const sql = 'SELECT count(*) AS pending, min(due_at) AS "oldestDueAt" FROM deliveries_waiting';
  const [row] = await session.prepared<{ pending: number; oldestDueAt: number | null }>('backlog', sql, []);
  return row!;
}

const begunColumns = batch<BegunAttempt>('begun', {
  id: ['text', (begun) => begun.deliveryId],
  number: ['bigint', (begun) => begun.number],
});
const unrecordedSql = `SELECT begun.id AS "deliveryId", begun.number FROM ${begunColumns.sql}
  JOIN deliveries_waiting w ON w.id = begun.id AND w.attempts = begun.number - 1`;

export async function unrecordedAttempts(
  session: Session,
  begun: readonly BegunAttempt[],
): Promise<BegunAttempt[]> {
  const rows = await session.prepared<BegunAttempt>('unrecorded', unrecordedSql, begunColumns.values(begun));
  const unrecorded = new Set(rows.map(({ deliveryId, number }) => `${deliveryId} ${number}`));
  return begun.filter(({ deliveryId, number }) => unrecorded.has(`${deliveryId} ${number}`));
}

export function loadHealth(session: Session): Promise<HealthRow[]> {
  return session.prepared<HealthRow>('health', 'SELECT webhook_id, health FROM webhook_health', []);
}
