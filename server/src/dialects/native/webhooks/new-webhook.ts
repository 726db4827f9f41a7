// From what a caller sent to a new webhook, with all that is wrong told at once.

import type { Instant } from '../../../domain/clock.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { credentialsIn } from '../../../domain/target.ts';
import { ownHeaders, type Signing } from '../../../domain/webhook.ts';
import type { WebhookDraft } from '../../../manage/webhooks.ts';
import type { OtherDialect } from '../parts.ts';
import { refuse } from '../wire/refuse.ts';
import { readFilterMember } from '../filters/read-filter-member.ts';
import { chosenSigning, problemsOfSigning } from './new-signing.ts';
import { concurrencyDefault, type WebhookIn } from './schemas.ts';
import {
  dialectNamed,
  judge,
  problemsOfProfile,
  readSettings,
  waitsMs,
  type Judgement,
} from './webhook-parts.ts';
import { problemsOfWebhook } from './webhook-rules.ts';

/** Keys are made for it once all else is found right, which may take a while. */
export async function newWebhook(
  given: WebhookIn,
  by: Judgement,
  tenantId: TenantId,
  now: Instant,
): Promise<WebhookDraft> {
  const dialect = dialectNamed(given.dialect ?? 'native', by.dialects);
  const { name, eventTypes, channels = [] } = given;
  const filter = readFilterMember(given.filter ?? null);
  const subscription = { eventTypes, channels, only: null, filter: filter.value };
  const target = judge(given.url, dialect, by.judgeTarget);
  refuse([
    ...target.problems,
    ...problemsOfWebhook(given),
    ...filter.problems,
    ...problemsOfSigning(given.signing, dialect.name),
    ...problemsOfProfile(given.profile, dialect.name),
  ]);
  refuse(dialect.settings.problems({ name, subscription }));

  const settings = dialect.settings.apply(readSettings(given.dialectSettings ?? {}, dialect), null, tenantId);
  const draft: WebhookDraft = {
    dialect: dialect.name,
    name,
    description: given.description ?? '',
    endpoint: {
      url: target.url,
      headers: ownHeaders(given.headers ?? {}),
      credentials: settings.credentials ?? credentialsIn(target),
      timeoutMs: given.timeoutMs ?? dialect.settings.timeoutMs,
      tlsVerify: settings.tlsVerify ?? true,
      concurrencyMax: given.concurrency ?? concurrencyDefault,
      rateLimit: given.rateLimit ?? null,
    },
    subscription,
    signing: settings.signing ?? (await newSigning(given.signing, dialect, by)),
    state: given.state === 'paused' ? { kind: 'paused', since: now } : { kind: 'active' },
    expiry: settings.expiry ?? null,
    verification: null,
    profile: given.profile ?? (dialect.name === 'native' ? 'durable' : by.profile),
    retrySchedule: waitsMs(given.retrySchedule ?? null),
    ordering: given.ordering ?? 'none',
    dialectSettings: settings.dialectSettings ?? {},
    metadata: given.metadata ?? {},
  };
  return { ...draft, ...dialect.settings.derive?.(draft, null) };
}

/** Native webhooks always sign; others as their settings say. */
async function newSigning(
  given: WebhookIn['signing'],
  dialect: OtherDialect,
  by: Judgement,
): Promise<Signing> {
  return dialect.name === 'native' ? by.newSigning(chosenSigning(given)) : { scheme: 'none' };
}
