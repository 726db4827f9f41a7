// Why a delivery is in its state, what happens next and what a person can do, in sentences. Pure.

import type { DeliverySummary, Waiting, Webhook } from '../../api/types.ts';
import type { Tone } from '../../parts/badge.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.deliveries.summary;

export type Told = {
  readonly tone: Tone;
  /** Why it is as it is. */
  readonly why: string;
  readonly next?: { readonly label: string; readonly at: string };
  /** What a person can do. */
  readonly can: string;
  /** Whether that is done at the webhook. */
  readonly atWebhook?: true;
};

/** `webhook` is null when it is gone, undefined while nobody knows. What a delivery waits for is the server's word. */
export function tellDelivery(delivery: DeliverySummary, webhook: Webhook | null | undefined): Told {
  const { state, reason, attemptCount, lastAttempt, purpose } = delivery;
  const answer = lastAttempt?.explanation ?? '';
  const again = webhook === null ? words.can.gone : purpose === 'event' ? words.can.again : words.can.nothing;
  switch (state) {
    case 'scheduled':
      return tellScheduled(delivery);
    case 'delivered':
      return { tone: 'good', why: words.delivered(attemptCount), can: words.can.nothing };
    case 'exhausted':
      return {
        tone: 'bad',
        why: reason === null ? words.stateLead.exhausted : words.exhausted(attemptCount, reason, answer),
        can: webhook === null ? words.can.gone : words.can.redeliver,
      };
    case 'cancelled':
    case 'skipped':
      return {
        tone: 'quiet',
        why: reason === null ? words.stateLead[state] : words.reason(reason),
        can: again,
      };
  }
}

function tellScheduled({ attemptCount, lastAttempt, waiting }: DeliverySummary): Told {
  const failed = attemptCount === 0 ? '' : words.failed(attemptCount, lastAttempt?.explanation ?? '');
  if (waiting === null) return { tone: 'warn', why: failed, can: words.can.wait };
  const { kind, until, explanation } = waiting;
  // Of what waits for its time alone, the time is told beside.
  const why = kind === 'time' && failed !== '' ? failed : [failed, explanation].filter(Boolean).join(' ');
  return {
    tone: 'warn',
    why,
    ...(until === null ? {} : { next: { label: whatIsNext(kind), at: until } }),
    ...whatToDo(kind, attemptCount),
  };
}

function whatIsNext(kind: Waiting['kind']): string {
  switch (kind) {
    case 'time':
      return texts.deliveries.detail.waitsNext;
    case 'rate_limited':
      return words.nextOfWebhook;
    default:
      return words.nextProbe;
  }
}

function whatToDo(kind: Waiting['kind'], attempts: number): Pick<Told, 'can' | 'atWebhook'> {
  switch (kind) {
    case 'time':
    case 'turn':
      return { can: attempts === 0 ? words.can.nothing : words.can.wait };
    case 'paused':
    case 'disabled':
      return { can: words.can.resume, atWebhook: true };
    case 'unverified':
      return { can: words.can.verify, atWebhook: true };
    case 'breaker_open':
    case 'breaker_half_open':
      return { can: words.can.probe, atWebhook: true };
    case 'order':
      return { can: words.can.order };
    case 'throttled':
      return { can: words.can.spared };
    case 'rate_limited':
      return { can: words.can.rateLimited, atWebhook: true };
  }
}
