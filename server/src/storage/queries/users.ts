// Users: the statements of the control plane and of signing in.

import type { Kysely } from 'kysely';
import type { Created, UserFilter } from '../port/access-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { Schema, UserRow } from '../schema.ts';
import { changing } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';

export function createUser(db: Kysely<Schema>, row: UserRow, change: ChangeRows): Promise<Created> {
  return changing(db, change, () => insertUser(db, row), isCreated);
}

export async function insertUser(db: Kysely<Schema>, row: UserRow): Promise<Created> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('username_key').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'taken';
}

export function updateUser(
  db: Kysely<Schema>,
  row: UserRow,
  change: ChangeRows,
): Promise<Created | 'missing'> {
  const { id, tenant_id, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const holder = await getUserByKey(db, row.username_key);
      if (holder !== undefined && holder.id !== id) return 'taken';
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set(rest)
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? 'created' : 'missing';
    },
    isCreated,
  );
}

export function deleteUser(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<boolean> {
  return changing(
    db,
    change,
    async () => {
      const { numDeletedRows } = await db
        .deleteFrom('users')
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    (deleted) => deleted,
  );
}

export function getUser(db: Kysely<Schema>, tenantId: string, id: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getUserByKey(db: Kysely<Schema>, usernameKey: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('username_key', '=', usernameKey).executeTakeFirst();
}

export function listUsers(
  db: Kysely<Schema>,
  tenantId: string,
  filter: UserFilter,
  request: PageRequest,
): Promise<Page<UserRow>> {
  let query = db.selectFrom('users').selectAll().where('tenant_id', '=', tenantId);
  if (filter.state === 'active') query = query.where('disabled_at', 'is', null);
  if (filter.state === 'disabled') query = query.where('disabled_at', 'is not', null);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

function isCreated(result: Created | 'missing'): boolean {
  return result === 'created';
}
