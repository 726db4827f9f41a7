// A person gives up on one delivery: it is never attempted again.

import type { Caller } from '../domain/access.ts';
import { entryBy } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import type { Delivery, DeliveryId } from '../domain/delivery.ts';
import type { Ids } from '../domain/id.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Change, Store } from '../storage/store.ts';

/** Resolves once no new attempt can start. `not_found`, or `conflict` when the delivery is final already. */
export type Cancel = (
  caller: Caller,
  id: DeliveryId,
  remember?: (delivery: Delivery) => NonNullable<Change['idempotency']>,
) => Promise<Delivery>;

export function makeCancel(parts: {
  readonly store: Pick<Store, 'getDelivery' | 'cancelDelivery'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly forget: (webhookId: WebhookId, deliveryId: DeliveryId) => void;
}): Cancel {
  const { store, ids, clock, emit } = parts;
  return async (caller, id, remember) => {
    const { tenantId } = caller.principal;
    const listed = await store.getDelivery(tenantId, id);
    if (listed === undefined) throw notFound('delivery');
    const { delivery } = listed;
    const now = clock.now();
    const cancelled: Delivery = { ...delivery, state: { kind: 'cancelled', at: now, reason: 'person' } };
    const change = {
      action: 'delivery.cancelled',
      subject: { kind: 'delivery', id },
      before: null,
      after: { state: 'cancelled' },
    };
    const audit = entryBy(caller, tenantId, change, { id: ids.next('aud'), at: clock.wall() });
    const done = await store.cancelDelivery(tenantId, id, now, { audit, idempotency: remember?.(cancelled) });
    if (!done) throw new Refusal('conflict', 'Only a scheduled delivery can be cancelled; this one is final');
    parts.forget(delivery.webhookId, id);
    emit({ kind: 'delivery.cancelled', delivery: cancelled });
    return cancelled;
  };
}
