// What somebody fills in: a webhook as texts and boxes, and what is sent of it to create and to change one.

import type { Webhook, WebhookIn, WebhookPatch } from '../../../api/types.ts';
import { filterIn, filterText } from './filter-text.ts';
import { mergePatch } from './merge-patch.ts';
import { isBlank } from './numbers.ts';
import { pairsOf, recordOf, type Pair } from './pairs.ts';
import { scheduleOf, scheduleText } from './schedule.ts';

/** Of every dialect at once: a form shows those of its own. */
export type Draft = {
  readonly name: string;
  readonly url: string;
  readonly active: boolean;
  readonly eventTypes: readonly string[];
  /** One that is being typed, and counts as chosen. */
  readonly typedEvent: string;
  readonly description: string;
  readonly channels: string;
  /** JSON; empty for none. */
  readonly filter: string;
  readonly headers: readonly Pair[];
  readonly metadata: readonly Pair[];
  readonly retrySchedule: string;
  readonly ordering: Webhook['ordering'];
  readonly timeoutS: string;
  readonly concurrency: string;
  /** Empty for no limit, whatever the seconds are. */
  readonly rateRequests: string;
  readonly ratePerSeconds: string;
  /** Empty for the installation's. */
  readonly profile: '' | Webhook['profile'];

  readonly scheme: 'standard-webhooks' | 'http-message-signature';
  readonly algorithm: NonNullable<Webhook['signing']['algorithm']>;
  readonly ownSecret: string;

  readonly secret: string;
  readonly username: string;
  readonly password: string;
  readonly sslVerificationRequired: boolean;

  readonly policy: string;
  readonly mailExceptionsTo: string;
  readonly openidConnectDiscovery: boolean;
  readonly appOfferingReferences: string;
  readonly source: string;
  readonly sourceID: string;

  readonly expiryDays: string;
};

export type DraftKey = keyof Draft;

export const emptyDraft: Draft = {
  name: '',
  url: '',
  active: true,
  eventTypes: [],
  typedEvent: '',
  description: '',
  channels: '',
  filter: '',
  headers: [],
  metadata: [],
  retrySchedule: '',
  ordering: 'none',
  timeoutS: '',
  concurrency: '',
  rateRequests: '',
  ratePerSeconds: '1',
  profile: '',
  scheme: 'standard-webhooks',
  algorithm: 'hmac-sha256',
  ownSecret: '',
  secret: '',
  username: '',
  password: '',
  sslVerificationRequired: true,
  policy: '',
  mailExceptionsTo: '',
  openidConnectDiscovery: false,
  appOfferingReferences: '',
  source: '',
  sourceID: '',
  expiryDays: '0',
};

/** What Confluence, Xurrent and Entrust webhooks have in `dialectSettings`, as the API shows it. */
type Settings = {
  readonly secret?: string | null;
  readonly credentials?: { readonly username: string } | null;
  readonly sslVerificationRequired?: boolean;
  readonly policy?: number | null;
  readonly mailExceptionsTo?: readonly string[] | null;
  readonly openidConnectDiscovery?: boolean;
  readonly appOfferingReferences?: readonly string[];
  readonly source?: string | null;
  readonly sourceID?: string | null;
  readonly expiryDays?: number;
  readonly expiresAt?: string | null;
};

export function settingsOf(webhook: Pick<Webhook, 'dialectSettings'>): Settings {
  return webhook.dialectSettings;
}

/** A stored webhook as its form shows it. Secrets are masked, and a mask that is sent back changes nothing. */
export function draftOf(webhook: Webhook): Draft {
  const settings = settingsOf(webhook);
  const { signing } = webhook;
  return {
    ...emptyDraft,
    name: webhook.name,
    url: webhook.url,
    active: webhook.state === 'active',
    eventTypes: webhook.eventTypes,
    description: webhook.description,
    channels: webhook.channels.join(', '),
    filter: webhook.filter === null ? '' : filterText(webhook.filter),
    headers: pairsOf(webhook.headers),
    metadata: pairsOf(webhook.metadata),
    retrySchedule: webhook.retrySchedule === null ? '' : scheduleText(webhook.retrySchedule),
    ordering: webhook.ordering,
    timeoutS: String(webhook.timeoutMs / 1_000),
    concurrency: String(webhook.concurrency),
    ...(webhook.rateLimit !== null && {
      rateRequests: String(webhook.rateLimit.requests),
      ratePerSeconds: String(webhook.rateLimit.perSeconds),
    }),
    profile: webhook.profile,
    scheme: signing.scheme === 'http-message-signature' ? signing.scheme : 'standard-webhooks',
    algorithm: signing.algorithm ?? 'hmac-sha256',
    secret: settings.secret ?? '',
    username: settings.credentials?.username ?? '',
    sslVerificationRequired: settings.sslVerificationRequired ?? true,
    policy: settings.policy?.toString() ?? '',
    mailExceptionsTo: settings.mailExceptionsTo?.join(', ') ?? '',
    openidConnectDiscovery: settings.openidConnectDiscovery ?? false,
    appOfferingReferences: settings.appOfferingReferences?.join(', ') ?? '',
    source: settings.source ?? '',
    sourceID: settings.sourceID ?? '',
    expiryDays: String(settings.expiryDays ?? 0),
  };
}

