// A webhook's owner asks for a test message: stored and shown like every other, sent once, in any state of the webhook.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventContext, EventId } from '../domain/event.ts';
import { messageTo } from '../domain/express-delivery.ts';
import type { Ids } from '../domain/id.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { PublishStore, QueuedDelivery } from '../storage/store.ts';
import type { Engine } from './engine-port.ts';
import type { ExpressOutcome } from './express.ts';

type Message = { readonly type: string; readonly data: Uint8Array; readonly context: EventContext };

/**
 * Resolves with the message's id once it is committed, before it is sent. The caller is its actor unless the context
 * names one. Refuses with `too_many_requests` while many others of the webhook are pending; so does `TryTestMessage`.
 */
export type SendTestMessage = (caller: Caller, webhook: Webhook, message: Message) => Promise<EventId>;

/** Resolves once its attempt is recorded: `none` when the webhook is gone or the server stops, and it will have none. */
export type TryTestMessage = (caller: Caller, webhook: Webhook, message: Message) => Promise<ExpressOutcome>;

export type TestMessageParts = {
  readonly store: Pick<PublishStore, 'publish'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly engine: () => Pick<Engine, 'handOver' | 'outcomeOf' | 'pendingMessages' | 'dueAtOfWatched'>;
};

const pendingMax = 20;

export function makeSendTestMessage(parts: TestMessageParts): SendTestMessage {
  return async (...asked) => {
    const message = await committed(parts, (_, now) => now, ...asked);
    parts.engine().handOver([message]);
    return message.event.id;
  };
}

export function makeTryTestMessage(parts: TestMessageParts): TryTestMessage {
  const dueAt: DueAt = (...when) => parts.engine().dueAtOfWatched(...when);
  return async (...asked) => parts.engine().outcomeOf(await committed(parts, dueAt, ...asked));
}

type DueAt = Engine['dueAtOfWatched'];

async function committed(
  { store, ids, clock, engine }: TestMessageParts,
  dueAt: DueAt,
  { principal }: Caller,
  webhook: Webhook,
  { type, data, context }: Message,
): Promise<QueuedDelivery> {
  const { tenantId, id, endpoint } = webhook;
  if (engine().pendingMessages(id) >= pendingMax) {
    const text = `${pendingMax} messages to this webhook are pending; wait for their answers`;
    throw new Refusal('too_many_requests', text, { retryAfterMs: endpoint.timeoutMs });
  }
  const message = {
    id: ids.next('evt'),
    deliveryId: ids.next('dlv'),
    purpose: 'test',
    type,
    data,
    context: { actor: { id: principal.id, name: principal.name }, ...context },
  } as const;
  const now = clock.now();
  const routed = messageTo(webhook, message, now, clock.wall());
  const [atOnce] = routed.deliveries;
  const delivery = { ...atOnce, state: { ...atOnce.state, dueAt: dueAt(id, now) } };
  await store.publish({ tenantId, events: [{ ...routed, deliveries: [delivery] }], idempotency: null });
  return { delivery, event: routed.event };
}
