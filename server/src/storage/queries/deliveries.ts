// Deliveries as people see and change them: lists, details, redelivery, cancellation.

import { sql, type Kysely } from 'kysely';
import type { DeliveryStateKind } from '../../domain/delivery.ts';
import type { OutcomeKind } from '../../domain/outcome.ts';
import type { DeliveryFilter } from '../port/history-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { AttemptRow, DeliveryRow, LastExchangeRow, Schema, StatisticsRow } from '../schema.ts';
import { always, changing } from './change.ts';
import { pageOf } from './keyset.ts';
import { waiting } from './waiting.ts';

export function addDeliveries(
  db: Kysely<Schema>,
  rows: readonly FreshDeliveryRow[],
  change: ChangeRows,
): Promise<void> {
  return changing(db, change, () => insertDeliveries(db, rows), always);
}

export async function insertDeliveries(db: Kysely<Schema>, rows: readonly FreshDeliveryRow[]): Promise<void> {
  for (const row of rows) {
    await db
      .insertInto('deliveries')
      .values({ ...row, state: 'scheduled' })
      .execute();
  }
}

export function cancelDelivery(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  now: number,
  change: ChangeRows,
): Promise<boolean> {
  return changing(
    db,
    change,
    async () => {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ state: 'cancelled', due_at: null, settled_at: now, reason: 'person' })
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .where('state', '=', 'scheduled')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    (cancelled) => cancelled,
  );
}

export async function listDeliveries(
  db: Kysely<Schema>,
  tenantId: string,
  filter: DeliveryFilter,
  request: PageRequest,
): Promise<Page<DeliveryRow>> {
  let query = db.selectFrom('deliveries').selectAll().where('tenant_id', '=', tenantId);
  if (filter.webhookId !== undefined) query = query.where('webhook_id', '=', filter.webhookId);
  if (filter.eventId !== undefined) query = query.where('event_id', '=', filter.eventId);
  if (filter.eventType !== undefined) query = query.where('event_type', '=', filter.eventType);
  if (filter.state !== undefined) query = query.where(inState(filter.state));
  if (filter.outcome !== undefined) query = query.where(endedAs(filter.outcome));
  if (filter.statusClass !== undefined) {
    // Only a 2xx is a success, so the class tells the outcome and the outcome has an index.
    query = query
      .where(endedAs(filter.statusClass === 2 ? 'success' : 'failure'))
      .where('last_status', '>=', filter.statusClass * 100)
      .where('last_status', '<', (filter.statusClass + 1) * 100);
  }
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('created_at', '<', filter.to);
  return pageOf(query, { at: 'created_at', id: 'id', newestFirst: true }, request);
}

// A partial index is chosen only where its own condition stands in the query, word for word.

function inState(state: DeliveryStateKind) {
  if (state === 'scheduled') return waiting;
  if (state === 'delivered') return sql<boolean>`state = 'delivered'`;
  return sql<boolean>`state IN ('exhausted', 'cancelled', 'skipped') AND state = ${state}`;
}

function endedAs(outcome: OutcomeKind) {
  if (outcome === 'success') return sql<boolean>`last_outcome = 'success'`;
  return sql<boolean>`last_outcome IN ('failure', 'error') AND last_outcome = ${outcome}`;
}

export function getDelivery(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

/** The attempts of a delivery, first to last, with what they share with it. */
export function listAttempts(
  db: Kysely<Schema>,
  tenantId: string,
  deliveryId: string,
): Promise<(AttemptRow & Pick<DeliveryRow, 'tenant_id' | 'webhook_id' | 'event_type'>)[]> {
  return db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .selectAll('attempts')
    .select(['deliveries.tenant_id', 'deliveries.webhook_id', 'deliveries.event_type'])
    .where('attempts.delivery_id', '=', deliveryId)
    .where('deliveries.tenant_id', '=', tenantId)
    .orderBy('attempts.number')
    .orderBy('attempts.n')
    .execute();
}

/** A deleted webhook answers nothing, though its rows are cleared away later. */
export function webhookStatistics(
  db: Kysely<Schema>,
  webhookId: string,
  from: number,
  to: number,
): Promise<StatisticsRow[]> {
  return db
    .selectFrom('statistics')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .where((is) => is.exists(is.selectFrom('webhooks').select('id').where('id', '=', webhookId)))
    .orderBy('minute')
    .orderBy('event_type')
    .execute();
}

export function lastExchanges(db: Kysely<Schema>, webhookId: string): Promise<LastExchangeRow[]> {
  return db
    .selectFrom('last_exchanges')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('attempt_number')
    .execute();
}
