// From a merge patch (RFC 7396) to the change it makes of a stored webhook.

import type { Instant } from '../../../domain/clock.ts';
import type { RateLimit } from '../../../domain/rate-limit.ts';
import { credentialsIn } from '../../../domain/target.ts';
import {
  headerTexts,
  ownHeaders,
  pausedState,
  type Endpoint,
  type Webhook,
  type WebhookState,
} from '../../../domain/webhook.ts';
import { masked } from '../../../deliver/masked.ts';
import type { OtherDialect } from '../parts.ts';
import { readFilterMember } from '../filters/read-filter-member.ts';
import { refuse } from '../wire/refuse.ts';
import { concurrencyDefault, type WebhookPatch } from './schemas.ts';
import {
  dialectNamed,
  judge,
  problemsOfProfile,
  readSettings,
  waitsMs,
  type Judgement,
} from './webhook-parts.ts';
import { problemsOfWebhook, type WebhookMembers } from './webhook-rules.ts';

/** The stored webhook with the patch applied; refuses when what comes out breaks a rule. */
export function changedWebhook(current: Webhook, patch: WebhookPatch, by: Judgement, now: Instant): Webhook {
  const dialect = dialectNamed(current.dialect, by.dialects);
  const members = changedMembers(current, patch);
  const endpoint = changedEndpoint(current, patch, members, dialect, by);
  const filter =
    patch.filter === undefined
      ? { value: current.subscription.filter, problems: [] }
      : readFilterMember(patch.filter);
  refuse([
    ...problemsOfWebhook(members),
    ...filter.problems,
    ...problemsOfProfile(patch.profile, current.dialect),
  ]);

  const name = members.name ?? current.name;
  const subscription = {
    eventTypes: members.eventTypes ?? current.subscription.eventTypes,
    channels: members.channels ?? current.subscription.channels,
    only: current.subscription.only,
    filter: filter.value,
  };
  if (members.name !== undefined || members.eventTypes !== undefined) {
    refuse(dialect.settings.problems({ name, subscription }));
  }
  const changed: Webhook = {
    ...current,
    name,
    description: members.description ?? current.description,
    endpoint,
    subscription,
    state: changedState(current.state, patch.state, now),
    profile: patch.profile ?? current.profile,
    retrySchedule:
      members.retrySchedule === undefined ? current.retrySchedule : waitsMs(members.retrySchedule),
    ordering: patch.ordering === null ? 'none' : (patch.ordering ?? current.ordering),
    metadata: members.metadata ?? current.metadata,
  };
  const set =
    patch.dialectSettings === undefined ? changed : withSettings(changed, patch.dialectSettings, dialect);
  return { ...set, ...dialect.settings.derive?.(set, current) };
}

/** The given members with nulls turned into what they stand for, and texts merged into the stored ones. */
function changedMembers(current: Webhook, patch: WebhookPatch): WebhookMembers {
  const { name, eventTypes, description, channels, headers, retrySchedule, metadata } = patch;
  return {
    ...(name === undefined ? {} : { name }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(description === undefined ? {} : { description: description ?? '' }),
    ...(channels === undefined ? {} : { channels: channels ?? [] }),
    ...(headers === undefined
      ? {}
      : { headers: mergedHeaders(headerTexts(current.endpoint.headers), headers) }),
    ...(retrySchedule === undefined ? {} : { retrySchedule }),
    ...(metadata === undefined ? {} : { metadata: merged(current.metadata, metadata) }),
  };
}

type Texts = Readonly<Record<string, string>>;
type TextsPatch = Readonly<Record<string, string | null>> | null;

function merged(stored: Texts, patch: TextsPatch): Texts {
  if (patch === null) return {};
  const all = Object.entries({ ...stored, ...patch });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Names count without case. A masked value that is sent back leaves the stored one as it is. */
function mergedHeaders(stored: Texts, patch: TextsPatch): Texts {
  if (patch === null) return {};
  const shown = shownHeaders(stored);
  const given = new Map(Object.entries(patch).map(([name, value]) => [name.toLowerCase(), value]));
  const kept = Object.entries(stored).filter(([name]) => {
    const value = given.get(name.toLowerCase());
    return value === undefined || (value !== null && value === shown[name] && value !== stored[name]);
  });
  const keptNames = new Set(kept.map(([name]) => name.toLowerCase()));
  const set = Object.entries(patch).filter(
    (entry): entry is [string, string] => entry[1] !== null && !keptNames.has(entry[0].toLowerCase()),
  );
  return Object.fromEntries([...kept, ...set]);
}

/** The headers as everybody may see them. */
export function shownHeaders(headers: Texts): Texts {
  return masked({ method: 'POST', url: '', headers }).headers;
}

function changedEndpoint(
  { endpoint }: Webhook,
  patch: WebhookPatch,
  members: WebhookMembers,
  dialect: OtherDialect,
  by: Judgement,
): Endpoint {
  const changed: Endpoint = {
    ...endpoint,
    headers: members.headers === undefined ? endpoint.headers : ownHeaders(members.headers),
    timeoutMs:
      patch.timeoutMs === null ? dialect.settings.timeoutMs : (patch.timeoutMs ?? endpoint.timeoutMs),
    concurrencyMax:
      patch.concurrency === null ? concurrencyDefault : (patch.concurrency ?? endpoint.concurrencyMax),
    rateLimit: changedRateLimit(endpoint.rateLimit, patch.rateLimit),
  };
  if (patch.url === undefined || patch.url === endpoint.url) return changed;
  const target = judge(patch.url, dialect, by.judgeTarget);
  refuse(target.problems);
  return { ...changed, url: target.url, credentials: credentialsIn(target) ?? endpoint.credentials };
}

/** Half a limit changes that half of the stored one; where there is none, both are needed. */
function changedRateLimit(current: RateLimit | null, patch: WebhookPatch['rateLimit']): RateLimit | null {
  if (patch === undefined) return current;
  if (patch === null) return null;
  const limit: Partial<RateLimit> = { ...current, ...patch };
  const missing = (['requests', 'perSeconds'] as const).filter((name) => limit[name] === undefined);
  refuse(
    missing.map((name) => {
      const message = `/rateLimit/${name} is required: the webhook has no rate limit yet`;
      return { pointer: `/rateLimit/${name}`, rule: 'required', message };
    }),
  );
  return limit as RateLimit;
}

/** A disabled webhook becomes active when asked to: its client, its receiver or its time are given another chance. */
function changedState(current: WebhookState, asked: WebhookPatch['state'], now: Instant): WebhookState {
  if (asked === undefined || asked === current.kind) return current;
  return asked === 'active' ? { kind: 'active' } : pausedState(current, now);
}

function withSettings(
  webhook: Webhook,
  given: Readonly<Record<string, unknown>>,
  dialect: OtherDialect,
): Webhook {
  const { credentials, tlsVerify, signing, expiry, dialectSettings } = dialect.settings.apply(
    readSettings(given, dialect),
    webhook,
    webhook.tenantId,
  );
  return {
    ...webhook,
    endpoint: {
      ...webhook.endpoint,
      ...(credentials === undefined ? {} : { credentials }),
      ...(tlsVerify === undefined ? {} : { tlsVerify }),
    },
    signing: signing ?? webhook.signing,
    expiry: expiry === undefined ? webhook.expiry : expiry,
    dialectSettings: dialectSettings ?? webhook.dialectSettings,
  };
}
