// From what a client asked for to the webhook: a new one, or the stored one with the given fields changed.

import { secondMs, type Instant } from '../../../domain/clock.ts';
import { invalid } from '../../../domain/refusal.ts';
import { credentialsIn } from '../../../domain/target.ts';
import type {
  DeliveryProfile,
  Signing,
  Subscription,
  Webhook,
  WebhookState,
} from '../../../domain/webhook.ts';
import type { Verification } from '../../../domain/verification.ts';
import type { WebhookPolicy } from '../../../domain/webhook-policy.ts';
import { writtenUrl } from '../../../domain/written-url.ts';
import type { WebhookDraft } from '../../../manage/webhooks.ts';
import { verifyEvent } from '../catalogue.ts';
import { eventOf, nothingStored, storedOf, uriOf, type Attachment, type Stored } from '../stored.ts';
import { fieldProblem } from '../rest/refusals.ts';
import { attachmentsMax, type GivenAttachment, type WebhookIn } from './webhook-in.ts';

/** The original's, here over everything (design, Rulings: Time-outs). */
export const timeoutMs = 10 * secondMs;

const concurrencyMax = 10;

/** A new webhook of what `readWebhook` took from a create: event and uri are there. */
export function newWebhook(
  given: WebhookIn,
  by: {
    readonly profile: DeliveryProfile;
    readonly verification: Verification;
    readonly source: string | null;
    readonly now: Instant;
  },
): WebhookDraft {
  const { event = '', uri, disabled = false } = given;
  return {
    dialect: 'xurrent',
    name: given.name ?? event,
    description: given.description ?? '',
    endpoint: {
      url: uri?.target.url ?? '',
      headers: {},
      credentials: credentialsIn(uri?.target),
      timeoutMs,
      tlsVerify: true,
      concurrencyMax,
      rateLimit: null,
    },
    subscription: { ...subscriptionTo(event, given.appOfferingReferences ?? []), channels: [], filter: null },
    signing: signingBy(given.policy ?? null),
    state: disabled ? { kind: 'disabled', reason: 'client', since: by.now } : { kind: 'active' },
    profile: by.profile,
    retrySchedule: null,
    ordering: 'none',
    expiry: null,
    verification: by.verification,
    dialectSettings: changedStored(nothingStored, { ...given, source: by.source }),
    metadata: {},
  };
}

/**
 * The stored webhook with the given fields changed; the very same one where nothing changes. `verification` is what a
 * changed `uri`, or any change of an unverified webhook, asks for (specification §3.3).
 */
export function changedWebhook(
  current: Webhook,
  given: WebhookIn,
  by: { readonly verification: Verification; readonly now: Instant },
): Webhook {
  const isGiven = Object.values(given).some((value) => value !== undefined);
  const isUnverified = current.verification?.kind !== 'verified';
  if (!isGiven && !isUnverified) return current;
  const event = given.event ?? eventOf(current);
  const stored = storedOf(current);
  const references = given.appOfferingReferences ?? stored.appOfferingReferences;
  const next: Webhook = {
    ...current,
    name: given.name === null ? event : (given.name ?? current.name),
    description: given.description === undefined ? current.description : (given.description ?? ''),
    endpoint: {
      ...current.endpoint,
      url: given.uri?.target.url ?? current.endpoint.url,
      credentials: given.uri === undefined ? current.endpoint.credentials : credentialsIn(given.uri.target),
    },
    subscription: { ...current.subscription, ...subscriptionTo(event, references) },
    signing: given.policy === undefined ? current.signing : signingBy(given.policy),
    state: changedState(current.state, given.disabled, by.now),
    dialectSettings: { ...current.dialectSettings, ...changedStored(stored, given) },
  };
  return isUnverified || uriOf(next) !== uriOf(current) ? { ...next, verification: by.verification } : next;
}

/**
 * One event; references narrow those of app instances only. `webhook.verify` may be named, and no published event is
 * ever owed to it.
 */
export function subscriptionTo(
  event: string,
  references: readonly string[],
): Pick<Subscription, 'eventTypes' | 'only'> {
  const only =
    event === verifyEvent
      ? { path: [], oneOf: [] }
      : event.startsWith('app_instance.') && references.length > 0
        ? { path: ['app_offering', 'reference'], oneOf: references }
        : null;
  return { eventTypes: [event], only };
}

/** How a webhook signs that has this policy, or none. */
export function signingBy(policy: WebhookPolicy | null): Signing {
  return policy === null ? { scheme: 'none' } : { scheme: 'jwt', policyId: policy.id };
}

function changedStored(stored: Stored, given: WebhookIn): Stored {
  const { uri } = given;
  return {
    uri: uri === undefined ? stored.uri : writtenUrl(uri.text, uri.target.url, uri.target.userinfo !== null),
    mailExceptionsTo: given.mailExceptionsTo === undefined ? stored.mailExceptionsTo : given.mailExceptionsTo,
    openidConnectDiscovery: given.openidConnectDiscovery ?? stored.openidConnectDiscovery,
    appOfferingReferences: given.appOfferingReferences ?? stored.appOfferingReferences,
    attachments: changedAttachments(stored.attachments, given.attachments ?? []),
    source: given.source === undefined ? stored.source : given.source,
    sourceID: given.sourceID === undefined ? stored.sourceID : given.sourceID,
  };
}

/** Each takes the place of the one with its key. Throws `invalid` where they would be too many together. */
function changedAttachments(
  stored: readonly Attachment[],
  given: readonly GivenAttachment[],
): readonly Attachment[] {
  const named = new Map(given.map((attachment) => [attachment.key, attachment]));
  const kept = stored.filter(({ key }) => !named.has(key));
  const added = [...named.values()].filter(({ remove }) => !remove);
  if (kept.length + added.length > attachmentsMax)
    throw invalid([fieldProblem('description_attachments', `are too many (maximum is ${attachmentsMax})`)]);
  return [...kept, ...added.map(({ key, filesize, inline }) => ({ key, filesize, inline }))];
}

/** A client knows on and off only: `false` also resumes what a person paused. */
function changedState(current: WebhookState, disabled: boolean | undefined, now: Instant): WebhookState {
  if (disabled === undefined || disabled === (current.kind !== 'active')) return current;
  return disabled ? { kind: 'disabled', reason: 'client', since: now } : { kind: 'active' };
}
