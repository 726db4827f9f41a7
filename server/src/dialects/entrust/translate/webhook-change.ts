// From what a client asked for to the webhook: a new one, or the stored one with the given members changed.

import { dayMs, secondMs, type Instant } from '../../../domain/clock.ts';
import type { DeliveryProfile, Expiry, Signing, Webhook, WebhookState } from '../../../domain/webhook.ts';
import { writtenUrl } from '../../../domain/written-url.ts';
import type { WebhookDraft } from '../../../manage/webhooks.ts';
import type { Stored } from './stored.ts';
import type { NewWebhookIn, WebhookIn } from './webhook-in.ts';

/** Over everything (specification §10; design, Rulings: Time-outs). */
export const timeoutMs = 3 * secondMs;

const concurrencyMax = 10;

/** A new webhook of what a create gives. */
export function newWebhook(
  given: NewWebhookIn,
  by: {
    readonly name: string;
    readonly signing: Signing;
    readonly profile: DeliveryProfile;
    readonly now: Instant;
  },
): WebhookDraft {
  const { callbackUrl, events, active = true, expiryDays = 0 } = given;
  return {
    dialect: 'entrust',
    name: by.name,
    description: '',
    endpoint: {
      url: callbackUrl.target.url,
      headers: {},
      credentials: null,
      timeoutMs,
      tlsVerify: true,
      concurrencyMax,
      rateLimit: null,
    },
    subscription: { eventTypes: events, channels: [], only: null, filter: null },
    signing: by.signing,
    state: active ? { kind: 'active' } : { kind: 'disabled', reason: 'client', since: by.now },
    expiry: expiryIn(expiryDays, by.now),
    verification: null,
    profile: by.profile,
    retrySchedule: null,
    ordering: 'none',
    dialectSettings: storedOf(callbackUrl),
    metadata: {},
  };
}

/**
 * The stored webhook with the given members changed; absent ones keep their value, and the very same one where nothing
 * is given. That an update merges is a choice (specification §4): this is the one place to change it.
 */
export function changedWebhook(current: Webhook, given: WebhookIn, now: Instant): Webhook {
  if (Object.values(given).every((value) => value === undefined)) return current;
  const { name, callbackUrl, events, active, expiryDays } = given;
  return {
    ...current,
    name: name ?? current.name,
    endpoint:
      callbackUrl === undefined ? current.endpoint : { ...current.endpoint, url: callbackUrl.target.url },
    subscription:
      events === undefined ? current.subscription : { ...current.subscription, eventTypes: events },
    state: changedState(current.state, active, now),
    expiry: expiryDays === undefined ? current.expiry : expiryIn(expiryDays, now),
    dialectSettings: callbackUrl === undefined ? current.dialectSettings : storedOf(callbackUrl),
  };
}

/** Days from now; 0 is never. */
export function expiryIn(days: number, now: Instant): Expiry | null {
  return days === 0 ? null : { afterMs: days * dayMs, at: now + days * dayMs };
}

function storedOf(callbackUrl: NewWebhookIn['callbackUrl']): Stored {
  return { callbackUrl: writtenUrl(callbackUrl.text, callbackUrl.target.url, false) };
}

/** What is off already, for whatever reason, stays as it is when it is switched off. */
function changedState(current: WebhookState, active: boolean | undefined, now: Instant): WebhookState {
  if (active === undefined || active === (current.kind === 'active')) return current;
  return active ? { kind: 'active' } : { kind: 'disabled', reason: 'client', since: now };
}
