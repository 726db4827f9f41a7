// How much a database holds: what can be told without reading much.

import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

export async function holdings(
  db: Kysely<Schema>,
): Promise<{ tenants: number; webhooks: number; oldestEventAt: number | null }> {
  const tenants = await db
    .selectFrom('tenants')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  const webhooks = await db
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  // Ids ascend with time.
  const oldest = await db
    .selectFrom('events')
    .select('accepted_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return {
    tenants: tenants.count,
    webhooks: webhooks.count,
    oldestEventAt: oldest?.accepted_at ?? null,
  };
}
