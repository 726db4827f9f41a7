// Portal links, found by their id or by the hash of their token.

import type { Kysely } from 'kysely';
import type { Page, PageRequest } from '../port/page.ts';
import type { ChangeRows } from '../rows/change-row.ts';
import type { PortalLinkRow, Schema } from '../schema.ts';
import { always, changing, deletingOne } from './change.ts';
import { pageOf } from './keyset.ts';

/** Takes the tenant's links that are over away, so that there are never more of them than were made in a link's time. */
export function createPortalLink(db: Kysely<Schema>, row: PortalLinkRow, change: ChangeRows): Promise<void> {
  return changing(
    db,
    change,
    async () => {
      await db
        .deleteFrom('portal_links')
        .where('tenant_id', '=', row.tenant_id)
        .where('expires_at', '<=', row.created_at)
        .execute();
      await db.insertInto('portal_links').values(row).execute();
    },
    always,
  );
}

export function deletePortalLink(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
  change: ChangeRows,
): Promise<boolean> {
  return deletingOne(
    db,
    change,
    db.deleteFrom('portal_links').where('id', '=', id).where('tenant_id', '=', tenantId),
  );
}

export function getPortalLink(db: Kysely<Schema>, id: string): Promise<PortalLinkRow | undefined> {
  return db.selectFrom('portal_links').selectAll().where('id', '=', id).executeTakeFirst();
}

export function getPortalLinkByHash(db: Kysely<Schema>, hash: string): Promise<PortalLinkRow | undefined> {
  return db.selectFrom('portal_links').selectAll().where('hash', '=', hash).executeTakeFirst();
}

export function listPortalLinks(
  db: Kysely<Schema>,
  tenantId: string,
  now: number,
  request: PageRequest,
): Promise<Page<PortalLinkRow>> {
  const query = db
    .selectFrom('portal_links')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now);
  return pageOf(query, { at: 'created_at', id: 'id', newestFirst: true }, request);
}
