// Why a delivery is in its state, what happens next and what a person can do, in sentences. Pure.

import type { DeliverySummary, Webhook } from '../../api/types.ts';
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

/** `webhook` is null when it is gone, undefined while nobody knows. */
export function tellDelivery(delivery: DeliverySummary, webhook: Webhook | null | undefined): Told {
  const { state, reason, attemptCount, lastAttempt, purpose } = delivery;
  const answer = lastAttempt?.explanation ?? '';
  const again = webhook === null ? words.can.gone : purpose === 'event' ? words.can.again : words.can.nothing;
  switch (state) {
    case 'scheduled':
      return tellScheduled(delivery, webhook);
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

function tellScheduled(delivery: DeliverySummary, webhook: Webhook | null | undefined): Told {
  const { attemptCount, lastAttempt, nextAttemptAt, purpose } = delivery;
  const failed = attemptCount === 0 ? '' : words.failed(attemptCount, lastAttempt?.explanation ?? '');
  const join = (sentence: string) => [failed, sentence].filter(Boolean).join(' ');
  // What a webhook's own administration sends waits for none of these.
  const holder = purpose === 'event' ? webhook : undefined;
  if (holder?.state === 'paused')
    return { tone: 'warn', why: join(words.paused), can: words.can.resume, atWebhook: true };
  if (holder?.state === 'disabled')
    return { tone: 'warn', why: join(words.disabled), can: words.can.resume, atWebhook: true };
  if (holder?.verification?.state === 'pending' && attemptCount === 0)
    return { tone: 'warn', why: words.unverified, can: words.can.verify, atWebhook: true };
  const next =
    nextAttemptAt === null ? {} : { next: { label: texts.deliveries.detail.waitsNext, at: nextAttemptAt } };
  if (holder?.breaker.state === 'open') {
    const { nextProbeAt } = holder.breaker;
    const isLater = nextProbeAt !== null && nextAttemptAt !== null && nextProbeAt > nextAttemptAt;
    return {
      tone: 'warn',
      why: join(words.breaker),
      ...(isLater ? { next: { label: words.nextProbe, at: nextProbeAt } } : next),
      can: words.can.probe,
      atWebhook: true,
    };
  }
  return { tone: 'warn', why: failed === '' ? words.fresh : failed, ...next, can: words.can.wait };
}
