// Webhook policies: the control plane's statements, shared by both databases.

import type { Kysely } from 'kysely';
import type { Page, PageRequest } from '../port/page.ts';
import type { PolicyFilter } from '../port/policy-store.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { PolicyRow, Schema } from '../schema.ts';
import { always, changing } from './change.ts';
import { createdIn, pageOf } from './keyset.ts';
import { nextInSequence } from './sequences.ts';

export function createPolicy(
  db: Kysely<Schema>,
  row: Omit<PolicyRow, 'wire_number'>,
  change: ChangeRows,
): Promise<PolicyRow> {
  return changing(
    db,
    change,
    async () => {
      const created = { ...row, wire_number: await nextInSequence(db, 'webhook policy') };
      await db.insertInto('webhook_policies').values(created).execute();
      return created;
    },
    always,
  );
}

export function updatePolicy(
  db: Kysely<Schema>,
  row: Omit<PolicyRow, 'wire_number'>,
  expectedVersion: number,
  change: ChangeRows,
): Promise<PolicyRow | undefined> {
  const { id, tenant_id, name: _name, created_at: _created, ...rest } = row;
  return changing(
    db,
    change,
    () =>
      db
        .updateTable('webhook_policies')
        .set({ ...rest, version: expectedVersion + 1 })
        .where('id', '=', id)
        .where('tenant_id', '=', tenant_id)
        .where('version', '=', expectedVersion)
        .returningAll()
        .executeTakeFirst(),
    (updated) => updated !== undefined,
  );
}

export function deletePolicy(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<'deleted' | 'missing' | 'in_use'> {
  return changing(
    db,
    change,
    async () => {
      if ((await getPolicy(db, tenantId, id)) === undefined) return 'missing';
      const user = await db
        .selectFrom('webhooks')
        .select('id')
        .where('policy_id', '=', id)
        .limit(1)
        .executeTakeFirst();
      if (user !== undefined) return 'in_use';
      await db.deleteFrom('webhook_policies').where('id', '=', id).execute();
      return 'deleted';
    },
    (result) => result === 'deleted',
  );
}

export function getPolicy(db: Kysely<Schema>, tenantId: string, id: string): Promise<PolicyRow | undefined> {
  return db
    .selectFrom('webhook_policies')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getPolicyByNumber(
  db: Kysely<Schema>,
  tenantId: string,
  wireNumber: number,
): Promise<PolicyRow | undefined> {
  return db
    .selectFrom('webhook_policies')
    .selectAll()
    .where('wire_number', '=', wireNumber)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export function getPolicyByName(db: Kysely<Schema>, name: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('webhook_policies').selectAll().where('name', '=', name).executeTakeFirst();
}

export function listPolicies(
  db: Kysely<Schema>,
  tenantId: string,
  filter: PolicyFilter,
  request: PageRequest,
): Promise<Page<PolicyRow>> {
  let query = db.selectFrom('webhook_policies').selectAll().where('tenant_id', '=', tenantId);
  if (filter.state === 'active') query = query.where('disabled_at', 'is', null);
  if (filter.state === 'disabled') query = query.where('disabled_at', 'is not', null);
  return pageOf(createdIn(query, filter), { at: 'created_at', id: 'id', newestFirst: false }, request);
}

/** The next batch of all policies, by id after `afterId`. */
export function policiesAfter(db: Kysely<Schema>, afterId: string, limit: number): Promise<PolicyRow[]> {
  return db
    .selectFrom('webhook_policies')
    .selectAll()
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}
