// Things for the contract to store: complete, with only what a test cares about given by it.

import type { ApiKey, Client, Role, User } from '../../domain/access.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { Delivery, ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event } from '../../domain/event.ts';
import type { EventType } from '../../domain/event-type.ts';
import { makeIds, type IdPrefix } from '../../domain/id.ts';
import { filterOf } from '../../domain/read-filter.ts';
import type { Routing } from '../../domain/routing.ts';
import { Secret } from '../../domain/secret.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { ownHeaders, type Webhook } from '../../domain/webhook.ts';
import type { WebhookPolicy } from '../../domain/webhook-policy.ts';
import type {
  Change,
  IdempotencyKey,
  LoadLimit,
  PageRequest,
  PublishEntry,
  RecordedResult,
  RoutedEvent,
  StoredAnswer,
} from '../store.ts';

export const now = 1_800_000_000_000;
/** The tenant of everything given from now on; each test begins with a new one, since tests share a store. */
export let tenantId = 'tnt_01';

export function newTenant(): void {
  tenantId = newId('tnt');
}

export const first: PageRequest = { limit: 100, after: null, before: null };

let drawn = 0;
const ids = makeIds(
  { now: () => now, wall: () => now, monotonicMs: () => now, after: () => () => {} },
  {
    fraction: () => 0.5,
    bytes: (count) => Uint8Array.from({ length: count }, () => (drawn = (drawn * 5 + 3) % 251)),
  },
);

