// Tenants. A deleted one stays as a tombstone that hides its history until the chores have removed it.

import type { Kysely } from 'kysely';
import type { Created } from '../port/access-store.ts';
import type { CreatedBetween, Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { ApiKeyRow, PrincipalRow, Schema, TenantRow } from '../schema.ts';
import { insertApiKey } from './api-keys.ts';
import { appendAudit, changing } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';
import { insertPrincipal } from './principals.ts';

export function createTenant(db: Kysely<Schema>, row: TenantRow, change: ChangeRows): Promise<Created> {
  return changing(db, change, () => insertTenant(db, row), isCreated);
}

async function insertTenant(db: Kysely<Schema>, row: TenantRow): Promise<Created> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('tenants')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'taken';
}

export function updateTenant(
  db: Kysely<Schema>,
  row: TenantRow,
  change: ChangeRows,
): Promise<Created | 'missing'> {
  const { id, name, uuid, updated_at } = row;
  return changing(
    db,
    change,
    async () => {
      const holder = await getTenantByName(db, name);
      if (holder !== undefined && holder.id !== id) return 'taken';
      const { numUpdatedRows } = await db
        .updateTable('tenants')
        .set({ name, uuid, updated_at })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? 'created' : 'missing';
    },
    isCreated,
  );
}

/** The ids of what went with a tenant. */
export type GoneWithTenant = { readonly webhooks: readonly string[]; readonly policies: readonly string[] };

/** Its control plane goes at once, its history step by step later. Undefined when there is no such tenant. */
export function deleteTenant(
  db: Kysely<Schema>,
  id: string,
  now: number,
  change: ChangeRows,
): Promise<GoneWithTenant | undefined> {
  return changing(
    db,
    change,
    async () => {
      const { numUpdatedRows } = await db
        .updateTable('tenants')
        .set({ deleted_at: now })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return undefined;
      const webhooks = await idsOf(db, 'webhooks', id);
      const policies = await idsOf(db, 'webhook_policies', id);
      // Webhooks before the policies that they refer to.
      for (const table of [
        'principals',
        'roles',
        'api_keys',
        'portal_links',
        'webhooks',
        'webhook_policies',
        'event_types',
        'replay_parts',
        'replays',
      ] as const) {
        await db.deleteFrom(table).where('tenant_id', '=', id).execute();
      }
      return { webhooks, policies };
    },
    (gone) => gone !== undefined,
  );
}

async function idsOf(
  db: Kysely<Schema>,
  table: 'webhooks' | 'webhook_policies',
  tenantId: string,
): Promise<readonly string[]> {
  const rows = await db.selectFrom(table).select('id').where('tenant_id', '=', tenantId).execute();
  return rows.map(({ id }) => id);
}

export function getTenant(db: Kysely<Schema>, id: string): Promise<TenantRow | undefined> {
  return db
    .selectFrom('tenants')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

export function getTenantByName(db: Kysely<Schema>, name: string): Promise<TenantRow | undefined> {
  return db
    .selectFrom('tenants')
    .selectAll()
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

export function listTenants(
  db: Kysely<Schema>,
  filter: CreatedBetween,
  request: PageRequest,
): Promise<Page<TenantRow>> {
  const query = db.selectFrom('tenants').selectAll().where('deleted_at', 'is', null);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

/** The history of a deleted tenant answers nothing any more, though rows of it may still be there. */
export function unlessDeleted<Rest extends unknown[], Answer, Nothing>(
  query: (db: Kysely<Schema>, tenantId: string, ...rest: Rest) => Promise<Answer>,
  nothing: Nothing,
): (db: Kysely<Schema>, tenantId: string, ...rest: Rest) => Promise<Answer | Nothing> {
  return async (db, tenantId, ...rest) => {
    const tombstone = await db
      .selectFrom('tenants')
      .select('id')
      .where('id', '=', tenantId)
      .where('deleted_at', 'is not', null)
      .executeTakeFirst();
    return tombstone === undefined ? query(db, tenantId, ...rest) : nothing;
  };
}

/** The first tenant with its administrator and key, unless any of the three is there. */
export async function bootstrap(
  db: Kysely<Schema>,
  first: { tenant: TenantRow; user: PrincipalRow; key: ApiKeyRow; change: ChangeRows },
): Promise<boolean> {
  if ((await getTenantByName(db, first.tenant.name)) !== undefined) return false;
  if ((await insertTenant(db, first.tenant)) === 'taken') return false;
  await insertPrincipal(db, first.user);
  await insertApiKey(db, first.key);
  await appendAudit(db, first.change.audit);
  return true;
}

function isCreated(result: Created | 'missing'): boolean {
  return result === 'created';
}
