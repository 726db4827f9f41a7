// Knows every webhook policy in memory, so that a delivery is signed without asking the store.

import { follow } from '../domain/follow.ts';
import type { Id } from '../domain/id.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { PolicyOf, WebhookPolicy } from '../domain/webhook-policy.ts';
import type { Store } from '../storage/store.ts';

export type PolicyRegistry = {
  readonly policyOf: PolicyOf;
  /** The tenant's policy of this number on a dialect's wire. */
  policyNumbered(tenantId: TenantId, wireId: number): WebhookPolicy | undefined;
  /** Stops following changes; may be called twice. */
  stop(): void;
};

/** Loads every policy and follows all changes from then on; knows them all when it resolves. */
export async function startPolicyRegistry(
  store: Pick<Store, 'allPolicies' | 'onPolicyChange'>,
): Promise<PolicyRegistry> {
  const policies = new Map<Id, WebhookPolicy>();

  const stop = await follow<{ readonly id: Id; readonly policy: WebhookPolicy | null }>(
    {
      async *all() {
        for await (const batch of store.allPolicies())
          yield batch.map((policy) => ({ id: policy.id, policy }));
      },
      onChange: (listener) => store.onPolicyChange(listener),
    },
    ({ id, policy }) => {
      if (policy === null) policies.delete(id);
      else policies.set(id, policy);
    },
  );

  return {
    policyOf: (id) => policies.get(id),
    policyNumbered: (tenantId, wireId) =>
      [...policies.values()].find((policy) => policy.wireId === wireId && policy.tenantId === tenantId),
    stop,
  };
}
