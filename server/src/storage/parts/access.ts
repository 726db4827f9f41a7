// The store's part with tenants and who may do what in them.

import type { Executor } from '../executor.ts';
import type { AccessStore } from '../port/access-store.ts';
import type { StoredAnswer } from '../port/publish-store.ts';
import {
  apiKeyOf,
  apiKeyRow,
  roleOf,
  roleRow,
  tenantOf,
  tenantRow,
  userOf,
  userRow,
  usernameKey,
} from '../rows/access-rows.ts';
import { changeRows } from '../rows/change-row.ts';
import { mapPage } from '../rows/map-page.ts';
import type { WebhookListeners } from './webhook-listeners.ts';

export function makeAccess(executor: Executor, listeners: WebhookListeners): AccessStore {
  return {
    createTenant: (tenant, change) => executor.write('createTenant', tenantRow(tenant), changeRows(change)),
    updateTenant: (tenant, change) => executor.write('updateTenant', tenantRow(tenant), changeRows(change)),
    async deleteTenant(tenantId, now, change) {
      const webhooks = await executor.write('deleteTenant', tenantId, now, changeRows(change));
      for (const id of webhooks ?? []) listeners.tell({ id, tenantId, webhook: null });
      return webhooks !== undefined;
    },
    getTenant: async (id) => optional(await executor.read('getTenant', id), tenantOf),
    getTenantByName: async (name) => optional(await executor.read('getTenantByName', name), tenantOf),
    listTenants: async (filter, page) => mapPage(await executor.read('listTenants', filter, page), tenantOf),

    createUser: (user, change) => executor.write('createUser', userRow(user), changeRows(change)),
    updateUser: (user, change) => executor.write('updateUser', userRow(user), changeRows(change)),
    deleteUser: (tenantId, id, change) => executor.write('deleteUser', tenantId, id, changeRows(change)),
    getUser: async (tenantId, id) => optional(await executor.read('getUser', tenantId, id), userOf),
    getUserByName: async (username) =>
      optional(await executor.read('getUserByKey', usernameKey(username)), userOf),
    listUsers: async (tenantId, filter, page) =>
      mapPage(await executor.read('listUsers', tenantId, filter, page), userOf),

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

    async findAnswer({ tenantId, route, key }, now) {
      const row = await executor.read('findAnswer', { tenant_id: tenantId, route, key }, now);
      return optional(row, ({ body_hash, answer }) => ({
        bodyHash: body_hash,
        answer: JSON.parse(answer) as StoredAnswer,
      }));
    },
    bootstrap: ({ tenant, user, key, change }) =>
      executor.write('bootstrap', {
        tenant: tenantRow(tenant),
        user: userRow(user),
        key: apiKeyRow(key),
        change: changeRows(change),
      }),
  };
}

function optional<Row, Thing>(row: Row | undefined, of: (row: Row) => Thing): Thing | undefined {
  return row === undefined ? undefined : of(row);
}