export function newId(prefix: IdPrefix): string {
  return ids.next(prefix);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function aTenant(more: Partial<Tenant> = {}): Tenant {
  const id = newId('tnt');
  return { id, uuid: `uuid of ${id}`, name: id, createdAt: now, updatedAt: now, ...more };
}

export function aUser(more: Partial<User> = {}): User {
  const id = newId('usr');
  return {
    id,
    tenantId,
    kind: 'user',
    username: `User ${id}`,
    displayName: 'A user',
    email: 'user@example.com',
    roleId: 'rol_administrator',
    passwordHash: '$argon2id$…',
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}

export function aClient(more: Partial<Client> = {}): Client {
  const id = newId('cli');
  return {
    id,
    tenantId,
    kind: 'client',
    displayName: 'A client',
    clientId: `client id of ${id}`,
    secretHash: `hash of ${id}`,
    roleId: 'rol_administrator',
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}

export function aRole(more: Partial<Role> = {}): Role {
  const id = newId('rol');
  return {
    id,
    tenantId,
    name: `Role ${id}`,
    permissions: ['EVENTS:ADD', 'EVENTS:VIEW'],
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}

export function anApiKey(more: Partial<ApiKey> = {}): ApiKey {
  const id = newId('key');
  return {
    id,
    tenantId,
    name: 'CI',
    permissions: ['EVENTS:ADD'],
    hash: `hash of ${id}`,
    prefix: 'phk_ab',
    expiresAt: null,
    createdAt: now,
    createdBy: 'usr_01',
    ...more,
  };
}

export function anEventType(more: Partial<EventType> = {}): EventType {
  return {
    id: newId('typ'),
    tenantId,
    name: 'invoice.paid',
    description: 'An invoice was paid',
    group: 'Invoices',
    schemas: [{ version: 1, schema: { type: 'object' }, createdAt: now }],
    examples: [{ amount: 1 }],
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}

export function aWebhook(more: Partial<Webhook> = {}): Webhook {
  return {
    id: newId('wh'),
    tenantId,
    dialect: 'native',
    wireId: null,
    name: 'Orders',
    description: '',
    endpoint: {
      url: 'https://receiver.example/hook',
      headers: ownHeaders({ 'x-one': '1' }),
      credentials: { username: 'me', password: new Secret('pässword') },
      timeoutMs: 15_000,
      tlsVerify: true,
      concurrencyMax: 10,
      rateLimit: null,
    },
    subscription: {
      eventTypes: ['invoice.*'],
      channels: ['eu'],
      only: null,
      filter: filterOf({ 'data.amount': { $gte: 100 } }),
    },
    signing: {
      scheme: 'standard-webhooks',
      keys: [
        { secret: new Secret('whsec_new'), createdAt: now, expiresAt: null },
        { secret: new Secret('whsec_old'), createdAt: now - 1, expiresAt: now + 1 },
      ],
    },
    state: { kind: 'active' },
    expiry: null,
    verification: null,
    profile: 'durable',
    retrySchedule: [1_000, 2_000],
    ordering: 'none',
    dialectSettings: { a: [1, 'two', null] },
    metadata: { team: 'blue' },
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...more,
  };
}

export function aPolicy(more: Partial<WebhookPolicy> = {}): Omit<WebhookPolicy, 'wireId'> {
  const id = newId('pol');
  const key = { id: 'k2', algorithm: 'es256', publicKeyPem: 'public key', createdAt: now } as const;
  return {
    id,
    tenantId,
    name: `name of ${id}`,
    algorithm: 'es256',
    audience: 'äcme hooks',
    expiresInMinutes: 5,
    disabledAt: null,
    keys: [
      { ...key, secret: new Secret('private key'), retiredAt: null },
      { ...key, id: 'k1', secret: new Secret(''), retiredAt: now },
    ],
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...more,
  };
}

export function anEvent(more: Partial<Event> = {}): Event {
  return {
    id: newId('evt'),
    tenantId,
    type: 'invoice.paid',
    occurredAt: now - 5,
    acceptedAt: now,
    data: bytes('{"amount":12345678901234567890}'),
    context: { actor: { id: '7', name: 'Zoë' }, channels: ['eu'] },
    ...more,
  };
}

export function aDelivery(
  event: Event,
  webhook: Pick<Webhook, 'id'>,
  more: Partial<ScheduledDelivery> = {},
): ScheduledDelivery {
  return {
    id: newId('dlv'),
    tenantId: event.tenantId,
    webhookId: webhook.id,
    eventId: event.id,
    eventType: event.type,
    attempts: 0,
    state: { kind: 'scheduled', dueAt: event.acceptedAt },
    createdAt: event.acceptedAt,
    purpose: 'event',
    redeliveryOf: null,
    orderingKey: null,
    ...more,
  };
}

export function aRouting(more: Partial<Routing> = {}): Routing {
  return {
    id: `routing of ${more.tenantId ?? tenantId}`,
    tenantId,
    decidedAt: now,
    deliveredTo: [],
    notDeliveredTo: [{ webhookId: 'wh_other', reason: 'type' }],
    filtered: [],
    ...more,
  };
}

export function anEntry(
  events: readonly RoutedEvent[],
  idempotency: IdempotencyKey | null = null,
): PublishEntry {
  return { tenantId: events[0]?.event.tenantId ?? tenantId, events, idempotency };
}

export function routed(
  event: Event,
  deliveries: readonly ScheduledDelivery[],
  more: Partial<RoutedEvent> = {},
): RoutedEvent {
  const routing = aRouting({ tenantId: event.tenantId });
  return { event, deliveries, routing, takenBy: [], publisherKey: null, ...more };
}

export function aKey(more: Partial<IdempotencyKey> = {}): IdempotencyKey {
  return {
    tenantId,
    route: 'POST /events',
    key: newId('req'),
    bodyHash: 'body-1',
    expiresAt: now + 7 * 86_400_000,
    ...more,
  };
}

export function aChange(
  more: { key?: IdempotencyKey; answer?: StoredAnswer; at?: number; tenantId?: string } = {},
): Change {
  const answer = more.answer ?? { status: 201, body: '{}' };
  return {
    audit: {
      id: newId('aud'),
      tenantId: more.tenantId ?? tenantId,
      at: more.at ?? now,
      actor: { kind: 'user', id: 'usr_01', name: 'Ada' },
      address: '192.0.2.1',
      action: 'thing.changed',
      subject: { kind: 'thing', id: 'thing_01' },
      before: null,
      after: { secret: new Secret('s3cret') },
    },
    ...(more.key === undefined ? {} : { idempotency: { key: more.key, answer } }),
  };
}

export function anAttempt(delivery: Delivery, more: Partial<Attempt> = {}): Attempt {
  return {
    id: newId('att'),
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    webhookId: delivery.webhookId,
    eventType: delivery.eventType,
    number: delivery.attempts + 1,
    startedAt: now,
    durationMs: 12.5,
    outcome: { kind: 'success', status: 200 },
    request: {
      method: 'POST',
      url: 'https://receiver.example/hook',
      headers: { 'content-type': 'application/json' },
    },
    response: {
      status: 200,
      reason: 'OK',
      headers: { server: 'test' },
      body: new Uint8Array([0, 255, 13, 10]),
      bodyLength: 4,
      bodySha256: 'ab'.repeat(32),
      bodyTruncated: false,
    },
    timing: { dnsMs: 1, connectMs: 2.5 },
    ...more,
  };
}

export const failed: Partial<Attempt> = {
  outcome: { kind: 'failure', status: 503, retryAfterMs: 2_000 },
};

export const refusedConnection: Partial<Attempt> = {
  outcome: { kind: 'error', reason: 'connect_refused', detail: 'nobody listens' },
  response: null,
  timing: {},
};

/** The result of an attempt that succeeded. */
export function succeeded(before: ScheduledDelivery, more: Partial<Attempt> = {}): RecordedResult {
  return {
    before,
    after: { ...before, attempts: before.attempts + 1, state: { kind: 'delivered', at: now + 20 } },
    attempt: anAttempt(before, more),
    lastExchange: null,
  };
}

/** The result of an attempt that failed and will be repeated. */
export function again(
  before: ScheduledDelivery,
  dueAt: number,
  more: Partial<Attempt> = failed,
): RecordedResult {
  return {
    before,
    after: { ...before, attempts: before.attempts + 1, state: { kind: 'scheduled', dueAt } },
    attempt: anAttempt(before, more),
    lastExchange: null,
  };
}

/** A load of so many deliveries, however much they weigh. */
export function upTo(count: number): LoadLimit {
  return { count, bytes: 1_000_000_000 };
}
