// Lines of deliveries that wait for each other: who comes last stands behind, and when the first has ended the next is due.
//
// A trigger would do the same and be on the way of every delivery: two of them cost more than a quarter of a commit.

import { behindOthers } from '../../domain/ordering.ts';
import { inSession } from '../in-session.ts';
import { cancelDelivery, cancelScheduled } from '../queries/deliveries.ts';
import { stepReplay } from '../queries/replays.ts';
import { dropDeliveries, exhaustByAge } from '../queries/waiting.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveryRow } from '../schema.ts';
import type { Session } from './session.ts';

/** Where a new delivery stands in its line, and when it is due there. */
export function placeInLine(
  { statement }: Session,
  { webhook_id, ordering_key, due_at }: FreshDeliveryRow,
): Pick<DeliveryRow, 'due_at' | 'position'> {
  if (ordering_key === null) return { due_at, position: null };
  const { last } = statement(
    `SELECT max(position) AS last FROM deliveries INDEXED BY deliveries_in_line
     WHERE webhook_id = ? AND ordering_key = ? AND state = 'scheduled'`,
  ).get(webhook_id, ordering_key) as { last: number | null };
  return last === null ? { due_at, position: 1 } : { due_at: behindOthers, position: last + 1 };
}

/** The first that waits in a line is due at an instant, or when it was created. */
export function moveUp({ statement }: Session, webhookId: string, orderingKey: string, dueAt: number): void {
  statement(
    `UPDATE deliveries SET due_at = max(created_at, ?)
     WHERE due_at = ${behindOthers} AND id = (
       SELECT id FROM deliveries INDEXED BY deliveries_in_line
       WHERE webhook_id = ? AND ordering_key = ? AND state = 'scheduled' ORDER BY position LIMIT 1)`,
  ).run(dueAt, webhookId, orderingKey);
}

/** Of one that has ended or is gone the latest there is. */
export function dueAtOf({ statement }: Session, id: string): number {
  const row = statement('SELECT due_at FROM deliveries WHERE id = ?').get(id) as
    | Pick<DeliveryRow, 'due_at'>
    | undefined;
  return row?.due_at ?? behindOthers;
}

/** In the lines in which these deliveries stood. */
function moveUpBehind(session: Session, ids: readonly string[], now: number): void {
  const line = session.statement('SELECT webhook_id, ordering_key FROM deliveries WHERE id = ?');
  for (const id of ids) {
    const row = line.get(id) as Pick<DeliveryRow, 'webhook_id' | 'ordering_key'> | undefined;
    if (row !== undefined && row.ordering_key !== null)
      moveUp(session, row.webhook_id, row.ordering_key, now);
  }
}

/** The ids of those in lines among the first that would be dropped. */
function droppedFromLines(
  { statement }: Session,
  webhookId: string,
  createdUpTo: number,
  limit: number,
): string[] {
  const rows = statement(
    `SELECT id FROM (
       SELECT id, ordering_key FROM deliveries
       WHERE webhook_id = ? AND state = 'scheduled' AND purpose = 'event' AND created_at <= ?
       ORDER BY due_at, id LIMIT ?)
     WHERE ordering_key IS NOT NULL`,
  ).all(webhookId, createdUpTo, limit) as { id: string }[];
  return rows.map(({ id }) => id);
}

const queries = inSession<Session>()({
  cancelDelivery,
  cancelScheduled,
  dropDeliveries,
  exhaustByAge,
  stepReplay,
});

/** What else ends deliveries that wait, or adds some to lines. Those of a webhook that is gone all end, in whatever order. */
export const inOrder: typeof queries = {
  async cancelDelivery(session, tenantId, id, now, change) {
    const cancelled = await queries.cancelDelivery(session, tenantId, id, now, change);
    moveUpBehind(session, [id], now);
    return cancelled;
  },
  async cancelScheduled(session, tenantId, ids, now, change) {
    const cancelled = await queries.cancelScheduled(session, tenantId, ids, now, change);
    moveUpBehind(session, ids, now);
    return cancelled;
  },
  async dropDeliveries(session, webhookId, reason, createdUpTo, now, limit) {
    const ids = droppedFromLines(session, webhookId, createdUpTo, limit);
    const dropped = await queries.dropDeliveries(session, webhookId, reason, createdUpTo, now, limit);
    moveUpBehind(session, ids, now);
    return dropped;
  },
  async exhaustByAge(session, ids, now) {
    const exhausted = await queries.exhaustByAge(session, ids, now);
    moveUpBehind(session, ids, now);
    return exhausted;
  },
  async stepReplay(session, key, step, now) {
    const stepped = await queries.stepReplay(session, key, step, now);
    const place = session.statement(
      "UPDATE deliveries SET due_at = ?, position = ? WHERE id = ? AND state = 'scheduled' AND position IS NULL",
    );
    for (const row of step.deliveries) {
      if (row.ordering_key === null) continue;
      const { due_at, position } = placeInLine(session, row);
      place.run(due_at, position, row.id);
    }
    return stepped;
  },
};
