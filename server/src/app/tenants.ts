// Knows every tenant's name and UUID in memory, for formats that name it in each delivery.

import { allRows } from '../api/all-rows.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';

type Named = Pick<Tenant, 'name' | 'uuid'>;

/** Follows changes of tenants. Loads all before it resolves. One that is gone stays known for what is under way. */
export async function followTenants(
  store: Pick<Store, 'listTenants' | 'onTenantChange'>,
): Promise<{ readonly tenantOf: (id: TenantId) => Named; readonly stop: () => void }> {
  const tenants = new Map<TenantId, Named>();
  const stop = store.onTenantChange(({ id, tenant }) => {
    if (tenant !== null) tenants.set(id, tenant);
  });
  for (const tenant of await allRows((page) => store.listTenants({}, page))) {
    // What changed while the tenants were being read is newer.
    if (!tenants.has(tenant.id)) tenants.set(tenant.id, tenant);
  }
  return {
    tenantOf(id) {
      const tenant = tenants.get(id);
      if (tenant === undefined) throw new Error(`no tenant ${id}`);
      return tenant;
    },
    stop,
  };
}
