// Why a webhook did not get an event, in a sentence: it was not owed it, or its delivery waits or has ended otherwise.

import { permits, type CircuitBreaker } from '../../../domain/circuit-breaker.ts';
import type { Instant } from '../../../domain/clock.ts';
import type { CancelledReason, Delivery, ExhaustedReason } from '../../../domain/delivery.ts';
import type { Event } from '../../../domain/event.ts';
import type { Routing } from '../../../domain/routing.ts';
import type { DisabledReason, WebhookState } from '../../../domain/webhook.ts';
import type { HeldBack } from '../../../deliver/engine-port.ts';
import { showTime } from '../wire/times.ts';

/** What a scheduled delivery may wait for besides its time. */
export type WaitsFor = {
  readonly state: WebhookState;
  readonly breaker: CircuitBreaker;
  readonly heldBack: HeldBack | null;
};

export function explainNotOwed(decision: Routing['notDeliveredTo'][number], event: Event): string {
  switch (decision.reason) {
    case 'type':
      return `None of the webhook's event types takes '${event.type}'.`;
    case 'channel':
      return event.context.channels === undefined
        ? 'The webhook listens to channels only, and the event carried none.'
        : 'The event carried none of the channels that the webhook listens to.';
    case 'data':
      return "The webhook takes only events whose data names certain things, and this event's named none of them.";
    case 'disabled':
      return disabledSentences[decision.because];
    case 'unverified':
      return 'The webhook was not verified: its receiver had not answered the message that asks whether it wants its events.';
  }
}

/** `now` judges the breaker, which holds back only what is still scheduled. */
export function explainDelivery(
  { state, purpose }: Pick<Delivery, 'state' | 'purpose'>,
  waitsFor: WaitsFor,
  now: Instant,
): string {
  switch (state.kind) {
    case 'delivered':
      return `It was delivered at ${showTime(state.at)}.`;
    case 'scheduled':
      return purpose === 'event' ? explainWait(state.dueAt, waitsFor, now) : itsNextAttempt(state.dueAt);
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

function explainWait(dueAt: Instant, { state: webhook, breaker, heldBack }: WaitsFor, now: Instant): string {
  if (webhook.kind === 'paused') return 'It waits because the webhook is paused.';
  if (webhook.kind === 'disabled') {
    return `It waits until the webhook is resumed. ${disabledSentences[webhook.reason]}`;
  }
  if (heldBack?.kind === 'unverified') {
    return 'It waits until the webhook is verified: its receiver has not answered the message that asks whether it wants its events.';
  }
  const allowed = permits(breaker, now);
  if (allowed.kind === 'none' && allowed.until > dueAt) {
    return `It waits because the webhook kept failing: its circuit breaker is open until ${showTime(allowed.until)}.`;
  }
  if (heldBack?.kind === 'throttled' && heldBack.until > dueAt) {
    return `It waits because its server kept failing: one request finds out at ${showTime(heldBack.until)} whether it is back.`;
  }
  return itsNextAttempt(dueAt);
}

function itsNextAttempt(dueAt: Instant): string {
  return `It waits for its next attempt, which is due at ${showTime(dueAt)}.`;
}

const exhaustedSentences: Readonly<Record<ExhaustedReason, string>> = {
  attempts: 'All its attempts failed; it can be redelivered.',
  age: 'It grew too old before an attempt succeeded; it can be redelivered.',
  not_retried:
    'Its attempt failed in a way after which the original tries no more: anything but a 5xx. It can be redelivered.',
};

const cancelledSentences: Readonly<Record<CancelledReason, string>> = {
  person: 'Its delivery was cancelled by a person.',
  webhook_deleted: 'Its delivery was cancelled because the webhook was deleted.',
  superseded:
    'It is not needed any more: the webhook is verified, a newer message asks for it, or nobody waits for it.',
  webhook_disabled: 'It was dropped when the webhook was disabled, as the original does.',
  target_changed: 'It was dropped when the webhook got another URL, as the original does.',
};

const disabledSentences: Readonly<Record<DisabledReason, string>> = {
  client: 'The webhook was switched off by its client.',
  failing: 'The webhook was disabled because it had failed for too long, or too often in a row.',
  expired: 'The webhook had expired.',
  gone: 'The webhook was disabled because its receiver had answered 410 Gone.',
};
