// A tenant's own roles, beside the built-in ones that every tenant has and nobody changes.

import type { BuiltInRole, Caller, Permission, Role } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';

export type RoleDraft = { readonly name: string; readonly permissions: readonly Permission[] };

/** Reach and limits as for users: nobody puts a permission into a role that they lack themselves. */
export interface Roles {
  /** `conflict` when the tenant has a role of that name. */
  create(caller: Caller, tenantId: TenantId, draft: RoleDraft, remember?: Remember<Role>): Promise<Role>;
  /** `forbidden` for a built-in role. */
  update(caller: Caller, tenantId: TenantId, id: Id, change: Partial<RoleDraft>): Promise<Role>;
  /** `conflict` while a user has it. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: string): Promise<Role | BuiltInRole>;
  /** The tenant's own roles; the built-in ones are `builtInRoles`. */
  list(caller: Caller, tenantId: TenantId, page: PageRequest): Promise<Page<Role>>;
}

export type RolesParts = {
  readonly store: Pick<
    Store,
    'createRole' | 'updateRole' | 'deleteRole' | 'getRole' | 'listRoles' | 'getTenant'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly accessChanged: () => void;
};

export declare function makeRoles(parts: RolesParts): Roles;
