// Deliveries as people see and change them: lists, details, redelivery, cancellation.

import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DeliveryStateKind } from '../../domain/delivery.ts';
import { behindOthers } from '../../domain/ordering.ts';
import type { OutcomeKind } from '../../domain/outcome.ts';
import type { Added } from '../port/delivery-store.ts';
import type { DeliveryFilter } from '../port/history-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { AttemptRow, DeliveryRow, LastExchangeRow, Schema } from '../schema.ts';
import { always, changing } from './change.ts';
import { fromThere, pageOf, positionOf } from './keyset.ts';
import { waiting, waitingEvents } from './waiting.ts';

/**
 * All or none: nothing where the event or the webhook of one is gone. Who calls it sees to it that neither is removed
 * meanwhile.
 */
export function addDeliveries(
  db: Kysely<Schema>,
  rows: readonly FreshDeliveryRow[],
  change: ChangeRows,
): Promise<Added> {
  return changing<Added>(
    db,
    change,
    async () => {
      if ((await withEvents(db, rows)).length < rows.length) return 'event_gone';
      if ((await withWebhooks(db, rows)).length < rows.length) return 'webhook_gone';
      await insertDeliveries(db, rows);
      return 'added';
    },
    (added) => added === 'added',
  );
}

const rowsPerStatement = 100;

export async function insertDeliveries(db: Kysely<Schema>, rows: readonly FreshDeliveryRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    await db
      .insertInto('deliveries')
      .values(
        rows
          .slice(from, from + rowsPerStatement)
          .map((row) => ({ ...row, state: 'scheduled', redelivered: 0 })),
      )
      .execute();
    await markRedelivered(db, rows.slice(from, from + rowsPerStatement));
  }
}

/** What was given up of an event to a webhook is no issue any more once a person had it delivered again. */
async function markRedelivered(db: Kysely<Schema>, rows: readonly FreshDeliveryRow[]): Promise<void> {
  const again = rows.filter((row) => row.redelivery_of !== null);
  if (again.length === 0) return;
  const pairs = again.map((row) => sql`(${row.event_id}, ${row.webhook_id})`);
  await db
    .updateTable('deliveries')
    .set({ redelivered: 1 })
    .where(
      'event_id',
      'in',
      again.map((row) => row.event_id),
    )
    .where(sql<boolean>`(event_id, webhook_id) IN (VALUES ${sql.join(pairs)})`)
    .where('state', '=', 'exhausted')
    .execute();
}

/**
 * Inserts those whose event and webhook are still there; answers which those are. Who calls it sees to it that none is
 * removed meanwhile.
 */
export async function insertOwed(
  db: Kysely<Schema>,
  rows: readonly FreshDeliveryRow[],
): Promise<readonly FreshDeliveryRow[]> {
  const owed = await withWebhooks(db, await withEvents(db, rows));
  await insertDeliveries(db, owed);
  return owed;
}

function withEvents(db: Kysely<Schema>, rows: readonly FreshDeliveryRow[]) {
  return withKept(db, 'events', rows, ({ event_id }) => event_id);
}

function withWebhooks(db: Kysely<Schema>, rows: readonly FreshDeliveryRow[]) {
  return withKept(db, 'webhooks', rows, ({ webhook_id }) => webhook_id);
}

