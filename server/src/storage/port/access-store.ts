// Tenants and who may do what in them.

import type { ApiKey, Client, RegisteredPrincipal, Role, User } from '../../domain/access.ts';
import type { Instant } from '../../domain/clock.ts';
import type { Id } from '../../domain/id.ts';
import type { Tenant, TenantId } from '../../domain/tenant.ts';
import type { Change } from './change.ts';
import type { CreatedBetween, Page, PageRequest } from './page.ts';
import type { IdempotencyKey, StoredAnswer } from './publish-store.ts';

/** A create that meets an existing unique name answers `taken` and changes nothing. */
export type Created = 'created' | 'taken';

/** Told after every committed change, before its promise resolves; `tenant` is null after a deletion. */
export type TenantListener = (change: { readonly id: TenantId; readonly tenant: Tenant | null }) => void;

export type PrincipalFilter = CreatedBetween & {
  readonly kind?: RegisteredPrincipal['kind'];
  readonly state?: 'active' | 'disabled';
};

export type ApiKeyFilter = CreatedBetween & { readonly state?: 'active' | 'expired' };

export interface AccessStore {
  createTenant(tenant: Tenant, change: Change): Promise<Created>;
  updateTenant(tenant: Tenant, change: Change): Promise<Created | 'missing'>;
  /**
   * The tenant and all it owns answer no query from now on, and who listens to changes of webhooks and policies is told
   * that each of its own is gone; `purgeTenants` removes the data, audit entries stay.
   */
  deleteTenant(id: TenantId, now: Instant, change: Change): Promise<boolean>;
  getTenant(id: TenantId): Promise<Tenant | undefined>;
  getTenantByName(name: string): Promise<Tenant | undefined>;
  listTenants(filter: CreatedBetween, page: PageRequest): Promise<Page<Tenant>>;

  /** Calls the listener for every change of a tenant from now on; the answer stops it. */
  onTenantChange(listener: TenantListener): () => void;

  /** Usernames and client ids are taken once per installation. */
  createPrincipal(principal: RegisteredPrincipal, change: Change): Promise<Created>;
  /** `last_administrator` when it is a tenant's only enabled user with the role of administrators and would be none any more. */
  updatePrincipal(
    principal: RegisteredPrincipal,
    change: Change,
  ): Promise<Created | 'missing' | 'last_administrator'>;
  deletePrincipal(
    tenantId: TenantId,
    id: Id,
    change: Change,
  ): Promise<'deleted' | 'missing' | 'last_administrator'>;
  getPrincipal(tenantId: TenantId, id: Id): Promise<RegisteredPrincipal | undefined>;
  /** Ignoring case. */
  getUserByName(username: string): Promise<User | undefined>;
  getClientByClientId(clientId: string): Promise<Client | undefined>;
  /** Users and clients together, oldest first. */
  listPrincipals(
    tenantId: TenantId,
    filter: PrincipalFilter,
    page: PageRequest,
  ): Promise<Page<RegisteredPrincipal>>;

  createRole(role: Role, change: Change): Promise<Created>;
  updateRole(role: Role, change: Change): Promise<Created | 'missing'>;
  /** `in_use` while a principal has the role. */
  deleteRole(tenantId: TenantId, id: Id, change: Change): Promise<'deleted' | 'missing' | 'in_use'>;
  getRole(tenantId: TenantId, id: Id): Promise<Role | undefined>;
  listRoles(tenantId: TenantId, filter: CreatedBetween, page: PageRequest): Promise<Page<Role>>;

  createApiKey(key: ApiKey, change: Change): Promise<void>;
  updateApiKey(key: ApiKey, change: Change): Promise<boolean>;
  deleteApiKey(tenantId: TenantId, id: Id, change: Change): Promise<boolean>;
  getApiKey(tenantId: TenantId, id: Id): Promise<ApiKey | undefined>;
  getApiKeyByHash(hash: string): Promise<ApiKey | undefined>;
  /** A key is expired from its `expiresAt` on, as seen at `now`. */
  listApiKeys(
    tenantId: TenantId,
    filter: ApiKeyFilter,
    now: Instant,
    page: PageRequest,
  ): Promise<Page<ApiKey>>;

  /** The session is over, whatever its cookie says; remembered until it would have ended anyhow. */
  endSession(id: Id, wouldEndAt: Instant): Promise<void>;
  isSessionEnded(id: Id): Promise<boolean>;

  /** What a control-plane POST with this idempotency key was answered with before. */
  findAnswer(
    key: Omit<IdempotencyKey, 'expiresAt'>,
    now: Instant,
  ): Promise<{ readonly bodyHash: string; readonly answer: StoredAnswer } | undefined>;

  /** Writes what the first start sets up (tenant, administrator, key) unless it is there; true when it wrote. */
  bootstrap(first: {
    readonly tenant: Tenant;
    readonly user: User;
    readonly key: ApiKey;
    readonly change: Change;
  }): Promise<boolean>;
}
