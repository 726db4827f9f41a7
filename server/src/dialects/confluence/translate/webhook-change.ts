// From what a client asked for to the webhook: a new one, or the stored one with the given members changed.

import type { Instant } from '../../../domain/clock.ts';
import { Secret } from '../../../domain/secret.ts';
import { credentialsIn } from '../../../domain/target.ts';
import type {
  Credentials,
  DeliveryProfile,
  Endpoint,
  Signing,
  Webhook,
  WebhookState,
} from '../../../domain/webhook.ts';
import type { WebhookDraft } from '../../../manage/webhooks.ts';
import { writtenUrl, type WrittenUrl } from '../../../domain/written-url.ts';
import { storedOf, type Stored } from './stored.ts';
import type { GivenCredentials, GivenUrl, WebhookIn } from './webhook-in.ts';

/** What a masked secret reads as; with masking on, sending it back keeps the stored one. */
export const mask = '********';

/** Socket silence of the original (specification §7.4), here over everything (design, Rulings: Time-outs). */
export const timeoutMs = 20_000;

const concurrencyMax = 10;

/** A new webhook of what `readWebhook` took from a create: name, url and events are there. */
export function newWebhook(given: WebhookIn, profile: DeliveryProfile, now: Instant): WebhookDraft {
  const { name = '', url, events = [], active = true, configuration, sslVerificationRequired = true } = given;
  const stored: Stored = {
    configuration: configuration?.others ?? {},
    url: url === undefined ? null : written(url, given.credentials),
  };
  return {
    dialect: 'confluence',
    name,
    description: '',
    endpoint: {
      url: url?.target.url ?? '',
      headers: {},
      credentials: newCredentials(given),
      timeoutMs,
      tlsVerify: sslVerificationRequired,
      concurrencyMax,
      rateLimit: null,
    },
    subscription: { eventTypes: events, channels: [], only: null, filter: null },
    signing: signingOf(configuration?.secret ?? null, now),
    state: active ? { kind: 'active' } : { kind: 'disabled', reason: 'client', since: now },
    expiry: null,
    verification: null,
    profile,
    retrySchedule: null,
    ordering: 'none',
    dialectSettings: stored,
    metadata: {},
  };
}

/** The stored webhook with the given members changed; absent ones keep their value (specification §4.4). */
export function changedWebhook(
  current: Webhook,
  given: WebhookIn,
  rules: { readonly maskSecret: boolean; readonly now: Instant },
): Webhook {
  const { url, credentials } = changedTarget(current, given, rules.maskSecret);
  const endpoint: Endpoint = {
    ...current.endpoint,
    url: given.url?.target.url ?? current.endpoint.url,
    credentials,
    tlsVerify: given.sslVerificationRequired ?? current.endpoint.tlsVerify,
  };
  const stored: Stored = {
    configuration: given.configuration?.others ?? storedOf(current).configuration,
    url,
  };
  return {
    ...current,
    name: given.name ?? current.name,
    endpoint,
    subscription:
      given.events === undefined
        ? current.subscription
        : { ...current.subscription, eventTypes: given.events },
    signing: changedSigning(current.signing, given, rules),
    state: changedState(current.state, given.active, rules.now),
    dialectSettings: { ...current.dialectSettings, ...stored },
  };
}

/** Basic from `credentials`, else from the URL's `user:pass@` (specification §3). */
function newCredentials(given: WebhookIn): Credentials | null {
  return given.credentials ? withPassword(given.credentials, null) : credentialsIn(given.url?.target);
}

/** URL and credentials change together: user info in the URL gives credentials unless a client set them. */
function changedTarget(
  current: Webhook,
  given: WebhookIn,
  maskSecret: boolean,
): { readonly url: WrittenUrl | null; readonly credentials: Credentials | null } {
  const before = storedOf(current).url;
  const wasInUrl = before?.userinfo ?? false;
  const kept = current.endpoint.credentials;

  if (given.credentials) {
    const url = given.url === undefined ? clearOfUserinfo(before) : written(given.url, given.credentials);
    return { url, credentials: withPassword(given.credentials, kept) };
  }
  if (given.url === undefined) {
    return { url: before, credentials: given.credentials === null && !wasInUrl ? null : kept };
  }
  const ownCredentials = given.credentials === null || wasInUrl ? null : kept;
  if (ownCredentials !== null) {
    return { url: { ...written(given.url, null), userinfo: false }, credentials: ownCredentials };
  }
  const fromUrl = credentialsIn(given.url?.target);
  const isUnchanged =
    maskSecret && wasInUrl && fromUrl?.password.reveal() === mask && fromUrl.username === kept?.username;
  return { url: written(given.url, null), credentials: isUnchanged ? kept : fromUrl };
}

/** A username without a password keeps the stored password. */
function withPassword(given: GivenCredentials, kept: Credentials | null): Credentials {
  return { username: given.username, password: given.password ?? kept?.password ?? new Secret('') };
}

function written({ text, target }: GivenUrl, credentials: GivenCredentials | null | undefined): WrittenUrl {
  return writtenUrl(text, target.url, target.userinfo !== null && !credentials);
}

function clearOfUserinfo(url: WrittenUrl | null): WrittenUrl | null {
  return url === null ? null : { ...url, userinfo: false };
}

/** Signing with the secret; none without one. */
export function signingOf(secret: Secret | null, now: Instant): Signing {
  if (secret === null) return { scheme: 'none' };
  return { scheme: 'hub-signature', keys: [{ secret, createdAt: now, expiresAt: null }] };
}

/** A present configuration replaces the whole map, so that one without a secret clears it. */
function changedSigning(
  current: Signing,
  given: WebhookIn,
  { maskSecret, now }: { readonly maskSecret: boolean; readonly now: Instant },
): Signing {
  if (given.configuration === undefined) return current;
  const { secret } = given.configuration;
  const before = current.scheme === 'hub-signature' ? current.keys[0].secret : null;
  const isMask = secret?.reveal() === mask && (maskSecret || before?.readable === false);
  const isSame = before?.readable === true && before.reveal() === secret?.reveal();
  return isMask || isSame ? current : signingOf(secret, now);
}

/** A client knows on and off only: `true` also resumes what a person paused, `false` leaves what is off already. */
function changedState(current: WebhookState, active: boolean | undefined, now: Instant): WebhookState {
  if (active === undefined || active === (current.kind === 'active')) return current;
  return active ? { kind: 'active' } : { kind: 'disabled', reason: 'client', since: now };
}
