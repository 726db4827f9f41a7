// Events as people see them: the summary of a list, and the whole with its data and the decision for each webhook.

import type { DeliveryStateKind } from '../../../domain/delivery.ts';
import type { Event } from '../../../domain/event.ts';
import type { Routing } from '../../../domain/routing.ts';
import type { DisabledReason, WebhookId } from '../../../domain/webhook.ts';
import type { ListedDelivery } from '../../../api/reads.ts';
import { showTime } from '../wire/times.ts';

export function showEvent(event: Event, deliveries: number) {
  const { id, type, occurredAt, acceptedAt, context } = event;
  return {
    id,
    type,
    occurredAt: showTime(occurredAt),
    acceptedAt: showTime(acceptedAt),
    ...context,
    deliveries,
  };
}

/** The event as JSON text, with its data spliced in as the bytes that were published. */
export function eventDetail(
  { event, routing }: { readonly event: Event; readonly routing: Routing },
  deliveries: readonly ListedDelivery[],
  only: WebhookId | undefined,
): Buffer {
  const head = JSON.stringify({
    ...showEvent(event, routing.deliveredTo.length),
    routing: showRouting(routing, event, deliveries, only),
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), event.data, Buffer.from('}')]);
}

function showRouting(
  routing: Routing,
  event: Event,
  deliveries: readonly ListedDelivery[],
  only: WebhookId | undefined,
) {
  const byWebhook = Map.groupBy(deliveries, ({ delivery }) => delivery.webhookId);
  const webhooks = [
    ...routing.deliveredTo.map((webhookId) => showDelivered(webhookId, byWebhook.get(webhookId) ?? [])),
    ...routing.notDeliveredTo.map((decision) => showNotDelivered(decision, event)),
  ];
  const shown = only === undefined ? webhooks : webhooks.filter(({ webhookId }) => webhookId === only);
  if (only !== undefined && shown.length === 0) shown.push(showNotConsidered(only));
  return { decidedAt: showTime(routing.decidedAt), webhooks: shown };
}

type Decision = {
  readonly webhookId: WebhookId;
  readonly delivered: boolean;
  readonly reason: 'type' | 'channel' | 'disabled' | 'not_considered' | null;
  readonly disabledReason: DisabledReason | null;
  readonly explanation: string;
  readonly deliveryId: string | null;
  readonly state: DeliveryStateKind | null;
  readonly redeliveries: readonly { readonly deliveryId: string; readonly state: DeliveryStateKind }[];
};

function showDelivered(webhookId: WebhookId, deliveries: readonly ListedDelivery[]): Decision {
  const first = deliveries.find(({ delivery }) => delivery.redeliveryOf === null)?.delivery;
  const again = deliveries.filter(({ delivery }) => delivery.redeliveryOf !== null);
  return {
    webhookId,
    delivered: true,
    reason: null,
    disabledReason: null,
    explanation: 'The webhook subscribed to it.',
    deliveryId: first?.id ?? null,
    state: first?.state.kind ?? null,
    redeliveries: again.map(({ delivery }) => ({ deliveryId: delivery.id, state: delivery.state.kind })),
  };
}

function showNotDelivered(decision: Routing['notDeliveredTo'][number], event: Event): Decision {
  return {
    ...notDelivered(decision.webhookId),
    reason: decision.reason,
    disabledReason: decision.reason === 'disabled' ? decision.because : null,
    explanation: explain(decision, event),
  };
}

function showNotConsidered(webhookId: WebhookId): Decision {
  return {
    ...notDelivered(webhookId),
    reason: 'not_considered',
    explanation: 'There was no such webhook when the event was published.',
  };
}

function notDelivered(webhookId: WebhookId): Decision {
  return {
    webhookId,
    delivered: false,
    reason: null,
    disabledReason: null,
    explanation: '',
    deliveryId: null,
    state: null,
    redeliveries: [],
  };
}

function explain(decision: Routing['notDeliveredTo'][number], event: Event): string {
  switch (decision.reason) {
    case 'type':
      return `None of the webhook's event types takes '${event.type}'.`;
    case 'channel':
      return event.context.channels === undefined
        ? 'The webhook listens to channels only, and the event carried none.'
        : 'The event carried none of the channels that the webhook listens to.';
    case 'disabled':
      return disabledSentences[decision.because];
  }
}

const disabledSentences: Readonly<Record<DisabledReason, string>> = {
  client: 'The webhook was switched off by its client.',
  failing: 'The webhook was disabled because nothing had succeeded for five days.',
  expired: 'The webhook had expired.',
  gone: 'The webhook was disabled because its receiver had answered 410 Gone.',
};
