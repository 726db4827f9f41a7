// The store's part with tenants and who may do what in them.

import type { Executor } from '../executor.ts';
import type { AccessStore } from '../port/access-store.ts';
import type { StoredAnswer } from '../port/publish-store.ts';
import {
  apiKeyOf,
  apiKeyRow,
  clientOf,
  principalOf,
  principalRow,
  roleOf,
  roleRow,
  tenantOf,
  tenantRow,
  userOf,
  usernameKey,
} from '../rows/access-rows.ts';
import { changeRows } from '../rows/change-row.ts';
import { mapPage } from '../rows/map-page.ts';
import type { StoreListeners } from './listeners.ts';

export function makeAccess(
  executor: Executor,
  { tenants, webhooks, policies }: Pick<StoreListeners, 'tenants' | 'webhooks' | 'policies'>,
): AccessStore {
  return {
    async createTenant(tenant, change) {
      const created = await executor.write('createTenant', tenantRow(tenant), changeRows(change));
      if (created === 'created') tenants.tell({ id: tenant.id, tenant });
      return created;
    },
    async updateTenant(tenant, change) {
      const updated = await executor.write('updateTenant', tenantRow(tenant), changeRows(change));
      if (updated === 'created') tenants.tell({ id: tenant.id, tenant });
      return updated;
    },
    async deleteTenant(tenantId, now, change) {
      const gone = await executor.write('deleteTenant', tenantId, now, changeRows(change));
      for (const id of gone?.webhooks ?? []) webhooks.tell({ id, tenantId, webhook: null });
      for (const id of gone?.policies ?? []) policies.tell({ id, tenantId, policy: null });
      if (gone !== undefined) tenants.tell({ id: tenantId, tenant: null });
      return gone !== undefined;
    },
    getTenant: async (id) => optional(await executor.read('getTenant', id), tenantOf),
    getTenantByName: async (name) => optional(await executor.read('getTenantByName', name), tenantOf),
    listTenants: async (filter, page) => mapPage(await executor.read('listTenants', filter, page), tenantOf),

    createPrincipal: (principal, change) =>
      executor.write('createPrincipal', principalRow(principal), changeRows(change)),
    updatePrincipal: (principal, change) =>
      executor.write('updatePrincipal', principalRow(principal), changeRows(change)),
    deletePrincipal: (tenantId, id, change) =>
      executor.write('deletePrincipal', tenantId, id, changeRows(change)),
    getPrincipal: async (tenantId, id) =>
      optional(await executor.read('getPrincipal', tenantId, id), principalOf),
    getUserByName: async (username) =>
      optional(await executor.read('getUserByKey', usernameKey(username)), userOf),
    getClientByClientId: async (clientId) =>
      optional(await executor.read('getClientByClientId', clientId), clientOf),
    listPrincipals: async (tenantId, filter, page) =>
      mapPage(await executor.read('listPrincipals', tenantId, filter, page), principalOf),

    createRole: (role, change) => executor.write('createRole', roleRow(role), changeRows(change)),
    updateRole: (role, change) => executor.write('updateRole', roleRow(role), changeRows(change)),
    deleteRole: (tenantId, id, change) => executor.write('deleteRole', tenantId, id, changeRows(change)),
    getRole: async (tenantId, id) => optional(await executor.read('getRole', tenantId, id), roleOf),
    listRoles: async (tenantId, filter, page) =>
      mapPage(await executor.read('listRoles', tenantId, filter, page), roleOf),

    createApiKey: (key, change) => executor.write('createApiKey', apiKeyRow(key), changeRows(change)),
    updateApiKey: (key, change) => executor.write('updateApiKey', apiKeyRow(key), changeRows(change)),
    deleteApiKey: (tenantId, id, change) => executor.write('deleteApiKey', tenantId, id, changeRows(change)),
    getApiKey: async (tenantId, id) => optional(await executor.read('getApiKey', tenantId, id), apiKeyOf),
    getApiKeyByHash: async (hash) => optional(await executor.read('getApiKeyByHash', hash), apiKeyOf),
    listApiKeys: async (tenantId, filter, now, page) =>
      mapPage(await executor.read('listApiKeys', tenantId, filter, now, page), apiKeyOf),

    endSession: (id, wouldEndAt) => executor.write('endSession', { id, expires_at: wouldEndAt }),
    isSessionEnded: (id) => executor.read('isSessionEnded', id),

    async findAnswer({ tenantId, route, key }, now) {
      const row = await executor.read('findAnswer', { tenant_id: tenantId, route, key }, now);
      return optional(row, ({ body_hash, answer }) => ({
        bodyHash: body_hash,
        answer: JSON.parse(answer) as StoredAnswer,
      }));
    },
    async bootstrap({ tenant, user, key, change }) {
      const wrote = await executor.write('bootstrap', {
        tenant: tenantRow(tenant),
        user: principalRow(user),
        key: apiKeyRow(key),
        change: changeRows(change),
      });
      if (wrote) tenants.tell({ id: tenant.id, tenant });
      return wrote;
    },
    onTenantChange: (listener) => tenants.add(listener),
  };
}

function optional<Row, Thing>(row: Row | undefined, of: (row: Row) => Thing): Thing | undefined {
  return row === undefined ? undefined : of(row);
}
