// Knows every tenant's name in memory, for formats that name it in each delivery.

import type { TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { allRows } from '../api/all-rows.ts';

/** Follows changes of tenants. Loads all names before it resolves. A tenant that is gone keeps its name for what is under way. */
export async function followTenantNames(
  store: Pick<Store, 'listTenants' | 'onTenantChange'>,
): Promise<{ readonly tenantName: (id: TenantId) => string; readonly stop: () => void }> {
  const names = new Map<TenantId, string>();
  const stop = store.onTenantChange(({ id, tenant }) => {
    if (tenant !== null) names.set(id, tenant.name);
  });
  for (const { id, name } of await allRows((page) => store.listTenants({}, page))) {
    // What changed while the names were being read is newer.
    if (!names.has(id)) names.set(id, name);
  }
  return {
    tenantName(id) {
      const name = names.get(id);
      if (name === undefined) throw new Error(`no tenant ${id}`);
      return name;
    },
    stop,
  };
}
