// Webhooks as rows. Their secrets are sealed on the way in and opened on the way out, here and nowhere else.

import { filterOf } from '../../domain/read-filter.ts';
import type { FilterQuery } from '../../domain/filter.ts';
import type { Sealer } from '../seal.ts';
import { Secret } from '../../domain/secret.ts';
import {
  ownKeys,
  policyIdOf,
  type Credentials,
  type Endpoint,
  type KeyPair,
  type MessageAlgorithm,
  type OwnHeaders,
  type Signing,
  type SigningKey,
  type Subscription,
  type Webhook,
  type WebhookState,
} from '../../domain/webhook.ts';
import type { WebhookRow } from '../schema.ts';

type Definition = Pick<
  Webhook,
  | 'name'
  | 'description'
  | 'expiry'
  | 'verification'
  | 'profile'
  | 'retrySchedule'
  | 'ordering'
  | 'dialectSettings'
  | 'metadata'
> & {
  readonly endpoint: Omit<Endpoint, 'credentials' | 'headers'> & {
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly subscription: Omit<Subscription, 'filter'> & { readonly filter: FilterQuery | null };
  readonly username: string | null;
  readonly scheme: Signing['scheme'];
  /** Of a message signature; else null, which older rows lack. */
  readonly algorithm: MessageAlgorithm | null;
};
type Sealed<Key> = Omit<Key, 'secret'> & { readonly secret: string };
/** Of a pair the public half, too. */
type SealedKey = Sealed<SigningKey> | Sealed<KeyPair>;

export function webhookRow(webhook: Webhook, sealer: Sealer): WebhookRow {
  const { credentials, headers, ...endpoint } = webhook.endpoint;
  const { name, description, subscription, expiry, verification } = webhook;
  const { profile, retrySchedule, ordering, dialectSettings, metadata } = webhook;
  const definition: Definition = {
    name,
    description,
    endpoint: { ...endpoint, headers: sealedHeaders(headers, webhook.id, sealer) },
    username: credentials?.username ?? null,
    subscription: { ...subscription, filter: subscription.filter?.given ?? null },
    scheme: webhook.signing.scheme,
    algorithm: webhook.signing.scheme === 'http-message-signature' ? webhook.signing.algorithm : null,
    expiry,
    verification,
    profile,
    retrySchedule,
    ordering,
    dialectSettings,
    metadata,
  };
  return {
    id: webhook.id,
    tenant_id: webhook.tenantId,
    dialect: webhook.dialect,
    wire_number: typeof webhook.wireId === 'number' ? webhook.wireId : null,
    wire_text: typeof webhook.wireId === 'string' ? webhook.wireId : null,
    ...stateColumns(webhook.state),
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
    version: webhook.version,
    definition: JSON.stringify(definition),
    password: credentials === null ? null : sealer.seal(credentials.password, passwordOf(webhook.id)),
    signing_keys: JSON.stringify(sealedKeys(webhook, sealer)),
    name_key: name.toLowerCase(),
    expires_at: expiry?.at ?? null,
    policy_id: policyIdOf(webhook.signing),
  };
}

export function webhookOf(row: WebhookRow, sealer: Sealer): Webhook {
  const { endpoint, username, scheme, algorithm, subscription, expiry, verification, ...rest } = JSON.parse(
    row.definition,
  ) as Definition;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    dialect: row.dialect,
    wireId: row.wire_number ?? row.wire_text,
    ...rest,
    // Older versions knew none of these.
    subscription: subscriptionOf(subscription),
    expiry: expiry ?? null,
    ordering: rest.ordering ?? 'none',
    verification: verification ?? null,
    endpoint: {
      ...endpoint,
      rateLimit: endpoint.rateLimit ?? null,
      headers: headersOf(endpoint.headers, row.id, sealer),
      credentials: credentialsOf(row, username, sealer),
    },
    signing: signingOf(row, { scheme, algorithm }, sealer),
    state: stateOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function subscriptionOf({ only, filter, ...rest }: Definition['subscription']): Subscription {
  const query = filter ?? null;
  return { ...rest, only: only ?? null, filter: query === null ? null : filterOf(query) };
}

function stateColumns(state: WebhookState): Pick<WebhookRow, 'state' | 'state_reason' | 'state_since'> {
  return {
    state: state.kind,
    state_reason: state.kind === 'disabled' ? state.reason : null,
    state_since: state.kind === 'active' ? null : state.since,
  };
}

function stateOf(row: WebhookRow): WebhookState {
  switch (row.state) {
    case 'active':
      return { kind: 'active' };
    case 'paused':
      return { kind: 'paused', since: row.state_since! };
    case 'disabled':
      return { kind: 'disabled', reason: row.state_reason!, since: row.state_since! };
  }
}

function sealedKeys(webhook: Webhook, sealer: Sealer): readonly SealedKey[] {
  return ownKeys(webhook.signing).map((key) => ({
    ...key,
    secret: sealer.seal(key.secret, keysOf(webhook.id)),
  }));
}

function signingOf(
  row: WebhookRow,
  { scheme, algorithm }: Pick<Definition, 'scheme' | 'algorithm'>,
  sealer: Sealer,
): Signing {
  if (scheme === 'none') return { scheme };
  if (scheme === 'jwt') return { scheme, policyId: row.policy_id! };
  const keys = (JSON.parse(row.signing_keys) as readonly SealedKey[]).map((key) => ({
    ...key,
    secret: sealer.open(key.secret, keysOf(row.id)),
  }));
  const signing = scheme === 'http-message-signature' ? { scheme, algorithm, keys } : { scheme, keys };
  return signing as unknown as Signing;
}

function credentialsOf(row: WebhookRow, username: string | null, sealer: Sealer): Credentials | null {
  if (username === null) return null;
  const password =
    row.password === null ? Secret.unreadable() : sealer.open(row.password, passwordOf(row.id));
  return { username, password };
}

function sealedHeaders(headers: OwnHeaders, id: string, sealer: Sealer): Readonly<Record<string, string>> {
  const sealed = Object.entries(headers).map(([name, value]) => [
    name,
    sealer.seal(value, headerOf(id, name)),
  ]);
  return Object.fromEntries(sealed) as Readonly<Record<string, string>>;
}

function headersOf(sealed: Readonly<Record<string, string>>, id: string, sealer: Sealer): OwnHeaders {
  const opened = Object.entries(sealed).map(([name, value]) => [
    name,
    sealer.open(value, headerOf(id, name)),
  ]);
  return Object.fromEntries(opened) as OwnHeaders;
}

function headerOf(id: string, name: string) {
  return { table: 'webhooks', id, column: `header ${name}` };
}

function passwordOf(id: string) {
  return { table: 'webhooks', id, column: 'password' };
}

function keysOf(id: string) {
  return { table: 'webhooks', id, column: 'signing_keys' };
}
