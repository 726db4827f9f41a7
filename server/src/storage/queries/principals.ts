// Users and clients: the statements of the control plane and of signing in.

import type { Kysely } from 'kysely';
import type { Created, PrincipalFilter } from '../port/access-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { Schema, PrincipalRow } from '../schema.ts';
import { changing, deletingOne } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';

export function createPrincipal(db: Kysely<Schema>, row: PrincipalRow, change: ChangeRows): Promise<Created> {
  return changing(db, change, () => insertPrincipal(db, row), isCreated);
}

export async function insertPrincipal(db: Kysely<Schema>, row: PrincipalRow): Promise<Created> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('principals')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'taken';
}

export function updatePrincipal(
  db: Kysely<Schema>,
  row: PrincipalRow,
  change: ChangeRows,
): Promise<Created | 'missing'> {
  const { id, tenant_id, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const holder = row.username_key === null ? undefined : await getUserByKey(db, row.username_key);
      if (holder !== undefined && holder.id !== id) return 'taken';
      const { numUpdatedRows } = await db
        .updateTable('principals')
        .set(rest)
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? 'created' : 'missing';
    },
    isCreated,
  );
}

export function deletePrincipal(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<boolean> {
  return deletingOne(
    db,
    change,
    db.deleteFrom('principals').where('id', '=', id).where('tenant_id', '=', tenantId),
  );
}

export function getPrincipal(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
): Promise<PrincipalRow | undefined> {
  return db
    .selectFrom('principals')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getUserByKey(db: Kysely<Schema>, usernameKey: string): Promise<PrincipalRow | undefined> {
  return db.selectFrom('principals').selectAll().where('username_key', '=', usernameKey).executeTakeFirst();
}

export function getClientByClientId(db: Kysely<Schema>, clientId: string): Promise<PrincipalRow | undefined> {
  return db.selectFrom('principals').selectAll().where('client_id', '=', clientId).executeTakeFirst();
}

export function listPrincipals(
  db: Kysely<Schema>,
  tenantId: string,
  filter: PrincipalFilter,
  request: PageRequest,
): Promise<Page<PrincipalRow>> {
  let query = db.selectFrom('principals').selectAll().where('tenant_id', '=', tenantId);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.state === 'active') query = query.where('disabled_at', 'is', null);
  if (filter.state === 'disabled') query = query.where('disabled_at', 'is not', null);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

function isCreated(result: Created | 'missing'): boolean {
  return result === 'created';
}
