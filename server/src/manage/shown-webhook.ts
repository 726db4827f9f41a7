// A webhook as the audit log keeps it: all that its owner can change, with everything that may be secret masked.

import { maskedQuery } from '../domain/masked-url.ts';
import { signsWithPairs } from '../domain/message-signing.ts';
import { ownKeys, type Signing, type Webhook } from '../domain/webhook.ts';
import { maskSecret } from './secrets.ts';

/** Plain data. Of headers and query parameters the names are told, since their values are often keys. */
export function shownWebhook(webhook: Webhook): Readonly<Record<string, unknown>> {
  const { name, description, dialect, endpoint, subscription, signing, state, profile } = webhook;
  const { verification, retrySchedule, ordering, dialectSettings, metadata } = webhook;
  const { url, headers, credentials, timeoutMs, tlsVerify, concurrencyMax, rateLimit } = endpoint;
  return {
    name,
    description,
    dialect,
    url: maskedQuery(url),
    headers: Object.fromEntries(Object.keys(headers).map((header) => [header, masked])),
    credentials: credentials === null ? null : { username: credentials.username, password: masked },
    timeoutMs,
    tlsVerify,
    concurrencyMax,
    rateLimit,
    eventTypes: subscription.eventTypes,
    channels: subscription.channels,
    only: subscription.only,
    filter: subscription.filter?.given ?? null,
    signing: shownSigning(signing),
    state,
    verification: verification?.kind ?? null,
    profile,
    retrySchedule,
    ordering,
    dialectSettings: withMaskedQueries(dialectSettings),
    metadata,
  };
}

/** A dialect may keep a URL, or its query, as it was written; what else has a question mark is no secret. */
function withMaskedQueries(value: unknown): unknown {
  if (typeof value === 'string') return /^\?|:\/\//.test(value) ? maskedQuery(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withMaskedQueries);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withMaskedQueries(each)]));
}

/** Keys by their ids where they have one, else by what is left of their secrets. */
function shownSigning(signing: Signing) {
  const { scheme } = signing;
  if (signsWithPairs(signing)) {
    const keys = signing.keys.map(({ id, expiresAt }) => ({ kid: id, expiresAt }));
    return { scheme, algorithm: signing.algorithm, keys };
  }
  return {
    scheme,
    ...(scheme === 'http-message-signature' && { algorithm: signing.algorithm }),
    ...(scheme === 'jwt' && { policyId: signing.policyId }),
    keys: ownKeys(signing).map(({ secret, expiresAt }) => ({ secret: maskSecret(secret), expiresAt })),
  };
}

const masked = '****';
