// What the chores do about deliveries that wait in vain: their webhook is gone, or they grew too old.

import { sql, type Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Cancels at most `limit` waiting deliveries of a webhook that is gone; answers how many. */
export async function cancelDeliveries(
  db: Kysely<Schema>,
  webhookId: string,
  now: number,
  limit: number,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', due_at: null, settled_at: now, reason: 'webhook_deleted' })
    .where('id', 'in', (query) =>
      query
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where(waiting)
        .orderBy('due_at')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Literal, so that the planner sees that the partial index of the queue covers it. */
export const waiting = sql<boolean>`state = 'scheduled'`;

/**
 * Webhooks that are gone and still have waiting deliveries. Hops along the queue's index from webhook to webhook, so
 * that it costs by their number, not by the deliveries'.
 */
export async function orphanedWebhooks(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`WITH RECURSIVE hop (id) AS (
      SELECT min(webhook_id) FROM deliveries WHERE ${waiting}
      UNION ALL
      SELECT (SELECT min(webhook_id) FROM deliveries WHERE ${waiting} AND webhook_id > hop.id)
      FROM hop WHERE hop.id IS NOT NULL
    )
    SELECT id FROM hop WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM webhooks WHERE webhooks.id = hop.id)`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** The first `limit` waiting deliveries of a webhook that were created before an instant. */
export async function waitingSince(
  db: Kysely<Schema>,
  webhookId: string,
  createdBefore: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where(waiting)
    .where('created_at', '<', createdBefore)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Gives up those of the deliveries that still wait; answers how many. */
export async function exhaustByAge(db: Kysely<Schema>, ids: readonly string[], now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ state: 'exhausted', due_at: null, settled_at: now, reason: 'age' })
    .where('id', 'in', ids)
    .where('state', '=', 'scheduled')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
