// A tenant's own roles, beside the built-in ones that every tenant has and nobody changes.

import { builtInRoles, type BuiltInRole, type Caller, type Permission, type Role } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { CreatedBetween, Page, PageRequest, Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { reach, requireHeld } from './reach.ts';
import type { Remember } from './remember.ts';

type RoleDraft = { readonly name: string; readonly permissions: readonly Permission[] };

/**
 * Reach as for users. Nobody puts a permission into a role that they lack themselves, nor changes or removes a role
 * that may do more than they.
 */
export interface Roles {
  /** `conflict` when the tenant has a role of that name. */
  create(caller: Caller, tenantId: TenantId, draft: RoleDraft, remember?: Remember<Role>): Promise<Role>;
  /** `conflict` when the name is taken, `forbidden` for a built-in role. */
  update(caller: Caller, tenantId: TenantId, id: Id, change: Partial<RoleDraft>): Promise<Role>;
  /** `conflict` while a user or a client has it, `forbidden` for a built-in role. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: string): Promise<Role | BuiltInRole>;
  /** The tenant's own roles; the built-in ones are `builtInRoles`. */
  list(caller: Caller, tenantId: TenantId, filter: CreatedBetween, page: PageRequest): Promise<Page<Role>>;
}

export type RolesParts = {
  readonly store: Pick<
    Store,
    'createRole' | 'updateRole' | 'deleteRole' | 'getRole' | 'listRoles' | 'getTenant'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makeRoles({ store, audit, clock, ids, accessChanged }: RolesParts): Roles {
  const inTurn = oneAtATime();

  return {
    async create(caller, tenantId, draft, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      refuseBuiltInName(draft.name);
      requireHeld(caller, tenant, draft.permissions, 'This role');
      const now = clock.wall();
      const role: Role = { id: ids.next('rol'), tenantId, ...draft, createdAt: now, updatedAt: now };
      const created = await store.createRole(role, {
        audit: audit.by(caller, tenantId, changed('created', null, role)),
        idempotency: remember?.(role),
      });
      if (created === 'taken') throw taken();
      return role;
    },

    async update(caller, tenantId, id, change) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      if (change.name !== undefined) refuseBuiltInName(change.name);
      return inTurn(tenantId, async () => {
        const current = await ownRole(tenantId, id);
        requireHeld(caller, tenant, [...current.permissions, ...(change.permissions ?? [])], 'This role');
        const role: Role = { ...current, ...change, updatedAt: clock.wall() };
        const updated = await store.updateRole(role, {
          audit: audit.by(caller, tenantId, changed('updated', current, role)),
        });
        if (updated === 'taken') throw taken();
        if (updated === 'missing') throw notFound('role');
        accessChanged();
        return role;
      });
    },

    async remove(caller, tenantId, id) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      const current = await ownRole(tenantId, id);
      requireHeld(caller, tenant, current.permissions, 'This role');
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      const deleted = await store.deleteRole(tenantId, id, { audit: entry });
      if (deleted === 'missing') throw notFound('role');
      if (deleted === 'in_use')
        throw new Refusal('conflict', 'Users or clients have this role; give them another one first');
      accessChanged();
    },

    async get(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      const role = builtInRoles.find((builtIn) => builtIn.id === id) ?? (await store.getRole(tenantId, id));
      if (role === undefined) throw notFound('role');
      return role;
    },

    async list(caller, tenantId, filter, page) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return store.listRoles(tenantId, filter, page);
    },
  };

  async function ownRole(tenantId: TenantId, id: string): Promise<Role> {
    if (builtInRoles.some((builtIn) => builtIn.id === id)) {
      throw new Refusal('forbidden', 'Built-in roles stay as they are; make a role of your own');
    }
    const role = await store.getRole(tenantId, id);
    if (role === undefined) throw notFound('role');
    return role;
  }
}

function refuseBuiltInName(name: string): void {
  if (builtInRoles.some((role) => role.name.toLowerCase() === name.toLowerCase())) throw taken();
}

function taken(): Refusal {
  return new Refusal('conflict', 'The tenant has a role of this name; choose another');
}

function changed(verb: 'created' | 'updated' | 'deleted', before: Role | null, after: Role | null) {
  return changeOf('role', verb, before, after, shown);
}

function shown({ name, permissions }: Role) {
  return { name, permissions };
}
