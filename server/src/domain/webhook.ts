// What a user creates: an endpoint, a subscription, signing and a state.

import type { Instant } from './clock.ts';
import type { Filter } from './filter.ts';
import type { Id } from './id.ts';
import type { Ordering } from './ordering.ts';
import type { RateLimit } from './rate-limit.ts';
import { Refusal } from './refusal.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import { Secret } from './secret.ts';
import type { TenantId } from './tenant.ts';
import { currentKey, type PolicyOf } from './webhook-policy.ts';
import type { Verification } from './verification.ts';

export type WebhookId = Id;
export const dialectNames = ['native', 'confluence', 'xurrent', 'entrust'] as const;
export type DialectName = (typeof dialectNames)[number];

/** `durable` loses nothing; `faithful` reproduces the original product's retry, skip and disable rules. */
export type DeliveryProfile = 'durable' | 'faithful';

export type Webhook = {
  readonly id: WebhookId;
  readonly tenantId: TenantId;
  readonly dialect: DialectName;
  /** The id on the dialect's own wire, beside the native one: an ascending number or a UUID; null for native webhooks. */
  readonly wireId: number | string | null;
  readonly name: string;
  readonly description: string;
  readonly endpoint: Endpoint;
  readonly subscription: Subscription;
  readonly signing: Signing;
  readonly state: WebhookState;
  /** When it is disabled by itself; null never. */
  readonly expiry: Expiry | null;
  /** Null where its dialect knows none. */
  readonly verification: Verification | null;
  readonly profile: DeliveryProfile;
  /** The webhook's own waits; null takes the installation's. */
  readonly retrySchedule: RetrySchedule | null;
  /** Which of its deliveries go one after the other; counts for what is published from then on. */
  readonly ordering: Ordering;
  /** What only the dialect's own wire knows: strings, numbers and the like, never a secret. */
  readonly dialectSettings: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  /** Moves with a caller's change only. */
  readonly updatedAt: Instant;
  /** Counts every stored change, from 1: the ETag. */
  readonly version: number;
};

/** The webhook's where and how. */
export type Endpoint = {
  /** In canonical form, without user info or fragment. */
  readonly url: string;
  readonly headers: OwnHeaders;
  readonly credentials: Credentials | null;
  readonly timeoutMs: number;
  readonly tlsVerify: boolean;
  /** At most so many requests in flight at once. */
  readonly concurrencyMax: number;
  /** How often attempts may begin; null as often as the receiver takes them. */
  readonly rateLimit: RateLimit | null;
};

/** Headers that a user adds. Their values are often keys, so each is treated as a secret. */
export type OwnHeaders = Readonly<Record<string, Secret>>;

/** HTTP Basic towards the receiver. */
export type Credentials = { readonly username: string; readonly password: Secret };

/** The webhook's which. Channels, where given, narrow it: an event must carry at least one of them. */
export type Subscription = {
  readonly eventTypes: readonly string[];
  readonly channels: readonly string[];
  /** Narrows it by what is in an event's data; null takes any. */
  readonly only: DataCondition | null;
  /** Narrows it by what a publisher says of an event; null takes any. */
  readonly filter: Filter | null;
};

/** The member of the data at this path is one of these texts. */
export type DataCondition = { readonly path: readonly string[]; readonly oneOf: readonly string[] };

export type Signing =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'standard-webhooks'; readonly keys: readonly [SigningKey, ...SigningKey[]] }
  | { readonly scheme: 'hub-signature'; readonly keys: readonly [SigningKey] }
  /** The key is the policy's. */
  | { readonly scheme: 'jwt'; readonly policyId: Id }
  | MessageSigning;

/** HTTP Message Signatures (RFC 9421), by the names of its registry of algorithms (§6.2.2). */
export type MessageSigning = MacSigning | PairSigning;

/** With a secret that the receiver has, too. */
export type MacSigning = {
  readonly scheme: 'http-message-signature';
  readonly algorithm: 'hmac-sha256';
  readonly keys: readonly [SigningKey, ...SigningKey[]];
};

/** With a private key; receivers verify with the public one. */
export type PairSigning = {
  readonly scheme: 'http-message-signature';
  readonly algorithm: PairAlgorithm;
  readonly keys: readonly [KeyPair, ...KeyPair[]];
};

export const signatureSchemes = [
  'none',
  'standard-webhooks',
  'hub-signature',
  'jwt',
  'http-message-signature',
] as const satisfies readonly Signing['scheme'][];

export const pairAlgorithms = ['ed25519', 'ecdsa-p256-sha256', 'rsa-v1_5-sha256', 'rsa-pss-sha512'] as const;
export type PairAlgorithm = (typeof pairAlgorithms)[number];
export const messageAlgorithms = ['hmac-sha256', ...pairAlgorithms] as const;
export type MessageAlgorithm = (typeof messageAlgorithms)[number];

