// Webhook policies, with their private keys encrypted at rest behind this port.

import type { Id } from '../../domain/id.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Change } from './change.ts';
import type { CreatedBetween, Page, PageRequest } from './page.ts';

export type PolicyFilter = CreatedBetween & { readonly state?: 'active' | 'disabled' };

/** Told after every committed change, before its promise resolves; `policy` is null after a deletion. */
export type PolicyListener = (change: {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly policy: WebhookPolicy | null;
}) => void;

export interface PolicyStore {
  /** Stores a new policy and answers it with its number, which ascends in the installation and is never used again. */
  createPolicy(policy: Omit<WebhookPolicy, 'wireId'>, change: Change): Promise<WebhookPolicy>;

  /**
   * Replaces the stored policy if its version is still `expectedVersion`, and answers the new one with the next
   * version; undefined when another change came first or the policy is gone. Tenant, number, name and time of creation
   * stay.
   */
  updatePolicy(
    policy: WebhookPolicy,
    expectedVersion: number,
    change: Change,
  ): Promise<WebhookPolicy | undefined>;

  /** `in_use` while a webhook signs by it; once it is deleted, `PolicyMissing` for the webhook that would. */
  deletePolicy(tenantId: TenantId, id: Id, change: Change): Promise<'deleted' | 'missing' | 'in_use'>;

  getPolicy(tenantId: TenantId, id: Id): Promise<WebhookPolicy | undefined>;
  getPolicyByNumber(tenantId: TenantId, wireId: number): Promise<WebhookPolicy | undefined>;
  /** Whichever tenant's it is. */
  getPolicyByName(name: string): Promise<WebhookPolicy | undefined>;

  /** Policies of a tenant, oldest first. */
  listPolicies(tenantId: TenantId, filter: PolicyFilter, page: PageRequest): Promise<Page<WebhookPolicy>>;

  /** Every policy of the installation, in batches. */
  allPolicies(): AsyncIterable<readonly WebhookPolicy[]>;

  /** Calls the listener for every change from now on; the answer stops it. */
  onPolicyChange(listener: PolicyListener): () => void;
}
