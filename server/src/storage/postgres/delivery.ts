// One delivery by its id. That does not tell its event, by which the days are laid out; but all but redeliveries are as
// old as their event.

import { dayMs } from '../../domain/clock.ts';
import { lowestIdAt, timeOfId } from '../../domain/id.ts';
import type { AttemptRow, DeliveryRow } from '../schema.ts';
import type { Session } from './session.ts';

export async function getDelivery(
  session: Session,
  tenantId: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  return (
    (await find(session, 'waiting', "state = 'scheduled'", [tenantId, id])) ??
    (await findNearby(session, tenantId, id)) ??
    (await find(session, 'settled', "state <> 'scheduled'", [tenantId, id]))
  );
}

async function findNearby(session: Session, tenantId: string, id: string): Promise<DeliveryRow | undefined> {
  const madeAt = timeOfId(id);
  if (madeAt === undefined) return undefined;
  const from = lowestIdAt('evt', Math.max(0, madeAt - dayMs));
  const to = lowestIdAt('evt', madeAt + dayMs);
  const which = "state <> 'scheduled' AND event_id >= $3 AND event_id < $4";
  return find(session, 'nearby', which, [tenantId, id, from, to]);
}

async function find(
  session: Session,
  where: 'waiting' | 'nearby' | 'settled',
  which: string,
  values: readonly string[],
): Promise<DeliveryRow | undefined> {
  const sql = `SELECT deliveries.* FROM deliveries
    WHERE tenant_id = $1 AND id = $2 AND ${which}
      AND NOT EXISTS (SELECT 1 FROM tenants WHERE tenants.id = $1 AND deleted_at IS NOT NULL)`;
  const [row] = await session.prepared<DeliveryRow>(`delivery_${where}`, sql, values);
  return row;
}

/** The attempts of a delivery, first to last, with what they share with it. */
export async function listAttempts(
  session: Session,
  tenantId: string,
  deliveryId: string,
): Promise<(AttemptRow & Pick<DeliveryRow, 'tenant_id' | 'webhook_id' | 'event_type'>)[]> {
  const delivery = await getDelivery(session, tenantId, deliveryId);
  if (delivery === undefined) return [];
  const { tenant_id, webhook_id, event_type } = delivery;
  const sql = 'SELECT * FROM attempts WHERE event_id = $1 AND delivery_id = $2 ORDER BY number, n';
  const rows = await session.prepared<AttemptRow>('attempts', sql, [delivery.event_id, deliveryId]);
  return rows.map((row) => ({ ...row, tenant_id, webhook_id, event_type }));
}
