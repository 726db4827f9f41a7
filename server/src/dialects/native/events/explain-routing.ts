// Why a webhook did not get an event, in a sentence: it was not owed it, or its delivery waits or has ended otherwise.

import { permits, type CircuitBreaker } from '../../../domain/circuit-breaker.ts';
import type { Instant } from '../../../domain/clock.ts';
import type { DeliveryState } from '../../../domain/delivery.ts';
import type { Event } from '../../../domain/event.ts';
import type { Routing } from '../../../domain/routing.ts';
import type { DisabledReason, WebhookState } from '../../../domain/webhook.ts';
import { showTime } from '../wire/times.ts';

/** What a scheduled delivery may wait for besides its time. */
export type WaitsFor = { readonly state: WebhookState; readonly breaker: CircuitBreaker };

export function explainNotOwed(decision: Routing['notDeliveredTo'][number], event: Event): string {
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

/** `now` judges the breaker, which holds back only what is still scheduled. */
export function explainDelivery(state: DeliveryState, { state: webhook, breaker }: WaitsFor, now: Instant) {
  switch (state.kind) {
    case 'delivered':
      return `It was delivered at ${showTime(state.at)}.`;
    case 'scheduled':
      return explainWait(state.dueAt, webhook, permits(breaker, now));
    case 'exhausted':
      return state.reason === 'attempts'
        ? 'All its attempts failed; it can be redelivered.'
        : 'It grew too old before an attempt succeeded; it can be redelivered.';
    case 'cancelled':
      return state.reason === 'person'
        ? 'Its delivery was cancelled by a person.'
        : 'Its delivery was cancelled because the webhook was deleted.';
    case 'skipped':
      return state.reason === 'breaker_open'
        ? 'It was skipped, as the original does while its circuit breaker is open.'
        : 'It was skipped, as the original does while too many requests are in flight.';
  }
}

function explainWait(dueAt: Instant, webhook: WebhookState, allowed: ReturnType<typeof permits>): string {
  if (webhook.kind === 'paused') return 'It waits because the webhook is paused.';
  if (webhook.kind === 'disabled') {
    return `It waits until the webhook is resumed. ${disabledSentences[webhook.reason]}`;
  }
  if (allowed.kind === 'none' && allowed.until > dueAt) {
    return `It waits because the webhook kept failing: its circuit breaker is open until ${showTime(allowed.until)}.`;
  }
  return `It waits for its next attempt, which is due at ${showTime(dueAt)}.`;
}

const disabledSentences: Readonly<Record<DisabledReason, string>> = {
  client: 'The webhook was switched off by its client.',
  failing: 'The webhook was disabled because nothing had succeeded for five days.',
  expired: 'The webhook had expired.',
  gone: 'The webhook was disabled because its receiver had answered 410 Gone.',
};
