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

/** The first that waits in a line is due as if it had stood in none. */
export function moveUp({ statement }: Session, webhookId: string, orderingKey: string): void {
  statement(
    `UPDATE deliveries SET due_at = created_at
     WHERE due_at = ${behindOthers} AND id = (
       SELECT id FROM deliveries INDEXED BY deliveries_in_line
       WHERE webhook_id = ? AND ordering_key = ? AND state = 'scheduled' ORDER BY position LIMIT 1)`,
  ).run(webhookId, orderingKey);
}

/** In every line of a webhook. Hops from line to line: costs by their number, not by the deliveries'. */
function moveUpAll(session: Session, webhookId: string): void {
  const next = session.statement(
    `SELECT min(ordering_key) AS key FROM deliveries INDEXED BY deliveries_in_line
     WHERE webhook_id = ? AND ordering_key > ? AND state = 'scheduled'`,
  );
  const first = session.statement(
    `SELECT min(ordering_key) AS key FROM deliveries INDEXED BY deliveries_in_line
     WHERE webhook_id = ? AND ordering_key IS NOT NULL AND state = 'scheduled'`,
  );
  let { key } = first.get(webhookId) as { key: string | null };
  while (key !== null) {
    moveUp(session, webhookId, key);
    ({ key } = next.get(webhookId, key) as { key: string | null });
  }
}

/** In the lines in which these deliveries stood. */
function moveUpBehind(session: Session, ids: readonly string[]): void {
  const line = session.statement('SELECT webhook_id, ordering_key FROM deliveries WHERE id = ?');
  for (const id of ids) {
    const row = line.get(id) as Pick<DeliveryRow, 'webhook_id' | 'ordering_key'> | undefined;
    if (row !== undefined && row.ordering_key !== null) moveUp(session, row.webhook_id, row.ordering_key);
  }
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
  async cancelDelivery(session, tenantId, id, ...rest) {
    const cancelled = await queries.cancelDelivery(session, tenantId, id, ...rest);
    moveUpBehind(session, [id]);
    return cancelled;
  },
  async cancelScheduled(session, tenantId, ids, ...rest) {
    const cancelled = await queries.cancelScheduled(session, tenantId, ids, ...rest);
    moveUpBehind(session, ids);
    return cancelled;
  },
  async dropDeliveries(session, webhookId, ...rest) {
    const dropped = await queries.dropDeliveries(session, webhookId, ...rest);
    moveUpAll(session, webhookId);
    return dropped;
  },
  async exhaustByAge(session, ids, now) {
    const exhausted = await queries.exhaustByAge(session, ids, now);
    moveUpBehind(session, ids);
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
