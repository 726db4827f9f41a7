// A tenant's own roles; the built-in ones are no rows.

import type { Kysely } from 'kysely';
import type { Created } from '../port/access-store.ts';
import type { CreatedBetween, Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { RoleRow, Schema } from '../schema.ts';
import { changing } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';

export function createRole(db: Kysely<Schema>, row: RoleRow, change: ChangeRows): Promise<Created> {
  return changing(
    db,
    change,
    async () => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('roles')
        .values(row)
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n ? 'created' : 'taken';
    },
    isCreated,
  );
}

export function updateRole(
  db: Kysely<Schema>,
  row: RoleRow,
  change: ChangeRows,
): Promise<Created | 'missing'> {
  const { id, tenant_id, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const holder = await db
        .selectFrom('roles')
        .select('id')
        .where('tenant_id', '=', tenant_id)
        .where('name', '=', row.name)
        .executeTakeFirst();
      if (holder !== undefined && holder.id !== id) return 'taken';
      const { numUpdatedRows } = await db
        .updateTable('roles')
        .set(rest)
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? 'created' : 'missing';
    },
    isCreated,
  );
}

export function deleteRole(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<'deleted' | 'missing' | 'in_use'> {
  return changing(
    db,
    change,
    async () => {
      if ((await getRole(db, tenantId, id)) === undefined) return 'missing';
      const holder = await db
        .selectFrom('principals')
        .select('id')
        .where('role_id', '=', id)
        .limit(1)
        .executeTakeFirst();
      if (holder !== undefined) return 'in_use';
      await db.deleteFrom('roles').where('id', '=', id).execute();
      return 'deleted';
    },
    (result) => result === 'deleted',
  );
}

export function getRole(db: Kysely<Schema>, tenantId: string, id: string): Promise<RoleRow | undefined> {
  return db
    .selectFrom('roles')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function listRoles(
  db: Kysely<Schema>,
  tenantId: string,
  filter: CreatedBetween,
  request: PageRequest,
): Promise<Page<RoleRow>> {
  const query = db.selectFrom('roles').selectAll().where('tenant_id', '=', tenantId);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

function isCreated(result: Created | 'missing'): boolean {
  return result === 'created';
}
