// Knows every tenant's name and UUID in memory, for formats that name it in each delivery.

import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { allRows } from '../api/all-rows.ts';

/** The same store, whose changes of tenants are followed. Loads all tenants before it resolves. */
export async function followTenants(
  store: Store,
): Promise<{ readonly store: Store; readonly tenantOf: (id: TenantId) => Pick<Tenant, 'name' | 'uuid'> }> {
  const tenants = new Map<TenantId, Tenant>();
  for (const tenant of await allRows((page) => store.listTenants({}, page))) tenants.set(tenant.id, tenant);

  const following: Store = {
    ...store,
    async createTenant(tenant, change) {
      const created = await store.createTenant(tenant, change);
      if (created === 'created') tenants.set(tenant.id, tenant);
      return created;
    },
    async updateTenant(tenant, change) {
      const updated = await store.updateTenant(tenant, change);
      if (updated === 'created') tenants.set(tenant.id, tenant);
      return updated;
    },
    async bootstrap(first) {
      const wrote = await store.bootstrap(first);
      if (wrote) tenants.set(first.tenant.id, first.tenant);
      return wrote;
    },
  };
  return {
    store: following,
    tenantOf(id) {
      const tenant = tenants.get(id);
      if (tenant === undefined) throw new Error(`no tenant ${id}`);
      return tenant;
    },
  };
}
