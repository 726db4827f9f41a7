// A person asks for one delivery again: a new delivery of the same event, with fresh signatures and attempt ids.

import type { Caller } from '../domain/access.ts';
import { entryBy } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { deliveredAgain, type DeliveryId, type ScheduledDelivery } from '../domain/delivery.ts';
import type { Ids } from '../domain/id.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Change, Store } from '../storage/store.ts';

/**
 * Resolves with the new delivery once it is committed. `not_found` when the tenant has no such delivery, or a purge
 * removes it at the same time; `conflict` when its webhook is gone or disabled, or it is no event's delivery. The idempotency key, if any, is kept
 * with the answer made from the delivery.
 */
export type Redeliver = (
  caller: Caller,
  id: DeliveryId,
  remember?: (delivery: ScheduledDelivery) => NonNullable<Change['idempotency']>,
) => Promise<ScheduledDelivery>;

export function makeRedeliver(parts: {
  readonly store: Pick<Store, 'getDelivery' | 'getWebhook' | 'addDeliveries'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly probe: (webhookId: WebhookId) => void;
}): Redeliver {
  const { store, ids, clock, emit } = parts;
  return async (caller, id, remember) => {
    const { tenantId } = caller.principal;
    const listed = await store.getDelivery(tenantId, id);
    if (listed === undefined) throw notFound('delivery');
    const { delivery } = listed;
    if (delivery.purpose !== 'event') throw sentAfresh(delivery.purpose);
    const webhook = await store.getWebhook(tenantId, delivery.webhookId);
    if (webhook === undefined) throw webhookDeleted();
    if (webhook.state.kind === 'disabled') {
      throw new Refusal('conflict', 'The webhook is disabled; resume it before redelivering');
    }
    const now = clock.now();
    const again = deliveredAgain(delivery, ids.next('dlv'), now);
    const change = {
      action: 'delivery.redelivered',
      subject: { kind: 'delivery', id: again.id },
      before: null,
      after: { redeliveryOf: delivery.id },
    };
    const audit = entryBy(caller, tenantId, change, { id: ids.next('aud'), at: clock.wall() });
    // A purge may have removed the delivery with its event in the meantime, and a person the webhook.
    const added = await store.addDeliveries([again], { audit, idempotency: remember?.(again) });
    if (added === 'event_gone') throw notFound('delivery');
    if (added === 'webhook_gone') throw webhookDeleted();
    parts.probe(delivery.webhookId);
    emit({ kind: 'delivery.redelivered', delivery: again });
    return again;
  };
}

function webhookDeleted(): Refusal {
  return new Refusal('conflict', 'The webhook of this delivery was deleted');
}

function sentAfresh(purpose: 'verification' | 'test'): Refusal {
  return new Refusal(
    'conflict',
    purpose === 'verification'
      ? 'A verification message is good once; update or test the webhook to send a fresh one'
      : 'A test message is sent once; test the webhook to send a fresh one',
  );
}
