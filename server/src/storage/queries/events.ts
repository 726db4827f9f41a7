// Events as people ask for them.

import type { Kysely } from 'kysely';
import type { EventFilter } from '../port/history-store.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { EventRow, RoutingRow, Schema } from '../schema.ts';
import { pageOf } from './keyset.ts';

const listed = ['id', 'tenant_id', 'type', 'occurred_at', 'accepted_at', 'context', 'deliveries'] as const;

export function listEvents(
  db: Kysely<Schema>,
  tenantId: string,
  filter: EventFilter,
  request: PageRequest,
): Promise<Page<Pick<EventRow, (typeof listed)[number]>>> {
  let query = db.selectFrom('events').select(listed).where('tenant_id', '=', tenantId);
  if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  if (filter.from !== undefined) query = query.where('accepted_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('accepted_at', '<', filter.to);
  return pageOf(query, { at: 'accepted_at', id: 'id', newestFirst: true }, request);
}

export async function getEvent(
  db: Kysely<Schema>,
  tenantId: string,
  id: string,
): Promise<{ event: EventRow; routing: RoutingRow } | undefined> {
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  if (event === undefined) return undefined;
  const routing = await db
    .selectFrom('routings')
    .selectAll()
    .where('id', '=', event.routing_id)
    .executeTakeFirstOrThrow();
  return { event, routing };
}