/** The whole webhook to be created; what was left empty is left out. */
export function bodyOf(draft: Draft, dialect: Webhook['dialect']): WebhookIn {
  return {
    ...(dialect === 'native' ? { signing: signingOf(draft) } : { dialect }),
    ...membersOf(draft, dialect),
  };
}

/** What of the stored webhook the draft changes; without members where nothing. */
export function patchOf(draft: Draft, webhook: Webhook): WebhookPatch {
  const { dialect } = webhook;
  const { filter: filterBefore, ...before } = membersOf(draftOf(webhook), dialect);
  const { filter, ...after } = membersOf(draft, dialect);
  // A filter is replaced as a whole.
  const isSame = JSON.stringify(filterBefore) === JSON.stringify(filter);
  return { ...mergePatch(before, after), ...(!isSame && { filter: filter ?? null }) };
}

function membersOf(draft: Draft, dialect: Webhook['dialect']): Omit<WebhookIn, 'dialect' | 'signing'> {
  const { name, url, description, profile, active } = draft;
  const waits = scheduleOf(draft.retrySchedule);
  return {
    name,
    url,
    eventTypes: [...chosenEvents(draft)],
    state: active ? 'active' : 'paused',
    ...(description !== '' && { description }),
    ...(draft.channels.trim() !== '' && { channels: namesIn(draft.channels) }),
    ...(draft.filter.trim() !== '' && { filter: sentFilter(draft.filter) }),
    ...(draft.headers.length > 0 && { headers: recordOf(draft.headers) }),
    ...(draft.metadata.length > 0 && { metadata: recordOf(draft.metadata) }),
    ...(waits !== undefined && waits.length > 0 && { retrySchedule: [...waits] }),
    ...(draft.ordering !== 'none' && { ordering: draft.ordering }),
    ...(!isBlank(draft.timeoutS) && { timeoutMs: Math.round(Number(draft.timeoutS) * 1_000) }),
    ...(!isBlank(draft.concurrency) && { concurrency: Number(draft.concurrency) }),
    ...(!isBlank(draft.rateRequests) && {
      rateLimit: { requests: Number(draft.rateRequests), perSeconds: Number(draft.ratePerSeconds) },
    }),
    ...(dialect !== 'native' && profile !== '' && { profile }),
    ...(dialect !== 'native' && { dialectSettings: settingsIn(draft, dialect) }),
  };
}

export function chosenEvents({ eventTypes, typedEvent }: Draft): readonly string[] {
  const typed = typedEvent.trim();
  return typed === '' || eventTypes.includes(typed) ? eventTypes : [...eventTypes, typed];
}

/** What is no filter yet counts as it is, so that it is not lost; it is never sent. */
function sentFilter(text: string): NonNullable<WebhookIn['filter']> {
  const { value = text } = filterIn(text);
  return value as NonNullable<WebhookIn['filter']>;
}

function settingsIn(draft: Draft, dialect: Exclude<Webhook['dialect'], 'native'>): Record<string, unknown> {
  switch (dialect) {
    case 'confluence':
      return {
        secret: draft.secret === '' ? null : draft.secret,
        credentials: draft.username === '' ? null : credentialsIn(draft),
        sslVerificationRequired: draft.sslVerificationRequired,
      };
    case 'xurrent':
      return {
        policy: draft.policy === '' ? null : Number(draft.policy),
        mailExceptionsTo: draft.mailExceptionsTo.trim() === '' ? null : namesIn(draft.mailExceptionsTo),
        openidConnectDiscovery: draft.openidConnectDiscovery,
        appOfferingReferences: namesIn(draft.appOfferingReferences),
        source: draft.source === '' ? null : draft.source,
        sourceID: draft.sourceID === '' ? null : draft.sourceID,
      };
    case 'entrust':
      return { expiryDays: Number(draft.expiryDays) };
  }
}

/** Without a password the stored one is kept. */
function credentialsIn({ username, password }: Draft) {
  return { username, ...(password !== '' && { password }) };
}

function signingOf({ scheme, algorithm, ownSecret }: Draft): NonNullable<WebhookIn['signing']> {
  const takesSecret = scheme === 'standard-webhooks' || algorithm === 'hmac-sha256';
  return {
    scheme,
    ...(scheme === 'http-message-signature' && { algorithm }),
    ...(takesSecret && ownSecret !== '' && { secret: ownSecret }),
  };
}

function namesIn(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Where the same place was changed by both, it stays as the person has it. */
export function rebased(draft: Draft, base: Webhook, theirs: Webhook): Draft {
  const [from, to] = [draftOf(base), draftOf(theirs)];
  const mine = changedKeys(from, draft).map((key) => [key, draft[key]] as const);
  return { ...to, ...Object.fromEntries(mine) };
}

export function changedKeys(before: Draft, after: Draft): readonly DraftKey[] {
  return (Object.keys(before) as DraftKey[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
