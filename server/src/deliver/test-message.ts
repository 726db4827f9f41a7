// A webhook's owner asks for a test message: stored and shown like every other, sent once, in any state of the webhook.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventContext, EventId } from '../domain/event.ts';
import { messageTo } from '../domain/express-delivery.ts';
import type { Ids } from '../domain/id.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { PublishStore, QueuedDelivery } from '../storage/store.ts';
import type { ExpressOutcome } from './express.ts';

/**
 * Resolves once the message is committed, with its id and with how its attempt will have ended. The caller is its actor
 * unless the context names one.
 */
export type SendTestMessage = (
  caller: Caller,
  webhook: Webhook,
  message: { readonly type: string; readonly data: Uint8Array; readonly context: EventContext },
) => Promise<{ readonly id: EventId; readonly outcome: Promise<ExpressOutcome> }>;

export function makeSendTestMessage(parts: {
  readonly store: Pick<PublishStore, 'publish'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly outcomeOf: (fresh: QueuedDelivery) => Promise<ExpressOutcome>;
}): SendTestMessage {
  const { store, ids, clock, outcomeOf } = parts;
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
    return {
      id: message.id,
      outcome: outcomeOf({ delivery: routed.deliveries[0], event: routed.event }),
    };
  };
}
