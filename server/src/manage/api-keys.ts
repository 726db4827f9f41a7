// Keys that programs send as `Authorization: Bearer`: 256 random bits, of which only a hash is kept.

import type { ApiKey, Caller, Permission } from '../domain/access.ts';
import type { Clock, Instant } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';

export type ApiKeyDraft = {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: Instant | null;
};

/** Reach and limits as for users: a key never gets a permission that its maker lacks. */
export interface ApiKeys {
  /** The token (`phk_…`) is in this answer only. */
  create(
    caller: Caller,
    tenantId: TenantId,
    draft: ApiKeyDraft,
    remember?: Remember<ApiKey>,
  ): Promise<{ readonly key: ApiKey; readonly token: Secret }>;
  update(caller: Caller, tenantId: TenantId, id: Id, change: Partial<ApiKeyDraft>): Promise<ApiKey>;
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<ApiKey>;
  list(caller: Caller, tenantId: TenantId, page: PageRequest): Promise<Page<ApiKey>>;
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
  readonly accessChanged: () => void;
};

export declare function makeApiKeys(parts: ApiKeysParts): ApiKeys;

/** SHA-256 in hex. Enough without salt and stretching, since a key has 256 random bits. */
export declare function hashOfToken(token: string): string;
