// A person does not want to wait for a delivery's next attempt: it is due now.

import type { Caller } from '../domain/access.ts';
import { entryBy } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { isBehindOthers, isScheduled, type DeliveryId, type ScheduledDelivery } from '../domain/delivery.ts';
import type { Ids } from '../domain/id.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Change, Store } from '../storage/store.ts';

/**
 * Resolves with the delivery once it is stored that it is due; what is due already stays as it is. `not_found`, or
 * `conflict` when it is final, waits in line behind another, or is no event's delivery. A pause of its webhook still holds it back; an open breaker lets
 * what is due first through as a probe.
 */
export type Retry = (
  caller: Caller,
  id: DeliveryId,
  remember?: (delivery: ScheduledDelivery) => NonNullable<Change['idempotency']>,
) => Promise<ScheduledDelivery>;

export function makeRetry(parts: {
  readonly store: Pick<Store, 'getDelivery' | 'retryNow'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly probe: (webhookId: WebhookId) => void;
  readonly emit: Emit;
}): Retry {
  const { store, ids, clock, probe, emit } = parts;
  return async (caller, id, remember) => {
    const { tenantId } = caller.principal;
    const delivery = (await store.getDelivery(tenantId, id))?.delivery;
    if (delivery === undefined) throw notFound('delivery');
    if (delivery.purpose !== 'event')
      throw new Refusal('conflict', 'Messages are sent at once, and not retried');
    if (!isScheduled(delivery)) throw isFinal();
    if (isBehindOthers(delivery)) throw isBehind();
    const now = clock.now();
    if (delivery.state.dueAt <= now) {
      probe(delivery.webhookId);
      return delivery;
    }
    const due: ScheduledDelivery = { ...delivery, state: { kind: 'scheduled', dueAt: now } };
    const change = {
      action: 'delivery.retried',
      subject: { kind: 'delivery', id },
      before: { dueAt: delivery.state.dueAt },
      after: { dueAt: now },
    };
    const audit = entryBy(caller, tenantId, change, { id: ids.next('aud'), at: clock.wall() });
    const { hastened } = await store.retryNow(tenantId, [id], [], now, {
      audit,
      idempotency: remember?.(due),
    });
    // An attempt may have begun or ended in the meantime.
    if (hastened.length > 0) {
      probe(delivery.webhookId);
      emit({ kind: 'deliveries.changed', tenantId, webhookIds: [delivery.webhookId], count: 1 });
    }
    return due;
  };
}

function isBehind(): Refusal {
  return new Refusal(
    'conflict',
    'It waits in line behind an earlier delivery; retry or cancel that one, or redeliver this one out of order',
  );
}

function isFinal(): Refusal {
  return new Refusal(
    'conflict',
    'Only a scheduled delivery can be retried; this one is final, so redeliver it',
  );
}
