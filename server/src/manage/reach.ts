// How far a caller's permissions go: which tenants it may work on, and what it may give to others.

import { permissionsIn, may, type Caller, type Permission } from '../domain/access.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
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
