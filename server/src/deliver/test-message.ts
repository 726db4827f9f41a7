// A webhook's owner asks for a test message: stored and shown like every other, sent once, in any state of the webhook.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventContext, EventId } from '../domain/event.ts';
import { messageTo } from '../domain/express-delivery.ts';
import type { Ids } from '../domain/id.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { PublishStore, QueuedDelivery } from '../storage/store.ts';

/** Resolves with the message's id once it is committed, before it is sent. The caller is its actor unless the context names one. */
export type SendTestMessage = (
  caller: Caller,
  webhook: Webhook,
  message: { readonly type: string; readonly data: Uint8Array; readonly context: EventContext },
) => Promise<EventId>;

export function makeSendTestMessage(parts: {
  readonly store: Pick<PublishStore, 'publish'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly handOver: (fresh: readonly QueuedDelivery[]) => void;
}): SendTestMessage {
  const { store, ids, clock, handOver } = parts;
  return async ({ principal }, webhook, { type, data, context }) => {
    const { tenantId } = webhook;
    const message = {
      id: ids.next('evt'),
      deliveryId: ids.next('dlv'),
      purpose: 'test',
      type,
      data,
      context: { actor: { id: principal.id, name: principal.name }, ...context },
    } as const;
    const routed = messageTo(webhook, message, clock.now(), clock.wall());
    await store.publish({ tenantId, events: [routed], idempotency: null });
    handOver([{ delivery: routed.deliveries[0], event: routed.event }]);
    return message.id;
  };
}