/** Those of which the one that they name is still in the table. */
async function withKept(
  db: Kysely<Schema>,
  table: 'events' | 'webhooks',
  rows: readonly FreshDeliveryRow[],
  named: (row: FreshDeliveryRow) => string,
): Promise<readonly FreshDeliveryRow[]> {
  if (rows.length === 0) return [];
  const kept = await db
    .selectFrom(table)
    .select('id')
    .where('id', 'in', [...new Set(rows.map(named))])
    .execute();
  const there = new Set(kept.map(({ id }) => id));
  return rows.filter((row) => there.has(named(row)));
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

/** Cancels those that wait in the lanes; answers which those were. */
export function cancelScheduled(
  db: Kysely<Schema>,
  tenantId: string,
  ids: readonly string[],
  now: number,
  change: ChangeRows,
): Promise<Pick<DeliveryRow, 'id' | 'webhook_id'>[]> {
  return changing(
    db,
    change,
    async () => {
      if (ids.length === 0) return [];
      return db
        .updateTable('deliveries')
        .set({ state: 'cancelled', due_at: null, settled_at: now, reason: 'person' })
        .where('id', 'in', ids)
        .where('tenant_id', '=', tenantId)
        .where(waitingEvents)
        .returning(['id', 'webhook_id'])
        .execute();
    },
    always,
  );
}

/** Makes those due that wait for a later time and for no other delivery, and adds others whose events and webhooks are still there; answers which each were. */
export function retryNow(
  db: Kysely<Schema>,
  tenantId: string,
  ids: readonly string[],
  again: readonly FreshDeliveryRow[],
  now: number,
  change: ChangeRows,
): Promise<{ hastened: Pick<DeliveryRow, 'id' | 'webhook_id'>[]; added: string[] }> {
  return changing(
    db,
    change,
    async () => {
      const hastened =
        ids.length === 0
          ? []
          : await db
              .updateTable('deliveries')
              .set({ due_at: now })
              .where('id', 'in', ids)
              .where('tenant_id', '=', tenantId)
              .where(waitingEvents)
              .where('due_at', '>', now)
              .where('due_at', '<', behindOthers)
              .returning(['id', 'webhook_id'])
              .execute();
      const added = await insertOwed(db, again);
      return { hastened, added: added.map(({ id }) => id) };
    },
    always,
  );
}

const newestFirst = { at: 'created_at', id: 'id', newestFirst: true } as const;
/** So many deliveries are looked at for one page, where no index has exactly what is asked for: within 50 ms of ten million. */
const looksMax = 4_000;

export async function listDeliveries(
  db: Kysely<Schema>,
  tenantId: string,
  filter: DeliveryFilter,
  request: PageRequest,
  looks = looksMax,
): Promise<Page<DeliveryRow>> {
  const [indexed, others] = splitFilter(filter);
  let query = db.selectFrom('deliveries').selectAll().where('tenant_id', '=', tenantId);
  for (const condition of indexed) query = query.where(condition);
  if (others.length === 0) return pageOf(query, newestFirst, request);

  const looked = fromThere(query, newestFirst, request);
  let matching = db.selectFrom(looked.limit(looks).as('looked')).selectAll();
  for (const condition of others) matching = matching.where(condition);
  const page = await pageOf(matching, newestFirst, request);
  const isWhole = request.before === null ? page.next !== null : page.previous !== null;
  if (isWhole) return page;
  // Beyond the last that was looked at there may be more.
  const last = await looked
    .offset(looks - 1)
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return page;
  return { ...page, [request.before === null ? 'next' : 'previous']: positionOf(last, newestFirst) };
}

type Condition = RawBuilder<boolean>;

/**
 * What an index finds in the order of the list, and the conditions left over. Exceptions come before the webhook and the
 * type, since they are few as a rule.
 */
function splitFilter(filter: DeliveryFilter): [indexed: readonly Condition[], others: readonly Condition[]] {
  const { ids, webhookId, eventId, eventType, state, outcome } = filter;
  const { statusClass, error, dueAfter, from, to } = filter;
  const window = [
    ...(from === undefined ? [] : [sql<boolean>`created_at >= ${from}`]),
    ...(to === undefined ? [] : [sql<boolean>`created_at < ${to}`]),
  ];
  const few = [
    ...(ids === undefined ? [] : [sql<boolean>`id IN (${sql.join(ids)})`]),
    ...(eventId === undefined ? [] : [sql<boolean>`event_id = ${eventId}`]),
  ];
  const ofWebhook = webhookId === undefined ? [] : [sql<boolean>`webhook_id = ${webhookId}`];
  const isGivenUp = state !== undefined && state !== 'delivered' && state !== 'scheduled';
  // What one index has, each.
  const [indexed = [], ...several] = [
    ...(error === undefined ? [] : [[sql<boolean>`last_error = ${error}`]]),
    ...(outcome === undefined || outcome === 'success' ? [] : [[endedAs(outcome), ...ofWebhook]]),
    ...(statusClass === undefined || statusClass === 2 ? [] : [[endedAs('failure'), ...ofWebhook]]),
    ...(isGivenUp ? [[inState(state), ...ofWebhook]] : []),
    ...(state === 'scheduled' ? [[inState(state)]] : []),
    ...(webhookId === undefined ? [] : [ofWebhook]),
    ...(eventType === undefined ? [] : [[sql<boolean>`event_type = ${eventType}`]]),
  ];
  const left = new Set(several.flat().filter((condition) => !indexed.includes(condition)));
  const inNoIndex = [
    ...(state === 'delivered' ? [inState(state)] : []),
    ...(outcome === 'success' ? [endedAs(outcome)] : []),
    ...(statusClass === undefined ? [] : [inClass(statusClass)]),
    ...(dueAfter === undefined ? [] : [sql<boolean>`due_at > ${dueAfter} AND due_at < ${behindOthers}`]),
  ];
  // An event and an id have few deliveries, which are all looked at.
  if (few.length > 0) return [[...few, ...window, ...indexed, ...left, ...inNoIndex], []];
  return [
    [...indexed, ...window],
    [...left, ...inNoIndex],
  ];
}

/** Only a 2xx is a success, so the class tells the outcome, and the outcome has an index. */
function inClass(statusClass: number): Condition {
  return sql<boolean>`last_status >= ${statusClass * 100} AND last_status < ${(statusClass + 1) * 100}`;
}

// A partial index is chosen only where its own condition stands in the query, word for word.

function inState(state: DeliveryStateKind) {
  if (state === 'scheduled') return waiting;
  if (state === 'delivered') return sql<boolean>`state = 'delivered'`;
  return sql<boolean>`(state = 'exhausted' OR state = 'cancelled' OR state = 'skipped') AND state = ${state}`;
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

/** The condition is that of the index of lines. */
export async function firstInLine(
  db: Kysely<Schema>,
  tenantId: string,
  webhookId: string,
  orderingKey: string,
): Promise<string | undefined> {
  const first = await db
    .selectFrom('deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where('ordering_key', '=', orderingKey)
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`state = 'scheduled' AND ordering_key IS NOT NULL`)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  return first?.id;
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

export function lastExchanges(db: Kysely<Schema>, webhookId: string): Promise<LastExchangeRow[]> {
  return db
    .selectFrom('last_exchanges')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('attempt_number')
    .execute();
}
