// What becomes of deliveries that wait in vain: their webhook is gone, has dropped them, or they grew too old.

import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { CancelledReason, DroppedReason } from '../../domain/delivery.ts';
import type { Schema } from '../schema.ts';

/** Cancels at most `limit` waiting deliveries of a webhook that is gone, whatever their purpose; answers how many. */
export async function cancelDeliveries(
  db: Kysely<Schema>,
  webhookId: string,
  now: number,
  limit: number,
): Promise<number> {
  const ended = cancelledAs('webhook_deleted', now);
  const events = await endFirst(db, ended, limit, (first) =>
    first.where('webhook_id', '=', webhookId).where(waitingEvents),
  );
  if (events >= limit) return events;
  const express = await endFirst(db, ended, limit - events, (first) =>
    first.where('webhook_id', '=', webhookId).where(waitingExpress),
  );
  return events + express;
}

/** Cancels at most `limit` of the events that wait for a webhook since `createdUpTo` or longer; answers how many. */
export function dropDeliveries(
  db: Kysely<Schema>,
  webhookId: string,
  reason: DroppedReason,
  createdUpTo: number,
  now: number,
  limit: number,
): Promise<number> {
  return endFirst(db, cancelledAs(reason, now), limit, (first) =>
    first.where('webhook_id', '=', webhookId).where(waitingEvents).where('created_at', '<=', createdUpTo),
  );
}

function cancelledAs(reason: CancelledReason, now: number) {
  return { state: 'cancelled', due_at: null, settled_at: now, reason } as const;
}

type Ids = SelectQueryBuilder<Schema, 'deliveries', { id: string }>;

/** Ends the first `limit` deliveries in order of their due time that `which` selects; fewer only where there are no more. */
async function endFirst(
  db: Kysely<Schema>,
  ended: ReturnType<typeof cancelledAs>,
  limit: number,
  which: (ids: Ids) => Ids,
): Promise<number> {
  let count = 0;
  for (;;) {
    const wanted = limit - count;
    const first = await which(db.selectFrom('deliveries').select('id'))
      .orderBy('due_at')
      .orderBy('id')
      .limit(wanted)
      .execute();
    if (first.length > 0) count += await endThose(db, ended, first);
    // Where several write at once, some may have ended otherwise since: then others take their place.
    if (first.length < wanted || count === limit) return count;
  }
}

/** By ids alone, which go in their order: who else ends some of them waits, but never in a circle. */
async function endThose(
  db: Kysely<Schema>,
  ended: ReturnType<typeof cancelledAs>,
  first: readonly { readonly id: string }[],
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set(ended)
    .where(
      'id',
      'in',
      first.map(({ id }) => id),
    )
    .where(waiting)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

// Literal, so that the planner sees which partial index covers it: all that waits, the queue of the lanes, and the rest.

export const waiting = sql<boolean>`state = 'scheduled'`;
export const waitingEvents = sql<boolean>`state = 'scheduled' AND purpose = 'event'`;
const waitingExpress = sql<boolean>`state = 'scheduled' AND purpose <> 'event'`;

/**
 * Webhooks that are gone and still have waiting deliveries. Hops along the indexes from webhook to webhook, so that it
 * costs by their number, not by the deliveries'.
 */
export async function orphanedWebhooks(db: Kysely<Schema>): Promise<string[]> {
  const ids = [...(await goneWebhooks(db, waitingEvents)), ...(await goneWebhooks(db, waitingExpress))];
  return [...new Set(ids)];
}

async function goneWebhooks(db: Kysely<Schema>, kind: RawBuilder<boolean>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`WITH RECURSIVE hop (id) AS (
      SELECT min(webhook_id) FROM deliveries WHERE ${kind}
      UNION ALL
      SELECT (SELECT min(webhook_id) FROM deliveries WHERE ${kind} AND webhook_id > hop.id)
      FROM hop WHERE hop.id IS NOT NULL
    )
    SELECT id FROM hop WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM webhooks WHERE webhooks.id = hop.id)`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** The first `limit` events that wait for a webhook and were created before an instant. */
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
    .where(waitingEvents)
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