/** Newest first; the others stay good until they expire, so that receivers can follow a rotation. */
export type SigningKey = {
  readonly secret: Secret;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
};

/** The secret is the private key, PKCS #8 in PEM; empty once the key has expired. */
export type KeyPair = SigningKey & {
  /** A UUID: the `keyid` of signatures and the `kid` of key documents. */
  readonly id: string;
  /** SPKI in PEM. */
  readonly publicKeyPem: string;
};

export type WebhookState =
  | { readonly kind: 'active' }
  | { readonly kind: 'paused'; readonly since: Instant }
  | { readonly kind: 'disabled'; readonly reason: DisabledReason; readonly since: Instant };

/** A webhook is active for so long: `at` is on the wall clock, and set anew whenever it becomes active. */
export type Expiry = { readonly afterMs: number; readonly at: Instant };

/** What a dialect lets a tenant have of its webhooks, whose names differ then, without regard to case. */
export type WebhookLimits = { readonly allMax: number; readonly activeMax: number };

/** Which of its dialect's limits stands against a webhook. */
export type WebhookLimit = 'name_taken' | 'all_max' | 'active_max';

export type DisabledReason = 'client' | 'failing' | 'expired' | 'gone';

/**
 * The state once paused: a paused webhook stays as it is. Refuses with `conflict` when it is disabled: a pause keeps
 * events, and a disabled webhook gets none until it is resumed.
 */
export function pausedState(state: WebhookState, now: Instant): WebhookState {
  switch (state.kind) {
    case 'paused':
      return state;
    case 'active':
      return { kind: 'paused', since: now };
    case 'disabled':
      throw new Refusal('conflict', 'A disabled webhook gets no events; resume it before you pause it');
  }
}

/** The webhook as it is at an instant of the wall clock: one whose time is over is disabled, even before that is stored. */
export function asOf(webhook: Webhook, at: Instant): Webhook {
  const { expiry, state } = webhook;
  if (expiry === null || expiry.at > at || state.kind === 'disabled') return webhook;
  return { ...webhook, state: { kind: 'disabled', reason: 'expired', since: expiry.at } };
}

/** The changed webhook, with its whole time before it where it becomes active now. */
export function withTimeAnew(before: Webhook, after: Webhook, now: Instant): Webhook {
  const { expiry } = after;
  if (expiry === null || before.state.kind === 'active' || after.state.kind !== 'active') return after;
  return { ...after, expiry: { ...expiry, at: now + expiry.afterMs } };
}

/** Whether its receiver still has to answer; false where its dialect knows no verification. */
export function isUnverified({ verification }: Pick<Webhook, 'verification'>): boolean {
  return verification?.kind === 'pending';
}

/** How a new webhook gets its wire id. */
export type WireIdSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'next_in_tenant' }
  | { readonly kind: 'next_in_installation' }
  | { readonly kind: 'given'; readonly value: string };

/** Whether the secrets that a request needs can be used: one of a damaged row can't, nor that of a missing policy. */
export function secretsAreReadable(
  signing: Signing,
  { credentials, headers }: Pick<Endpoint, 'credentials' | 'headers'>,
  policyOf: PolicyOf,
): boolean {
  if (signing.scheme === 'jwt') {
    const policy = policyOf(signing.policyId);
    if (policy === undefined || !currentKey(policy).secret.readable) return false;
  }
  const secrets = [...ownKeys(signing).map((key) => key.secret), ...Object.values(headers)];
  return secrets.every((secret) => secret.readable) && credentials?.password.readable !== false;
}

export function ownHeaders(texts: Readonly<Record<string, string>>): OwnHeaders {
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, new Secret(value)]));
}

/** The headers as they go out; a value that can't be decrypted is left out. */
export function headerTexts(headers: OwnHeaders): Readonly<Record<string, string>> {
  const readable = Object.entries(headers).filter(([, value]) => value.readable);
  return Object.fromEntries(readable.map(([name, value]) => [name, value.reveal()]));
}

/** The webhook's own keys, newest first: none where it doesn't sign or signs by a policy. */
export function ownKeys<Of extends Signing>(signing: Of): readonly KeyOf<Of>[];
export function ownKeys(signing: Signing): readonly SigningKey[] {
  return signing.scheme === 'none' || signing.scheme === 'jwt' ? [] : signing.keys;
}

/** The webhook policy that it signs by, if it does. */
export function policyIdOf(signing: Signing): Id | null {
  return signing.scheme === 'jwt' ? signing.policyId : null;
}

/** Its own keys that sign at an instant of the wall clock: the newest, so that nothing goes out unsigned, and the unexpired. */
export function activeKeys<Of extends Signing>(signing: Of, at: Instant): readonly KeyOf<Of>[] {
  return ownKeys(signing).filter((key, index) => index === 0 || key.expiresAt === null || key.expiresAt > at);
}

/** What a signing's keys are: pairs or not. */
type KeyOf<Of extends Signing> = Of extends PairSigning ? KeyPair : SigningKey;
