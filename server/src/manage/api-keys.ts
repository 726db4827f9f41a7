// Keys that programs send as `Authorization: Bearer`: 256 random bits, of which only a hash is kept.

import { hash } from 'node:crypto';
import type { ApiKey, Caller, Permission } from '../domain/access.ts';
import type { Clock, Instant } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { invalid, notFound } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { ApiKeyFilter, Page, PageRequest, Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { reach, requireHeld } from './reach.ts';
import type { Remember } from './remember.ts';

type ApiKeyDraft = {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: Instant | null;
};

/** Reach as for users. A key never gets a permission that who makes or changes it lacks. */
export interface ApiKeys {
  /** The token (`phk_…`) is in this answer only. */
  create(
    caller: Caller,
    tenantId: TenantId,
    draft: ApiKeyDraft,
    remember?: Remember<ApiKey>,
  ): Promise<{ readonly key: ApiKey; readonly token: Secret }>;
  update(caller: Caller, tenantId: TenantId, id: Id, change: Partial<ApiKeyDraft>): Promise<ApiKey>;
  /** Refused from the next request on. Removing a key needs none of its permissions. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<ApiKey>;
  list(caller: Caller, tenantId: TenantId, filter: ApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>>;
}

export type ApiKeysParts = {
  readonly store: Pick<
    Store,
    'createApiKey' | 'updateApiKey' | 'deleteApiKey' | 'getApiKey' | 'listApiKeys' | 'getTenant'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makeApiKeys({ store, audit, clock, ids, random, accessChanged }: ApiKeysParts): ApiKeys {
  const inTurn = oneAtATime();

  return {
    async create(caller, tenantId, draft, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      requireFuture(draft.expiresAt);
      requireHeld(caller, tenant, draft.permissions, 'This key');
      const token = newToken(random);
      const key = keyOf(token, {
        id: ids.next('key'),
        tenantId,
        ...draft,
        createdAt: clock.wall(),
        createdBy: caller.principal.id,
      });
      await store.createApiKey(key, {
        audit: audit.by(caller, tenantId, changed('created', null, key)),
        idempotency: remember?.(key),
      });
      accessChanged();
      return { key, token };
    },

    async update(caller, tenantId, id, change) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      requireFuture(change.expiresAt ?? null);
      return inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        requireHeld(caller, tenant, [...current.permissions, ...(change.permissions ?? [])], 'This key');
        const key: ApiKey = { ...current, ...change };
        const entry = audit.by(caller, tenantId, changed('updated', current, key));
        if (!(await store.updateApiKey(key, { audit: entry }))) throw notFound('API key');
        accessChanged();
        return key;
      });
    },

    async remove(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:EDIT');
      const current = await existing(tenantId, id);
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      if (!(await store.deleteApiKey(tenantId, id, { audit: entry }))) throw notFound('API key');
      accessChanged();
    },

    async get(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return existing(tenantId, id);
    },

    async list(caller, tenantId, filter, page) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return store.listApiKeys(tenantId, filter, clock.wall(), page);
    },
  };

  async function existing(tenantId: TenantId, id: Id): Promise<ApiKey> {
    const key = await store.getApiKey(tenantId, id);
    if (key === undefined) throw notFound('API key');
    return key;
  }

  function requireFuture(expiresAt: Instant | null): void {
    if (expiresAt === null || expiresAt > clock.wall()) return;
    const message = 'A key expires in the future, or never';
    throw invalid([{ pointer: '/expiresAt', rule: 'range', message }]);
  }
}

/** `phk_` and 256 random bits. */
export function newToken(random: Random): Secret {
  return new Secret(`phk_${Buffer.from(random.bytes(32)).toString('base64url')}`);
}

/** The record of a token: its hash, and a beginning to recognise it by, at most a quarter of it. */
export function keyOf(token: Secret, key: Omit<ApiKey, 'hash' | 'prefix'>): ApiKey {
  const text = token.reveal();
  return { ...key, hash: hashOfToken(text), prefix: text.slice(0, Math.min(8, Math.floor(text.length / 4))) };
}

/** SHA-256 in hex. Enough without salt and stretching, since a key has 256 random bits. */
export function hashOfToken(token: string): string {
  return hash('sha256', token);
}

function changed(verb: 'created' | 'updated' | 'deleted', before: ApiKey | null, after: ApiKey | null) {
  return changeOf('api_key', verb, before, after, shown);
}

function shown({ name, permissions, prefix, expiresAt }: ApiKey) {
  return { name, permissions, prefix, expiresAt };
}
