// Events as people see them: the summary of a list, and the whole with its data and the decision for each webhook.

import type { Delivery, DeliveryStateKind } from '../../../domain/delivery.ts';
import type { Event } from '../../../domain/event.ts';
import { routedOf, type NotDelivered } from '../../../domain/match.ts';
import type { Routing } from '../../../domain/routing.ts';
import type { DisabledReason, WebhookId } from '../../../domain/webhook.ts';
import type { ListedDelivery } from '../../../api/reads.ts';
import { showTime } from '../wire/times.ts';
import type { WaitingParts } from '../deliveries/show-waiting.ts';
import { explainDelivery, explainNotOwed, type DeliveryParts, type FilterParts } from './explain-routing.ts';

type ExplainParts = WaitingParts & FilterParts;

export function showEvent(event: Event, deliveries: number) {
  const { id, type, occurredAt, acceptedAt, context } = event;
  return {
    id,
    type,
    occurredAt: showTime(occurredAt),
    acceptedAt: showTime(acceptedAt),
    ...context,
    purpose: context.purpose ?? 'event',
    deliveries,
  };
}

/** The event as JSON text, with its data spliced in as the bytes that were published. */
export function eventDetail(
  { event, routing }: { readonly event: Event; readonly routing: Routing },
  deliveries: readonly ListedDelivery[],
  parts: DeliveryParts,
  only: WebhookId | undefined,
): Buffer {
  const explaining = { ...parts, content: routedOf(event).content };
  const head = JSON.stringify({
    ...showEvent(event, routing.deliveredTo.length),
    routing: showRouting(routing, event, deliveries, explaining, only),
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), event.data, Buffer.from('}')]);
}

function showRouting(
  routing: Routing,
  event: Event,
  deliveries: readonly ListedDelivery[],
  parts: ExplainParts,
  only: WebhookId | undefined,
) {
  const byWebhook = Map.groupBy(deliveries, ({ delivery }) => delivery.webhookId);
  const webhooks = [
    ...routing.deliveredTo.map((webhookId) => showOwed(webhookId, byWebhook.get(webhookId) ?? [], parts)),
    ...routing.notDeliveredTo.map((decision) =>
      showNotOwed(decision, event, byWebhook.get(decision.webhookId) ?? [], parts),
    ),
  ];
  const considered = new Set(webhooks.map(({ webhookId }) => webhookId));
  for (const [webhookId, replayed] of byWebhook)
    if (!considered.has(webhookId)) webhooks.push(showNotConsidered(webhookId, replayed));
  const shown = only === undefined ? webhooks : webhooks.filter(({ webhookId }) => webhookId === only);
  if (only !== undefined && shown.length === 0) shown.push(showNotConsidered(only, []));
  return { decidedAt: showTime(routing.decidedAt), webhooks: shown };
}

type Decision = {
  readonly webhookId: WebhookId;
  readonly owed: boolean;
  readonly reason: NotDelivered['reason'] | 'not_considered' | null;
  readonly disabledReason: DisabledReason | null;
  readonly explanation: string;
  readonly deliveryId: string | null;
  readonly state: DeliveryStateKind | null;
  readonly redeliveries: readonly { readonly deliveryId: string; readonly state: DeliveryStateKind }[];
};

function showOwed(
  webhookId: WebhookId,
  deliveries: readonly ListedDelivery[],
  parts: DeliveryParts,
): Decision {
  const first = firstOf(deliveries);
  return {
    webhookId,
    owed: true,
    reason: null,
    disabledReason: null,
    explanation: first === undefined ? 'Its delivery is no longer kept.' : explainDelivery(first, parts),
    ...showDeliveries(deliveries),
  };
}

function firstOf(deliveries: readonly ListedDelivery[]): Delivery | undefined {
  return deliveries.find(({ delivery }) => delivery.redeliveryOf === null)?.delivery;
}

function showDeliveries(
  deliveries: readonly ListedDelivery[],
): Pick<Decision, 'deliveryId' | 'state' | 'redeliveries'> {
  const first = firstOf(deliveries);
  const again = deliveries.filter(({ delivery }) => delivery.redeliveryOf !== null);
  return {
    deliveryId: first?.id ?? null,
    state: first?.state.kind ?? null,
    redeliveries: again.map(({ delivery }) => ({ deliveryId: delivery.id, state: delivery.state.kind })),
  };
}

/** It may have got the event all the same, by a replay. */
function showNotOwed(
  decision: Routing['notDeliveredTo'][number],
  event: Event,
  replayed: readonly ListedDelivery[],
  parts: ExplainParts,
): Decision {
  return {
    ...notOwed(decision.webhookId, replayed),
    reason: decision.reason,
    disabledReason: decision.reason === 'disabled' ? decision.because : null,
    explanation: explainNotOwed(decision, event, parts),
  };
}

function showNotConsidered(webhookId: WebhookId, replayed: readonly ListedDelivery[]): Decision {
  return {
    ...notOwed(webhookId, replayed),
    reason: 'not_considered',
    explanation: 'There was no such webhook when the event was published.',
  };
}

function notOwed(webhookId: WebhookId, replayed: readonly ListedDelivery[]): Decision {
  return {
    webhookId,
    owed: false,
    reason: null,
    disabledReason: null,
    explanation: '',
    ...showDeliveries(replayed),
  };
}
