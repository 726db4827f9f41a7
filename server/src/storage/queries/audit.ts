// The audit log: written by every change, read by people, checked by its chain of hashes.

import type { Kysely } from 'kysely';
import type { AuditFilter } from '../port/history-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { IdempotencyRow, AuditRow, Schema } from '../schema.ts';
import { auditHash } from './change.ts';
import { pageOf } from './keyset.ts';

export function listAudit(
  db: Kysely<Schema>,
  tenantId: string,
  filter: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditRow>> {
  let query = db.selectFrom('audit').selectAll().where('tenant_id', '=', tenantId);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (filter.subjectId !== undefined) query = query.where('subject_id', '=', filter.subjectId);
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('at', '<', filter.to);
  return pageOf(query, { at: 'at', id: 'id', newestFirst: true }, request);
}

export function findAnswer(
  db: Kysely<Schema>,
  key: Pick<IdempotencyRow, 'tenant_id' | 'route' | 'key'>,
  now: number,
): Promise<Pick<IdempotencyRow, 'body_hash' | 'answer'> | undefined> {
  return db
    .selectFrom('idempotency_keys')
    .select(['body_hash', 'answer'])
    .where('tenant_id', '=', key.tenant_id)
    .where('route', '=', key.route)
    .where('key', '=', key.key)
    .where('kind', '=', 'answer')
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Where the chain is broken: the first entry whose hash doesn't follow from the one before it. Undefined when whole. */
export async function brokenAuditEntry(db: Kysely<Schema>): Promise<string | undefined> {
  let previous = '';
  let after = 0;
  for (;;) {
    const entries = await db
      .selectFrom('audit')
      .selectAll()
      .where('n', '>', after)
      .orderBy('n')
      .limit(1_000)
      .execute();
    for (const entry of entries) {
      if (auditHash(previous, entry) !== entry.hash) return entry.id;
      previous = entry.hash;
      after = entry.n;
    }
    if (entries.length < 1_000) return undefined;
  }
}
