// How far a caller's permissions go: which tenants it may work on, and what it may give to others.

import { builtInRoles, permissionsIn, may, type Caller, type Permission } from '../domain/access.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';

/**
 * The tenant, if it is the caller's own or the caller may view (or edit) tenants. Refuses with `not_found` otherwise:
 * who may not reach a tenant can't tell whether it exists.
 */
export async function reach(
  store: Pick<Store, 'getTenant'>,
  caller: Caller,
  tenantId: TenantId,
  how: 'TENANTS:VIEW' | 'TENANTS:EDIT',
): Promise<Tenant> {
  const allowed = caller.principal.tenantId === tenantId || may(caller.principal, how);
  const tenant = allowed ? await store.getTenant(tenantId) : undefined;
  if (tenant === undefined) throw notFound('tenant');
  return tenant;
}

/** Refuses with `forbidden` unless the caller holds all that these permissions are worth in the tenant. */
export function requireHeld(
  caller: Caller,
  tenant: Tenant,
  granted: readonly Permission[],
  act: string,
): void {
  const lacking = [...permissionsIn(tenant, granted)].filter(
    (permission) => !may(caller.principal, permission),
  );
  if (lacking.length === 0) return;
  throw new Refusal('forbidden', `${act} needs permissions that you lack: ${lacking.join(', ')}`);
}

/** Refuses with `invalid` a role that the tenant hasn't, and with `forbidden` one that may do more than the caller. */
export async function requireRole(
  store: Pick<Store, 'getRole'>,
  caller: Caller,
  tenant: Tenant,
  roleId: string,
): Promise<void> {
  const permissions = await permissionsOfRole(store, tenant.id, roleId);
  if (permissions === undefined) {
    throw invalid([{ pointer: '/roleId', rule: 'unknown', message: 'The tenant has no such role' }]);
  }
  requireHeld(caller, tenant, permissions, 'Giving this role');
}

/** Refuses with `forbidden` to touch a principal whose role may do more than the caller. */
export async function requireOver(
  store: Pick<Store, 'getRole'>,
  caller: Caller,
  tenant: Tenant,
  principal: { readonly roleId: string },
  act: string,
): Promise<void> {
  requireHeld(caller, tenant, (await permissionsOfRole(store, tenant.id, principal.roleId)) ?? [], act);
}

/** Undefined for a role that the tenant hasn't. */
export async function permissionsOfRole(
  store: Pick<Store, 'getRole'>,
  tenantId: TenantId,
  roleId: string,
): Promise<readonly Permission[] | undefined> {
  const role = builtInRoles.find(({ id }) => id === roleId) ?? (await store.getRole(tenantId, roleId));
  return role?.permissions;
}
