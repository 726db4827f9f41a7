// The list of deliveries, and one delivery with its attempts.

import type { DeliveryState, Waiting } from '../../api/types.ts';

type Reason =
  | 'attempts'
  | 'age'
  | 'not_retried'
  | 'person'
  | 'webhook_deleted'
  | 'superseded'
  | 'webhook_disabled'
  | 'target_changed'
  | 'breaker_open'
  | 'too_many_in_flight';

const reasons: Readonly<Record<Reason, string>> = {
  attempts: 'All attempts of its schedule failed, and no more are made.',
  age: 'It grew too old before an attempt succeeded, and no more are made.',
  not_retried:
    'It failed in a way after which the original product tries no more, and the webhook follows the original (faithful).',
  person: 'Somebody cancelled it.',
  webhook_deleted: 'Its webhook was deleted.',
  superseded: 'A newer message took its place.',
  webhook_disabled:
    'Its webhook was disabled while it waited, and the webhook follows the original (faithful), which drops it.',
  target_changed:
    'The webhook got another URL while it waited, and the webhook follows the original (faithful), which drops it.',
  breaker_open:
    'The circuit breaker was open, and the webhook follows the original (faithful), which skips it.',
  too_many_in_flight:
    'Too many requests were in flight, and the webhook follows the original (faithful), which skips it.',
};

const stateLead: Readonly<Record<DeliveryState, string>> = {
  scheduled: 'It waits for its next attempt.',
  delivered: 'The receiver took it.',
  exhausted: reasons.attempts,
  cancelled: reasons.person,
  skipped: reasons.breaker_open,
};

/** After a retry: it may be due and held back all the same. */
function afterRetry(waiting: Waiting | null): string {
  switch (waiting?.kind) {
    case 'paused':
    case 'disabled':
    case 'unverified':
      return `Due now. ${waiting.explanation}`;
    case 'rate_limited':
      return 'Due now. It goes out when the rate limit of the webhook lets it.';
    case 'throttled':
      return 'Due now. Since its server kept failing, one request finds out first whether it is back.';
    case 'breaker_open':
    case 'breaker_half_open':
      return 'Due now. Since the receiver kept failing, one request finds out first whether it is back.';
    default:
      return 'Due now';
  }
}

