// A webhook policy: the key, algorithm and claims with which its webhooks' requests are signed as JSON Web Tokens.

import { dayMs, type Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { FieldProblem } from './refusal.ts';
import { Secret } from './secret.ts';
import type { TenantId } from './tenant.ts';

export const jwtAlgorithms = [
  'none',
  'hs256',
  'hs384',
  'hs512',
  'rs256',
  'rs384',
  'rs512',
  'es256',
  'es384',
  'es512',
] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

export type WebhookPolicy = {
  readonly id: Id;
  readonly tenantId: TenantId;
  /** Its number on a dialect's wire; ascends within the installation. */
  readonly wireId: number;
  /** 56 hex digits, unique in the installation: by it receivers find the public keys. */
  readonly name: string;
  readonly algorithm: JwtAlgorithm;
  readonly audience: string | null;
  /** Null: its tokens don't expire. */
  readonly expiresInMinutes: number | null;
  /** A disabled policy takes no new webhooks and goes on signing for those that it has. */
  readonly disabledAt: Instant | null;
  /** Newest first: that one signs, the others are retired. */
  readonly keys: PolicyKeys;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Counts every stored change, from 1. */
  readonly version: number;
};

export type PolicyKeys = readonly [PolicyKey, ...PolicyKey[]];

export type PolicyKey = {
  /** A UUID: the `kid`. */
  readonly id: string;
  readonly algorithm: JwtAlgorithm;
  /** SPKI in PEM; null where there is no public key. */
  readonly publicKeyPem: string | null;
  /** PKCS #8 in PEM, or 64 bytes in base64 for HMAC; empty without signature, and once it is retired. */
  readonly secret: Secret;
  readonly createdAt: Instant;
  readonly retiredAt: Instant | null;
};

/** A policy by its id, from memory; undefined when there is none. */
export type PolicyOf = (id: Id) => WebhookPolicy | undefined;

/** For those whose webhooks never sign by a policy. */
export const noPolicies: PolicyOf = () => undefined;

/** How long a public key is published after it signed last: receivers keep a key document for an hour, and may be late. */
export const publishedAfterwardsMs = dayMs;
export const audienceBytesMax = 2_048;
const expiresInMinutesMin = 1;

/** What is wrong with the claims that a policy is given. */
export function policyProblems({
  audience,
  expiresInMinutes,
}: Partial<Pick<WebhookPolicy, 'audience' | 'expiresInMinutes'>>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (new TextEncoder().encode(audience ?? '').length > audienceBytesMax) {
    const message = `The audience has at most ${audienceBytesMax} bytes in UTF-8`;
    problems.push({ pointer: '/audience', rule: 'max_bytes', message });
  }
  const minutes = expiresInMinutes ?? expiresInMinutesMin;
  if (!Number.isSafeInteger(minutes) || minutes < expiresInMinutesMin) {
    const message = `Tokens expire in a whole number of minutes, at least ${expiresInMinutesMin}`;
    problems.push({ pointer: '/expiresInMinutes', rule: 'minimum', message });
  }
  return problems;
}

/** Whether receivers verify with a public key. */
export function isAsymmetric(algorithm: JwtAlgorithm): boolean {
  return /^(rs|es)/.test(algorithm);
}

/** Whether a webhook may be linked to the policy: one that is disabled only keeps the webhooks that it has. */
export function linkable({ id, disabledAt }: WebhookPolicy, linkedNow: Id | null): boolean {
  return disabledAt === null || id === linkedNow;
}

/** The key that signs. */
export function currentKey({ keys }: Pick<WebhookPolicy, 'keys'>): PolicyKey {
  return keys[0];
}

/** The keys once a new one signs. Of the old ones what receivers may still need stays: the public part, for a while. */
export function withNewKey({ keys }: Pick<WebhookPolicy, 'keys'>, key: PolicyKey, now: Instant): PolicyKeys {
  const [before, ...retired] = keys;
  const retiring = { ...before, secret: new Secret(''), retiredAt: now };
  return [key, ...[retiring, ...retired].filter((old) => isPublished(old, now))];
}

export type PublishedKey = PolicyKey & { readonly publicKeyPem: string };

/** The keys that receivers may verify with: the current one, and retired ones for 24 hours; asymmetric ones only. */
export function publishedKeys({ keys }: Pick<WebhookPolicy, 'keys'>, now: Instant): PublishedKey[] {
  return keys.filter((key) => isPublished(key, now));
}

function isPublished(key: PolicyKey, now: Instant): key is PublishedKey {
  if (key.publicKeyPem === null) return false;
  return key.retiredAt === null || now < key.retiredAt + publishedAfterwardsMs;
}
