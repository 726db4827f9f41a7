// The audit log: written by every change, read by people, checked by its chain of hashes.

import type { Kysely } from 'kysely';
import type { AuditFilter } from '../port/history-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { IdempotencyRow, AuditRow, Schema } from '../schema.ts';
import { auditHash, newestAuditHash } from './change.ts';
import { pageOf } from './keyset.ts';

const batchSize = 1_000;

export function listAudit(
  db: Kysely<Schema>,
  tenantId: string,
  filter: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditRow & { readonly n: number }>> {
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

/** What is wrong with the chain of hashes, in a sentence; undefined when it is whole from the first entry to the newest. */
export async function auditProblem(db: Kysely<Schema>): Promise<string | undefined> {
  let last: { id: string; hash: string; n: number } = { id: 'the beginning', hash: '', n: 0 };
  for (;;) {
    const entries = await db
      .selectFrom('audit')
      .selectAll()
      .where('n', '>', last.n)
      .orderBy('n')
      .limit(batchSize)
      .execute();
    for (const entry of entries) {
      if (auditHash(last.hash, entry) !== entry.hash) {
        return `The audit entry ${entry.id} was changed, or entries between ${last.id} and it are missing`;
      }
      last = entry;
    }
    if (entries.length < batchSize) break;
  }
  const newest = await newestAuditHash(db);
  return newest === last.hash ? undefined : `The audit entries after ${last.id} are missing`;
}
