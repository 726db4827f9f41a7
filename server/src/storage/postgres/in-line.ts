// Who adds to lines of several webhooks, or ends something of them, takes them in one order, so that nobody waits for another in
// a circle.

import { inSession } from '../in-session.ts';
import { cancelDelivery, cancelScheduled } from '../queries/deliveries.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { Session } from './session.ts';

/**
 * A transaction that holds lines and then hears nothing from its node for so long is over: others wait for it, whichever
 * tenant's they are.
 */
export const heldIdleMs = 1_000;

/** Where some stand in lines, webhook by webhook; those of one webhook keep their order. */
export function byLine(deliveries: readonly FreshDeliveryRow[]): readonly FreshDeliveryRow[] {
  if (!deliveries.some(isInLine)) return deliveries;
  return deliveries.toSorted((a, b) => compare(a.webhook_id, b.webhook_id));
}

export function isInLine({ ordering_key }: Pick<FreshDeliveryRow, 'ordering_key'>): boolean {
  return ordering_key !== null;
}

/** Takes the lines of these webhooks, beside others who end something of them. */
export function holdingSql(webhookIds: string): string {
  return `SELECT pg_advisory_xact_lock_shared(lines_of(id)) FROM (${webhookIds} ORDER BY id) AS held`;
}

const ofDeliveriesSql = holdingSql(
  'SELECT DISTINCT webhook_id AS id FROM deliveries_waiting WHERE id = ANY ($1::text[]) AND ordering_key IS NOT NULL',
);

const queries = inSession<Session>()({ cancelDelivery, cancelScheduled });

/** What people end of several webhooks at once. */
export const endedByPeople: typeof queries = {
  async cancelDelivery(session, tenantId, id, ...rest) {
    await session.query(ofDeliveriesSql, [[id]]);
    return queries.cancelDelivery(session, tenantId, id, ...rest);
  },
  async cancelScheduled(session, tenantId, ids, ...rest) {
    await session.query(ofDeliveriesSql, [ids]);
    return queries.cancelScheduled(session, tenantId, ids, ...rest);
  },
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
