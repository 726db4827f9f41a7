// Users and clients: the statements of the control plane and of signing in.

import type { Kysely } from 'kysely';
import { administratorRoleId } from '../../domain/access.ts';
import type { Created, PrincipalFilter } from '../port/access-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { Schema, PrincipalRow } from '../schema.ts';
import { changing } from './change.ts';
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
): Promise<Created | 'missing' | 'last_administrator'> {
  const { id, tenant_id, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const holder = row.username_key === null ? undefined : await getUserByKey(db, row.username_key);
      if (holder !== undefined && holder.id !== id) return 'taken';
      if (!isAdministrator(row) && (await isLastAdministrator(db, tenant_id, id)))
        return 'last_administrator';
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
): Promise<'deleted' | 'missing' | 'last_administrator'> {
  return changing(
    db,
    change,
    async () => {
      if (await isLastAdministrator(db, tenantId, id)) return 'last_administrator';
      const { numDeletedRows } = await db
        .deleteFrom('principals')
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst();
      return numDeletedRows === 1n ? 'deleted' : 'missing';
    },
    (result) => result === 'deleted',
  );
}

function isAdministrator({ kind, role_id, disabled_at }: PrincipalRow): boolean {
  return kind === 'user' && role_id === administratorRoleId && disabled_at === null;
}

/** Whether the tenant has no other. Exact, since changes take turns over all nodes. */
async function isLastAdministrator(db: Kysely<Schema>, tenantId: string, id: string): Promise<boolean> {
  const administrators = await db
    .selectFrom('principals')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'user')
    .where('role_id', '=', administratorRoleId)
    .where('disabled_at', 'is', null)
    .limit(2)
    .execute();
  return administrators.length === 1 && administrators[0]!.id === id;
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

function isCreated(result: Created | 'missing' | 'last_administrator'): boolean {
  return result === 'created';
}
