// Why a webhook did not get an event, in a sentence: it was not owed it, or its delivery waits or has ended otherwise.

import type { CancelledReason, Delivery, DeliveryState, ExhaustedReason } from '../../../domain/delivery.ts';
import type { Event } from '../../../domain/event.ts';
import { whyUnmet } from '../../../domain/filter-explained.ts';
import type { Content } from '../../../domain/filter-content.ts';
import type { Routing } from '../../../domain/routing.ts';
import type { Webhook } from '../../../domain/webhook.ts';
import { disabledSentences, showWaiting, type WaitingParts } from '../deliveries/show-waiting.ts';
import type { NativeParts } from '../parts.ts';
import { showTime } from '../wire/times.ts';

type NotOwed = Routing['notDeliveredTo'][number];

/** What a filter's decision is explained from: the webhook as it is now, and the event as filters see it. */
export type FilterParts = Pick<NativeParts, 'webhookOf'> & { readonly content: () => Content };

export function explainNotOwed(decision: NotOwed, event: Event, parts: FilterParts): string {
  switch (decision.reason) {
    case 'type':
      return `None of the webhook's event types takes '${event.type}'.`;
    case 'channel':
      return event.context.channels === undefined
        ? 'The webhook listens to channels only, and the event carried none.'
        : 'The event carried none of the channels that the webhook listens to.';
    case 'data':
      return "The webhook takes only events whose data names certain things, and this event's named none of them.";
    case 'filter':
      return explainFiltered(event, parts.webhookOf(event.tenantId, decision.webhookId), parts.content);
    case 'disabled':
      return disabledSentences[decision.because];
    case 'unverified':
      return 'The webhook was not verified: its receiver had not answered the message that asks whether it wants its events.';
  }
}

/** The filter's own words, as long as nobody has changed the webhook since. */
function explainFiltered(event: Event, webhook: Webhook | undefined, content: () => Content): string {
  const isSame = webhook !== undefined && webhook.updatedAt < event.acceptedAt;
  const filter = isSame ? webhook.subscription.filter : null;
  const why = filter === null ? undefined : whyUnmet(filter.condition, content());
  return why === undefined
    ? "The webhook's filter, as it was then, did not match the event."
    : `The webhook's filter did not match the event: ${why}.`;
}

/** What a delivery is explained from: what it may wait for, and its webhook as it is now. */
export type DeliveryParts = WaitingParts & Pick<NativeParts, 'webhookOf'>;

export function explainDelivery(delivery: Delivery, parts: DeliveryParts): string {
  const { state } = delivery;
  if (state.kind === 'scheduled') return showWaiting({ ...delivery, state }, parts).explanation;
  const ended = explainEnded(state);
  return state.kind === 'exhausted' ? `${ended} ${explainRedelivery(delivery, parts)}`.trimEnd() : ended;
}

/** What of the delivery's webhook keeps a person from asking for it again, or that nothing does. */
function explainRedelivery({ purpose, tenantId, webhookId }: Delivery, { webhookOf }: DeliveryParts): string {
  if (purpose !== 'event') return '';
  switch (webhookOf(tenantId, webhookId)?.state.kind) {
    case undefined:
      return 'Its webhook has been deleted since.';
    case 'disabled':
      return 'Once its webhook is resumed, it can be redelivered.';
    case 'active':
    case 'paused':
      return 'It can be redelivered.';
  }
}

function explainEnded(state: Exclude<DeliveryState, { kind: 'scheduled' }>): string {
  switch (state.kind) {
    case 'delivered':
      return `It was delivered at ${showTime(state.at)}.`;
    case 'exhausted':
      return exhaustedSentences[state.reason];
    case 'cancelled':
      return cancelledSentences[state.reason];
    case 'skipped':
      return state.reason === 'breaker_open'
        ? 'It was skipped, as the original does while its circuit breaker is open.'
        : 'It was skipped, as the original does while too many requests are in flight.';
  }
}

const exhaustedSentences: Readonly<Record<ExhaustedReason, string>> = {
  attempts: 'All its attempts failed.',
  age: 'It grew too old before an attempt succeeded.',
  not_retried: 'Its attempt failed in a way after which the original tries no more: anything but a 5xx.',
};

const cancelledSentences: Readonly<Record<CancelledReason, string>> = {
  person: 'Its delivery was cancelled by a person.',
  webhook_deleted: 'Its delivery was cancelled because the webhook was deleted.',
  superseded:
    'It is not needed any more: the webhook is verified, a newer message asks for it, or nobody waits for it.',
  webhook_disabled: 'It was dropped when the webhook was disabled, as the original does.',
  target_changed: 'It was dropped when the webhook got another URL, as the original does.',
};
