// A control plane on a real store in memory, with a test clock and the administrator of its first start.

import type { Caller, Permission } from '../src/domain/access.ts';
import { makeIds } from '../src/domain/id.ts';
import { Secret } from '../src/domain/secret.ts';
import type { Signal } from '../src/domain/signal.ts';
import type { WebhookId } from '../src/domain/webhook.ts';
import { makeAccessTokens } from '../src/manage/access-tokens.ts';
import { makeAdministratorsOf } from '../src/manage/administrators.ts';
import { makeApiKeys } from '../src/manage/api-keys.ts';
import { makeAudit } from '../src/manage/audit.ts';
import { bootstrap } from '../src/manage/bootstrap.ts';
import { makeClients } from '../src/manage/clients.ts';
import { makeEventTypes } from '../src/manage/event-types.ts';
import { makePasswords } from '../src/manage/passwords.ts';
import { makePrincipals } from '../src/manage/principals.ts';
import { makeRoles } from '../src/manage/roles.ts';
import { makeNewSigning } from '../src/manage/new-signing.ts';
import { makeSessionTokens } from '../src/manage/session-tokens.ts';
import { makeSignIn } from '../src/manage/sign-in.ts';
import { makeTenants } from '../src/manage/tenants.ts';
import { makeUsers } from '../src/manage/users.ts';
import { makeWebhookPolicies } from '../src/manage/webhook-policies.ts';
import { makeWebhooks, type WebhookDraft } from '../src/manage/webhooks.ts';
import { openSqliteInline } from '../src/storage/sqlite/open.ts';
import type { PageRequest, QueuedDelivery } from '../src/storage/store.ts';
import { seededRandom, testClock } from './test-clock.ts';

export const adminPassword = new Secret('correct horse battery staple');
export const firstPage: PageRequest = { limit: 250, after: null, before: null };

export type ControlPlane = Awaited<ReturnType<typeof controlPlane>>;

export async function controlPlane() {
  const clock = testClock();
  const random = seededRandom(7);
  const ids = makeIds(clock, random);
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32).fill(7) });
  const audit = makeAudit({ clock, ids });
  const passwords = makePasswords(random);
  const accessTokens = makeAccessTokens(new Uint8Array(32).fill(5));
  const sessionTokens = makeSessionTokens(new Uint8Array(32).fill(6));
  const signIn = makeSignIn({ store, passwords, accessTokens, sessionTokens, clock });
  const resets: WebhookId[] = [];
  const handedOver: QueuedDelivery[] = [];
  const signals: Signal[] = [];
  const emit = (signal: Signal) => void signals.push(signal);
  const accessChanged = () => signIn.forget();
  const parts = {
    store,
    audit,
    clock,
    ids,
    random,
    passwords,
    accessTokens,
    sessionTokens,
    emit,
    accessChanged,
  };
  const generated = await bootstrap(parts, {
    username: 'admin',
    email: null,
    password: adminPassword,
    token: undefined,
  });
  const adminToken = generated!.token!.reveal();
  const apiKeys = makeApiKeys(parts);

  const callerOf = async (token: string): Promise<Caller> => {
    const principal = await signIn.withToken(token);
    if (principal === undefined) throw new Error('no such key');
    return { principal, address: '192.0.2.1' };
  };
  const admin = await callerOf(adminToken);

  return {
    ...parts,
    signIn,
    adminToken,
    admin,
    tenantId: admin.principal.tenantId,
    apiKeys,
    principals: makePrincipals(parts),
    users: makeUsers(parts),
    clients: makeClients(parts),
    administratorsOf: makeAdministratorsOf(store),
    roles: makeRoles(parts),
    tenants: makeTenants(parts),
    eventTypes: makeEventTypes({
      ...parts,
      builtIn: [{ name: 'page_created', description: 'A page was created', group: 'page' }],
    }),
    webhooks: makeWebhooks({
      ...parts,
      resetBreaker: async (id) => void resets.push(id),
      handOver: (fresh) => void handedOver.push(...fresh),
      limitsOf: (dialect) => (dialect === 'entrust' ? { allMax: 8, activeMax: 3 } : undefined),
    }),
    policies: makeWebhookPolicies(parts),
    newSigning: makeNewSigning(parts),
    /** Webhooks whose breaker was reset. */
    resets,
    /** What the engine was given to send. */
    handedOver,
    signals,
    callerOf,

    /** Who may do just this. */
    async callerWith(...permissions: readonly Permission[]): Promise<Caller> {
      const { token } = await apiKeys.create(admin, admin.principal.tenantId, {
        name: 'limited',
        permissions,
        expiresAt: null,
      });
      return callerOf(token.reveal());
    },

    webhookDraft(more: Partial<WebhookDraft> = {}): WebhookDraft {
      return {
        dialect: 'native',
        name: 'Orders',
        description: '',
        endpoint: {
          url: 'https://receiver.example/hook',
          headers: {},
          credentials: null,
          timeoutMs: 15_000,
          tlsVerify: true,
          concurrencyMax: 10,
          rateLimit: null,
        },
        subscription: { eventTypes: ['*'], channels: [], only: null, filter: null },
        signing: makeNewSigning(parts)(),
        state: { kind: 'active' },
        expiry: null,
        verification: null,
        profile: 'durable',
        retrySchedule: null,
        ordering: 'none',
        dialectSettings: {},
        metadata: {},
        ...more,
      };
    },

    async auditLog() {
      const { rows } = await store.listAudit(admin.principal.tenantId, {}, firstPage);
      return rows;
    },

    async [Symbol.asyncDispose]() {
      await store.close();
    },
  };
}