export const deliveries = {
  title: 'Deliveries',
  lead: 'Every event owed to every webhook, what became of it, and what you can do about it.',
  columns: {
    state: 'State',
    type: 'Event type',
    webhook: 'Webhook',
    answer: 'Last answer',
    attempts: 'Attempts',
    next: 'Next attempt',
    created: 'Created',
  },
  noAnswer: 'None yet',
  waiting: {
    turn: 'due',
    paused: 'paused',
    disabled: 'disabled',
    unverified: 'unverified',
    order: 'in line',
    breaker_open: 'breaker open',
    breaker_half_open: 'probing',
    throttled: 'server spared',
    rate_limited: 'rate limit',
    until: (what: string, length: string) => `${what}, ${length}`,
  },
  filters: {
    label: 'Filters',
    open: (count: number) => (count === 0 ? 'Filters' : `Filters (${count})`),
    state: 'State',
    anyState: 'Any state',
    webhook: 'Webhook',
    anyWebhook: 'Any webhook',
    type: 'Event type',
    anyType: 'Any type',
    outcome: 'Last outcome',
    anyOutcome: 'Any outcome',
    outcomes: { success: 'Success', failure: 'Failure (not 2xx)', error: 'Error (no answer)' },
    status: 'Last status',
    anyStatus: 'Any status',
    error: 'Last error',
    anyError: 'Any error',
    id: 'Delivery or event id',
    idHint: 'An id begins with dlv_ or evt_.',
    clear: 'Clear filters',
  },
  empty: {
    title: 'No deliveries yet',
    lead: 'When an event is published that a webhook has subscribed to, its delivery shows up here, attempt by attempt. Publish one from the page of events, or from your application.',
    action: 'Publish an event',
  },
  noMatch: {
    title: 'No delivery matches',
    lead: 'Nothing that is kept meets all of these filters. Take one away, or widen the time.',
  },
  further: {
    lead: (looked: string) => `Nothing matches among the deliveries back to ${looked}.`,
    leadNothing: 'A long stretch of deliveries was looked through without a match.',
    action: 'Look further back',
  },
  bulk: {
    label: 'What to do with the chosen deliveries',
    chosen: (count: number) => (count === 1 ? '1 chosen' : `${count} chosen`),
    none: 'Choose none',
    retry: 'Retry',
    cancel: 'Cancel',
    retryTitle: (count: number) => (count === 1 ? 'Retry 1 delivery?' : `Retry ${count} deliveries?`),
    retryLead:
      'What is scheduled is tried at once. What has ended is delivered again, even if it was delivered: its receiver sees the same event id with a fresh signature.',
    retryConfirm: 'Retry now',
    cancelTitle: (count: number) => (count === 1 ? 'Cancel 1 delivery?' : `Cancel ${count} deliveries?`),
    cancelLead:
      'No attempt is made any more for those that are scheduled; their receivers do not get these events unless you redeliver them. What has ended stays as it is.',
    cancelConfirm: 'Cancel deliveries',
    retried: (retried: number, redelivered: number, skipped: number) =>
      [
        retried > 0 && `${retried} due now`,
        redelivered > 0 && `${redelivered} delivered again`,
        skipped > 0 && `${skipped} left as they are: due already, waiting in line, or their webhook is off`,
      ]
        .filter(Boolean)
        .join(' · ') || 'Nothing to retry',
    cancelled: (count: number) => (count === 1 ? '1 delivery cancelled' : `${count} deliveries cancelled`),
  },
  all: {
    menu: 'All that match',
    replay: 'Deliver all of them again …',
    retry: 'Retry all scheduled ones now …',
    cancel: 'Cancel all scheduled ones …',
    replayTitle: 'Deliver again what matches the filters',
    counting: 'Counting …',
    count: (count: string, atLeast: boolean) =>
      atLeast
        ? `At least ${count} deliveries are made.`
        : count === '1'
          ? '1 delivery is made.'
          : `${count} deliveries are made.`,
    nothing: 'Nothing to deliver again: no delivery that has ended matches the filters.',
    replayLead:
      'A new delivery is made of each that matches and has ended. Receivers see the same event ids with fresh signatures; who has taken one before should know it by its id.',
    replayFilter: 'What is replayed',
    start: 'Start the replay',
    retryTitle: 'Retry all scheduled deliveries that match?',
    retryLead: 'They are tried at once instead of later.',
    retryConfirm: 'Retry all now',
    cancelTitle: 'Cancel all scheduled deliveries that match?',
    cancelLead:
      'No attempt is made any more; their receivers do not get these events unless you redeliver them.',
    cancelConfirm: 'Cancel all',
    needsFilter:
      'Choose a webhook, type, time or other filter first, so that nobody does this to everything by mistake.',
    done: (count: number) => `${count} so far`,
  },
  detail: {
    title: 'Delivery',
    of: (type: string) => `Delivery of ${type}`,
    gone: 'No such delivery',
    goneLead: 'It was removed after the days that history is kept, or it belongs to another tenant.',
    back: 'All deliveries',
    openPage: 'Open as a page',
    about: 'About it',
    waitsNext: 'The next attempt is made',
    webhook: 'Webhook',
    event: 'Event',
    id: 'Delivery id',
    created: 'Created',
    settled: 'Ended',
    attempts: 'Attempts',
    original: 'Redelivery of',
    again: 'Redelivered as',
    message: { verification: 'A verification message', test: 'A test message' },
    purpose: 'Purpose',
    redeliver: 'Redeliver',
    retry: 'Retry now',
    cancel: 'Cancel',
    redeliverTitle: 'Deliver this event again?',
    redeliverLead: (type: string, webhook: string) =>
      `A new delivery of ${type} is made to ${webhook} and tried at once. The receiver sees the same event id with a fresh signature.`,
    redelivered: 'On its way again',
    cancelTitle: 'Cancel this delivery?',
    cancelLead: (type: string, webhook: string) =>
      `No further attempt is made, and ${webhook} does not get this ${type} unless you redeliver it.`,
    cancelConfirm: 'Cancel delivery',
    cancelled: 'Cancelled',
    retried: afterRetry,
    failed: 'That did not work',
  },
  summary: {
    stateLead,
    reason: (reason: Reason) => reasons[reason],
    delivered: (attempts: number) =>
      attempts === 1 ? 'Delivered at the first attempt.' : `Delivered at attempt ${attempts}.`,
    failed: (attempts: number, why: string) =>
      attempts === 1 ? `The first attempt failed. ${why}` : `${attempts} attempts failed so far. ${why}`,
    exhausted: (attempts: number, reason: Reason, why: string) =>
      `${reasons[reason]} ${attempts === 1 ? 'The attempt' : `The last of ${attempts} attempts`}: ${why}`,
    can: {
      wait: 'Nothing to do: Posthorn goes on trying by its schedule. Once the receiver is repaired you can retry now.',
      resume: 'Once the webhook is active again, it goes on by itself.',
      verify: 'Have the receiver answer the verification message; the webhook’s page can send a new one.',
      probe:
        'A probe finds out by itself whether the receiver is back, and then everything goes on. A retry sends it at once.',
      order:
        'It goes on by itself once the first of its line was delivered or given up. If that one is stuck, see why:',
      spared: 'One request finds out by itself whether the server is back, and then everything goes on.',
      rateLimited: 'It goes on by itself. If the receiver takes more, raise the rate limit of the webhook.',
      redeliver: 'Repair the receiver, then redeliver it.',
      nothing: 'Nothing to do.',
      again: 'You can redeliver it.',
      gone: 'It can’t be delivered any more, since its webhook is gone.',
    },
    openWebhook: 'Open the webhook',
    openFirst: 'Open the first in line',
    nextProbe: 'The next probe is made',
    nextOfWebhook: 'The next attempt for its webhook begins',
  },
} as const;
