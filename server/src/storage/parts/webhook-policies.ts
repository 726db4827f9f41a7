// The store's part with webhook policies.

import type { WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Executor } from '../executor.ts';
import type { PolicyListener, PolicyStore } from '../port/policy-store.ts';
import { changeRows } from '../rows/change-row.ts';
import { mapPage } from '../rows/map-page.ts';
import { policyOf, policyRow } from '../rows/policy-row.ts';
import type { PolicyRow } from '../schema.ts';
import type { Sealer } from '../seal.ts';
import type { Listeners } from './listeners.ts';

const batchSize = 500;

export function makePolicies(
  executor: Executor,
  sealer: Sealer,
  listeners: Listeners<PolicyListener>,
): PolicyStore {
  return {
    async createPolicy(policy, change) {
      const row = policyRow({ ...policy, version: 1 }, sealer);
      return told(await executor.write('createPolicy', row, changeRows(change)));
    },
    async updatePolicy(policy, expectedVersion, change) {
      const row = policyRow(policy, sealer);
      const updated = await executor.write('updatePolicy', row, expectedVersion, changeRows(change));
      return updated === undefined ? undefined : told(updated);
    },
    async deletePolicy(tenantId, id, change) {
      const result = await executor.write('deletePolicy', tenantId, id, changeRows(change));
      if (result === 'deleted') listeners.tell({ id, tenantId, policy: null });
      return result;
    },
    getPolicy: async (tenantId, id) => optional(await executor.read('getPolicy', tenantId, id)),
    getPolicyByNumber: async (tenantId, wireId) =>
      optional(await executor.read('getPolicyByNumber', tenantId, wireId)),
    getPolicyByName: async (name) => optional(await executor.read('getPolicyByName', name)),
    async listPolicies(tenantId, filter, page) {
      const rows = await executor.read('listPolicies', tenantId, filter, page);
      return mapPage(rows, (row) => policyOf(row, sealer));
    },
    async *allPolicies() {
      let afterId = '';
      for (;;) {
        const rows = await executor.read('policiesAfter', afterId, batchSize);
        if (rows.length > 0) yield rows.map((row) => policyOf(row, sealer));
        if (rows.length < batchSize) return;
        afterId = rows[rows.length - 1]!.id;
      }
    },
    onPolicyChange: (listener) => listeners.add(listener),
  };

  function told(row: PolicyRow): WebhookPolicy {
    const policy = policyOf(row, sealer);
    listeners.tell({ id: policy.id, tenantId: policy.tenantId, policy });
    return policy;
  }

  function optional(row: PolicyRow | undefined): WebhookPolicy | undefined {
    return row === undefined ? undefined : policyOf(row, sealer);
  }
}
