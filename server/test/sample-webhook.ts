// A native webhook that takes every event and does not sign: what a test has to say of its own is all that differs.

import type { Endpoint, Webhook } from '../src/domain/webhook.ts';

export function sampleWebhook(changes: Partial<Webhook> = {}, endpoint: Partial<Endpoint> = {}): Webhook {
  return {
    id: 'wh_1',
    tenantId: 'tnt_1',
    dialect: 'native',
    wireId: null,
    name: 'orders',
    description: '',
    endpoint: {
      url: 'https://receiver.example/',
      headers: {},
      credentials: null,
      timeoutMs: 15_000,
      tlsVerify: true,
      concurrencyMax: 10,
      rateLimit: null,
      ...endpoint,
    },
    subscription: { eventTypes: ['*'], channels: [], only: null, filter: null },
    signing: { scheme: 'none' },
    state: { kind: 'active' },
    expiry: null,
    verification: null,
    profile: 'durable',
    retrySchedule: null,
    ordering: 'none',
    dialectSettings: {},
    metadata: {},
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    ...changes,
  };
}
