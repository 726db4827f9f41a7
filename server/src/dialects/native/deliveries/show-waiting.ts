// What a scheduled delivery waits for, as people and programs read it: a kind, until when, and a sentence.

import type { ScheduledDelivery } from '../../../domain/delivery.ts';
import { waitingOf, type Waiting } from '../../../domain/waiting.ts';
import type { DisabledReason } from '../../../domain/webhook.ts';
import type { NativeParts } from '../parts.ts';
import { showTime } from '../wire/times.ts';

/** What tells it: all of it is in memory, so that a list costs no question to the store. */
export type WaitingParts = Pick<NativeParts, 'waitsFor' | 'clock'>;

export function showWaiting(delivery: ScheduledDelivery, { waitsFor, clock }: WaitingParts) {
  const waiting = waitingOf(delivery, waitsFor(delivery.webhookId), clock.now());
  return {
    kind: waiting.kind,
    until: 'until' in waiting ? showTime(waiting.until) : null,
    explanation: explainWaiting(waiting),
  };
}

function explainWaiting(waiting: Waiting): string {
  switch (waiting.kind) {
    case 'time':
      return `It waits for its next attempt, which is due at ${showTime(waiting.until)}.`;
    case 'turn':
      return 'It is due: its attempt is under way, or waits for its turn.';
    case 'paused':
      return 'It waits because the webhook is paused.';
    case 'disabled':
      return `It waits until the webhook is active again. ${disabledSentences[waiting.reason]}`;
    case 'unverified':
      return 'It waits until the webhook is verified: its receiver has not answered the message that asks whether it wants its events.';
    case 'order':
      return 'It waits in line behind an earlier delivery, which has not been delivered or given up yet.';
    case 'breaker_open':
      return `It waits because the webhook kept failing: its circuit breaker is open until ${showTime(waiting.until)}.`;
    case 'breaker_half_open':
      return 'It waits because the webhook kept failing: one request at a time finds out whether its receiver is back.';
    case 'throttled':
      return `It waits because its server kept failing: one request finds out at ${showTime(waiting.until)} whether it is back.`;
    case 'rate_limited':
      return `Its attempt is under way, or waits for the rate limit of the webhook, which lets the next one begin at ${showTime(waiting.until)}.`;
  }
}

export const disabledSentences: Readonly<Record<DisabledReason, string>> = {
  client: 'The webhook was switched off by its client.',
  failing: 'The webhook was disabled because it had failed for too long, or too often in a row.',
  expired: 'The webhook had expired.',
  gone: 'The webhook was disabled because its receiver had answered 410 Gone.',
};
