// What a change of the control plane writes besides itself: its audit entry and its idempotency key, in its transaction.

import { createHash } from 'node:crypto';
import type { DeleteResult, Kysely } from 'kysely';
import { KeyUsed } from '../port/store-errors.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { AuditRow, IdempotencyRow, Schema } from '../schema.ts';

/**
 * Runs `act` as the change, then writes its entry and key if `happened` says that anything changed. Throws `KeyUsed`
 * before anything is written when the key is taken.
 */
export async function changing<Result>(
  db: Kysely<Schema>,
  change: ChangeRows,
  act: () => Promise<Result>,
  happened: (result: Result) => boolean,
): Promise<Result> {
  await refuseUsedKey(db, change);
  const result = await act();
  if (!happened(result)) return result;
  if (change.idempotency !== null) await keepKey(db, change.idempotency);
  await appendAudit(db, change.audit);
  return result;
}

/** Deletes the row that the statement names, with its change; false when there is none. */
export function deletingOne(
  db: Kysely<Schema>,
  change: ChangeRows,
  statement: { executeTakeFirst(): Promise<DeleteResult> },
): Promise<boolean> {
  return changing(
    db,
    change,
    async () => (await statement.executeTakeFirst()).numDeletedRows === 1n,
    (deleted) => deleted,
  );
}

export function always(): boolean {
  return true;
}

async function refuseUsedKey(db: Kysely<Schema>, { idempotency, audit }: ChangeRows): Promise<void> {
  if (idempotency === null) return;
  const used = await db
    .selectFrom('idempotency_keys')
    .select('expires_at')
    .where('tenant_id', '=', idempotency.tenant_id)
    .where('route', '=', idempotency.route)
    .where('key', '=', idempotency.key)
    .where('expires_at', '>', audit.at)
    .executeTakeFirst();
  if (used !== undefined) throw new KeyUsed('the idempotency key was used before');
}

/** The key is free or has expired: then it starts anew. */
async function keepKey(db: Kysely<Schema>, key: IdempotencyRow): Promise<void> {
  await db
    .insertInto('idempotency_keys')
    .values(key)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'route', 'key']).doUpdateSet(key))
    .execute();
}

/**
 * Each entry's hash covers the one before it, and the newest is kept apart too: no entry can be changed or taken out
 * unseen, not even the last.
 */
export async function appendAudit(db: Kysely<Schema>, entry: Omit<AuditRow, 'hash'>): Promise<void> {
  const hash = auditHash(await newestAuditHash(db), entry);
  await db
    .insertInto('audit')
    .values({ ...entry, hash })
    .execute();
  await db
    .insertInto('meta')
    .values({ key: newestAudit, value: hash })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: hash }))
    .execute();
}

const newestAudit = 'newest_audit_hash';

export async function newestAuditHash(db: Kysely<Schema>): Promise<string> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', newestAudit).executeTakeFirst();
  return row?.value ?? '';
}

export function auditHash(previous: string, entry: Omit<AuditRow, 'hash'>): string {
  const content = [
    previous,
    entry.id,
    entry.tenant_id,
    entry.at,
    entry.actor_kind,
    entry.actor_id,
    entry.actor_name,
    entry.address,
    entry.action,
    entry.subject_kind,
    entry.subject_id,
    entry.before,
    entry.after,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
