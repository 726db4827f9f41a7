// The catalogue of a tenant's own event types.

import type { Kysely } from 'kysely';
import type { Created } from '../port/access-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { EventTypeFilter } from '../port/webhook-store.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { EventTypeRow, Schema } from '../schema.ts';
import { changing, deletingOne } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';

export function createEventType(db: Kysely<Schema>, row: EventTypeRow, change: ChangeRows): Promise<Created> {
  return changing(
    db,
    change,
    async () => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('event_types')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n ? 'created' : 'taken';
    },
    (result) => result === 'created',
  );
}

export function updateEventType(db: Kysely<Schema>, row: EventTypeRow, change: ChangeRows): Promise<boolean> {
  const { id: _id, tenant_id, name, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const { numUpdatedRows } = await db
        .updateTable('event_types')
        .set(rest)
        .where('tenant_id', '=', tenant_id)
        .where('name', '=', name)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    (updated) => updated,
  );
}

export function deleteEventType(
  db: Kysely<Schema>,
  tenantId: string,
  name: string,
  change: ChangeRows,
): Promise<boolean> {
  return deletingOne(
    db,
    change,
    db.deleteFrom('event_types').where('tenant_id', '=', tenantId).where('name', '=', name),
  );
}

export function getEventType(
  db: Kysely<Schema>,
  tenantId: string,
  name: string,
): Promise<EventTypeRow | undefined> {
  return db
    .selectFrom('event_types')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** By name. */
export function listEventTypes(
  db: Kysely<Schema>,
  tenantId: string,
  filter: EventTypeFilter,
  request: PageRequest,
): Promise<Page<EventTypeRow>> {
  let query = db.selectFrom('event_types').selectAll().where('tenant_id', '=', tenantId);
  if (filter.state === 'active') query = query.where('archived_at', 'is', null);
  if (filter.state === 'archived') query = query.where('archived_at', 'is not', null);
  return pageOf(createdIn(query, filter), { at: null, id: 'name', newestFirst: false }, request);
}
