// API keys, found by their hash.

import type { Kysely } from 'kysely';
import type { ApiKeyFilter } from '../port/access-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { ApiKeyRow, Schema } from '../schema.ts';
import { always, changing, deletingOne } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';

export function createApiKey(db: Kysely<Schema>, row: ApiKeyRow, change: ChangeRows): Promise<void> {
  return changing(db, change, () => insertApiKey(db, row), always);
}

export async function insertApiKey(db: Kysely<Schema>, row: ApiKeyRow): Promise<void> {
  await db.insertInto('api_keys').values(row).execute();
}

export function updateApiKey(db: Kysely<Schema>, row: ApiKeyRow, change: ChangeRows): Promise<boolean> {
  const { id, tenant_id, created_at: _created, created_by: _creator, ...rest } = row;
  return changing(
    db,
    change,
    async () => {
      const { numUpdatedRows } = await db
        .updateTable('api_keys')
        .set(rest)
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    (updated) => updated,
  );
}

export function deleteApiKey(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<boolean> {
  return deletingOne(
    db,
    change,
    db.deleteFrom('api_keys').where('id', '=', id).where('tenant_id', '=', tenantId),
  );
}

export function getApiKey(db: Kysely<Schema>, tenantId: string, id: string): Promise<ApiKeyRow | undefined> {
  return db
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getApiKeyByHash(db: Kysely<Schema>, hash: string): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
}

export function listApiKeys(
  db: Kysely<Schema>,
  tenantId: string,
  filter: ApiKeyFilter,
  now: number,
  request: PageRequest,
): Promise<Page<ApiKeyRow>> {
  let query = db.selectFrom('api_keys').selectAll().where('tenant_id', '=', tenantId);
  if (filter.state === 'active') {
    query = query.where((key) => key.or([key('expires_at', 'is', null), key('expires_at', '>', now)]));
  }
  if (filter.state === 'expired') query = query.where('expires_at', '<=', now);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}
