// What the webhook is set to, at a glance.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Webhook } from '../../../api/types.ts';
import { webhookPoliciesQuery } from '../../../api/webhook-policies.ts';
import { Card, Facts } from '../../../parts/page.tsx';
import { Moment } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { settingsOf } from '../form/draft.ts';
import { ActiveCount } from '../form/active-count.tsx';
import { filterText } from '../form/filter-text.ts';
import { scheduleText } from '../form/schedule.ts';

const words = texts.webhook.about;
type Fact = readonly [name: string, value: ReactNode];

export function About({ webhook }: { readonly webhook: Webhook }) {
  const { description, eventTypes, channels, filter, timeoutMs, concurrency, rateLimit, profile, metadata } =
    webhook;
  const facts: readonly Fact[] = [
    ...(description === '' ? [] : [[words.description, description] as const]),
    [words.events, <Names key="events" names={eventTypes} />],
    ...(channels.length === 0 ? [] : [[words.channels, <Names key="channels" names={channels} />] as const]),
    ...(filter === null ? [] : [[words.filter, <Filter key="filter" filter={filter} />] as const]),
    [words.signing, texts.signing.schemes[webhook.signing.scheme]],
    ...ofDialect(webhook),
    [words.timeout, texts.numbers.ms(timeoutMs)],
    [words.concurrency, texts.numbers.count(concurrency)],
    [
      words.rateLimit,
      rateLimit === null
        ? words.noRateLimit
        : words.rate(texts.numbers.count(rateLimit.requests), rateLimit.perSeconds),
    ],
    ...(webhook.ordering === 'none'
      ? []
      : [[words.ordering, texts.webhookForm.delivery.orderings[webhook.ordering]] as const]),
    retriesOf(webhook),
    ...(webhook.dialect === 'native' ? [] : [[words.profile, words.profiles[profile]] as const]),
    ...(webhook.wireId === null ? [] : [[words.wireId, <code key="wire">{webhook.wireId}</code>] as const]),
    ...Object.entries(metadata).map(([name, value]) => [name, value] as const),
    [words.created, <Moment key="created" at={webhook.createdAt} />],
    [words.updated, <Moment key="updated" at={webhook.updatedAt} />],
  ];
  return (
    <Card title={words.title}>
      <Facts facts={facts} />
    </Card>
  );
}

/** A faithful webhook takes no notice of schedules, its own included. */
function retriesOf({ dialect, profile, retrySchedule }: Webhook): Fact {
  if (profile === 'faithful' && dialect !== 'native')
    return [words.retries, words.retriesAsOriginal[dialect]];
  return [words.schedule, retrySchedule === null ? words.installation : scheduleText(retrySchedule)];
}

function ofDialect(webhook: Webhook): readonly Fact[] {
  const settings = settingsOf(webhook);
  const { policy = null, expiresAt = null } = settings;
  const { verification } = webhook;
  switch (webhook.dialect) {
    case 'native':
      return [];
    case 'confluence':
      return [
        [words.credentials, settings.credentials?.username ?? texts.common.none],
        [words.tls, settings.sslVerificationRequired === false ? words.tlsOff : words.tlsOn],
      ];
    case 'xurrent':
      return [
        [
          words.verification,
          verification === null ? words.noVerification : words.verifications[verification.state],
        ],
        ...(verification?.verifiedAt === undefined
          ? []
          : [[words.verifiedAt, <Moment key="verified" at={verification.verifiedAt} />] as const]),
        [words.policy, policy === null ? words.unsigned : <Policy key="policy" wireId={policy} />],
        [words.mail, settings.mailExceptionsTo?.join(', ') ?? words.administrators],
      ];
    case 'entrust':
      return [
        [words.activeLimit, <ActiveCount key="count" dialect="entrust" />],
        [words.expires, expiresAt === null ? words.never : <Moment key="expires" at={expiresAt} />],
      ];
  }
}

function Policy({ wireId }: { readonly wireId: number }) {
  const { data } = useQuery(webhookPoliciesQuery);
  const policy = data?.find((one) => one.wireId === wireId);
  return policy === undefined ? String(wireId) : texts.webhookForm.policy.name(policy);
}

function Filter({ filter }: { readonly filter: object }) {
  return (
    <pre className="max-h-60 overflow-auto rounded bg-sunken px-1.5 py-0.5 text-xs break-all whitespace-pre-wrap">
      {filterText(filter)}
    </pre>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {names.map((name) => (
        <code key={name} className="rounded bg-sunken px-1.5 py-0.5 text-xs break-all">
          {name}
        </code>
      ))}
    </span>
  );
}
