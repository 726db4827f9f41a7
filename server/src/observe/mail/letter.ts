// What a mail about a webhook says: subject, what happened, the facts, and what to do. Pure; how it looks comes after.

import { STATUS_CODES } from 'node:http';
import { secondMs, type Instant } from '../../domain/clock.ts';
import type { MailRules } from '../../domain/mail-rules.ts';
import { maskedUrl } from '../../domain/masked-url.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Notice } from './notice.ts';
import { oneLine } from './one-line.ts';
import type { Failure, Standing } from './standing.ts';

export type Letter = {
  readonly subject: string;
  /** What happened, in sentences. */
  readonly lead: readonly string[];
  readonly facts: readonly Fact[];
  /** What to do, in order. */
  readonly steps: readonly string[];
};

/** A value may be a page to go to: only then is it a link. */
export type Fact = { readonly name: string; readonly value: string; readonly page?: true };

export type Story = {
  readonly notice: Notice;
  readonly webhook: Webhook;
  readonly rules: MailRules;
  readonly standing: Standing;
  /** Of the webhook's own tenant, as `titleOf` has them. */
  readonly offenders: readonly string[];
  /** Base of the native API. */
  readonly apiUrl: string;
  readonly retentionDays: number;
};

const labelMax = 60;
const nameMax = 100;
const valueMax = 1_000;

/** The letter about a notice. All texts are single lines of bounded length, whatever users and receivers wrote. */
export function letterOf(story: Story): Letter {
  const { notice, webhook, rules } = story;
  const what = { failed: 'failed', failing: 'failed', disabled: 'disabled', throttled: 'throttled' };
  return {
    subject: `Webhook ${labelOf(webhook, rules)} ${what[notice.kind]} – ${nameOf(webhook)}`,
    lead: lead(story),
    facts: facts(story).map((fact) => ({ ...fact, value: oneLine(fact.value, valueMax) })),
    steps: steps(story),
  };
}

/** Label and name of a webhook, such as `#179 Status Update`. */
export function titleOf(webhook: Webhook, rules: MailRules): string {
  return `${labelOf(webhook, rules)} ${nameOf(webhook)}`;
}

/** How the last attempt ended, in words: the status with its reason phrase, or what kept an answer from coming. */
export function errorText(notice: Notice, failure: Failure | undefined): string {
  if (failure === undefined) {
    const gone = notice.kind === 'disabled' && notice.reason === 'gone';
    return gone ? `410 ${STATUS_CODES[410]}` : 'unknown: the deliveries of the webhook tell it';
  }
  const { outcome, phrase } = failure;
  if (outcome.kind === 'error') return oneLine(`${outcome.detail} (${outcome.reason})`, valueMax);
  return oneLine(`${outcome.status} ${phrase || (STATUS_CODES[outcome.status] ?? '')}`, nameMax);
}

function labelOf(webhook: Webhook, rules: MailRules): string {
  return oneLine(rules.label(webhook), labelMax);
}

function nameOf({ name }: Webhook): string {
  return oneLine(name, nameMax) || '(no name)';
}

function lead({ notice }: Story): readonly string[] {
  switch (notice.kind) {
    case 'failed':
      return [
        'A delivery to this webhook failed.',
        'However many fail, there is at most one such mail in 20 minutes.',
      ];
    case 'failing':
      return [
        `For ${notice.for === '1d' ? 'a day' : '3 days'} no delivery to this webhook has succeeded.`,
        'If that goes on, the webhook will be disabled.',
      ];
    case 'disabled':
      return [
        notice.reason === 'gone'
          ? 'This webhook has been disabled: its receiver answered 410, which says that it is gone for good.'
          : 'This webhook has been disabled: for too long no delivery to it has succeeded.',
      ];
    case 'throttled':
      return [
        `Requests to ${oneLine(notice.server, valueMax)} keep failing, so the deliveries of this webhook wait.`,
        'Waiting uses up none of their attempts.',
      ];
  }
}

function facts(story: Story): readonly Fact[] {
  const { notice, webhook, rules, standing, offenders } = story;
  const { failure } = standing;
  const page = rules.pageUrl(webhook);
  return [
    { name: 'Webhook', value: titleOf(webhook, rules) },
    { name: 'Id', value: webhook.id },
    ...(page === null ? [] : [{ name: 'Page', value: page, page: true as const }]),
    { name: 'Target', value: maskedUrl(rules.target(webhook)) },
    { name: 'Last error', value: errorText(notice, failure) },
    ...(failure === undefined
      ? []
      : [
          { name: 'When', value: timeText(failure.at) },
          {
            name: 'What',
            value: `attempt ${failure.attempt} of ${failure.delivery.id} with ${failure.delivery.eventType}`,
          },
        ]),
    comesNext(story),
    ...(notice.kind === 'throttled'
      ? [{ name: 'Offending webhooks', value: offenders.join('; ') || 'none of yours' }]
      : []),
  ];
}

function comesNext({ notice, webhook, standing: { failure, waitsUntil = 0 } }: Story): Fact {
  const waits = (value: string) => ({ name: 'What waits', value });
  if (notice.kind === 'disabled') {
    return webhook.profile === 'durable'
      ? waits('pending deliveries, until it is enabled again; new events are recorded as not delivered')
      : { name: 'What is dropped', value: 'pending deliveries, and new events until it is enabled again' };
  }
  if (notice.kind === 'throttled') return waits(`all but one that is tried about ${timeText(notice.until)}`);
  const state = failure?.delivery.state;
  const nextAttempt = (value: string) => ({ name: 'Next attempt', value });
  if (state === undefined) return waits('what is pending is attempted again by its schedule');
  if (state.kind === 'scheduled') return nextAttempt(`about ${timeText(Math.max(state.dueAt, waitsUntil))}`);
  return state.kind === 'exhausted'
    ? nextAttempt('none: the delivery has used up its attempts, is kept as exhausted, and can be sent again')
    : nextAttempt('none for this delivery');
}

function steps({ notice, webhook, apiUrl, retentionDays }: Story): readonly string[] {
  const self = `${apiUrl}/api/v1/webhooks/${webhook.id}`;
  const seconds = webhook.endpoint.timeoutMs / secondMs;
  return [
    `Look at its deliveries: GET ${apiUrl}/api/v1/deliveries?webhookId=${webhook.id} lists them, and each tells request, answer and error of its attempts. Finished ones are kept for ${retentionDays} days.`,
    `Mend the receiver: it has to answer within ${seconds} s, with a status from 200 to 299.`,
    `Test it: POST ${self}/test sends a request at once and tells the answer.`,
    ...(notice.kind === 'disabled'
      ? [`Enable the webhook again where it is administered, or with POST ${self}/resume.`]
      : []),
    `What has been given up can be sent again: POST ${apiUrl}/api/v1/deliveries/ID/redeliver.`,
  ];
}

function timeText(at: Instant): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
