// Knows every tenant's name in memory, for formats that name it in each delivery.

import type { TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { allRows } from '../api/all-rows.ts';

/** The same store, whose changes of tenants are followed. Loads all names before it resolves. */
export async function followTenantNames(
  store: Store,
): Promise<{ readonly store: Store; readonly tenantName: (id: TenantId) => string }> {
  const names = new Map<TenantId, string>();
  for (const { id, name } of await allRows((page) => store.listTenants({}, page))) names.set(id, name);

  const following: Store = {
    ...store,
    async createTenant(tenant, change) {
      const created = await store.createTenant(tenant, change);
      if (created === 'created') names.set(tenant.id, tenant.name);
      return created;
    },
    async updateTenant(tenant, change) {
      const updated = await store.updateTenant(tenant, change);
      if (updated === 'created') names.set(tenant.id, tenant.name);
      return updated;
    },
    async bootstrap(first) {
      const wrote = await store.bootstrap(first);
      if (wrote) names.set(first.tenant.id, first.tenant.name);
      return wrote;
    },
  };
  return {
    store: following,
    tenantName(id) {
      const name = names.get(id);
      if (name === undefined) throw new Error(`no tenant ${id}`);
      return name;
    },
  };
}
