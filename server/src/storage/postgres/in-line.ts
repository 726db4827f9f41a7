// Who adds to lines of several webhooks, or ends something of them, takes them in one order and first of all, so that nobody waits
// for another in a circle.

import type { Command } from '../command.ts';
import { inSession } from '../in-session.ts';
import { cancelDeliveries, dropDeliveries, exhaustByAge } from '../queries/waiting.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { Session } from './session.ts';

/** Where some stand in lines, webhook by webhook; those of one webhook keep their order. */
export function byLine(deliveries: readonly FreshDeliveryRow[]): readonly FreshDeliveryRow[] {
  if (!deliveries.some(isInLine)) return deliveries;
  return deliveries.toSorted((a, b) => compare(a.webhook_id, b.webhook_id));
}

export function isInLine({ ordering_key }: Pick<FreshDeliveryRow, 'ordering_key'>): boolean {
  return ordering_key !== null;
}

/** Takes the lines of these webhooks, beside others who record what became of some of them. */
export function holdingSql(webhookIds: string): string {
  return lockingSql(besideOthers, webhookIds);
}

const besideOthers = 'pg_advisory_xact_lock_shared(lines_of(id))';
const forItself = 'pg_advisory_xact_lock(lines_of(id))';

function lockingSql(locks: string, webhookIds: string): string {
  return `SELECT ${locks} FROM (${webhookIds} ORDER BY id) AS lines`;
}

const heldSql = lockingSql(besideOthers, 'SELECT unnest($1::text[]) AS id');
const takenOfDeliveriesSql = lockingSql(
  forItself,
  'SELECT DISTINCT webhook_id AS id FROM deliveries_waiting WHERE id = ANY ($1::text[]) AND ordering_key IS NOT NULL',
);
const takenOfWebhookSql = lockingSql(
  forItself,
  `SELECT $1::text AS id
   WHERE EXISTS (SELECT 1 FROM deliveries_waiting WHERE webhook_id = $1 AND ordering_key IS NOT NULL)`,
);

async function lock(session: Session, sql: string, of: string | readonly string[]): Promise<void> {
  await session.query(sql, [of]);
}

/** For a statement of its own: what comes after it in its transaction sees what others ended who had the lines before. */
export function holdLines(session: Session, webhookIds: readonly string[]): Promise<void> {
  return lock(session, heldSql, webhookIds);
}

/**
 * Takes the lines in which some wait for oneself, in the order of webhooks, before anything of them is ended. Whoever ends
 * several of a line beside a record would meet what that makes due, and each could wait for the other.
 */
async function takeLines(session: Session, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length > 0) await lock(session, takenOfDeliveriesSql, deliveryIds);
}

/** Before any of these changes is made: those of a group are one transaction. */
export function takeLinesOf(session: Session, commands: readonly Command[]): Promise<void> {
  return takeLines(session, commands.flatMap(cancelledBy));
}

function cancelledBy({ name, args }: Command): readonly string[] {
  switch (name) {
    case 'cancelDelivery':
      return [args[1] as string];
    case 'cancelScheduled':
      return args[1] as readonly string[];
    default:
      return [];
  }
}

const queries = inSession<Session>()({ cancelDeliveries, dropDeliveries, exhaustByAge });

/** What ends deliveries in bulk, beside the control plane: each a transaction. */
export const endedInBulk: typeof queries = {
  async cancelDeliveries(session, webhookId, ...rest) {
    await lock(session, takenOfWebhookSql, webhookId);
    return queries.cancelDeliveries(session, webhookId, ...rest);
  },
  async dropDeliveries(session, webhookId, ...rest) {
    await lock(session, takenOfWebhookSql, webhookId);
    return queries.dropDeliveries(session, webhookId, ...rest);
  },
  async exhaustByAge(session, ids, now) {
    await takeLines(session, ids);
    return queries.exhaustByAge(session, ids, now);
  },
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
