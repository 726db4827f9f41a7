// Tenants: the first one, `default`, is the operator's and runs the others.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';

export interface Tenants {
  /** `conflict` when the name is taken. */
  create(caller: Caller, draft: { readonly name: string }, remember?: Remember<Tenant>): Promise<Tenant>;
  /** `conflict` when the name is taken, or the tenant is `default`. */
  rename(caller: Caller, id: TenantId, name: string): Promise<Tenant>;
  /** Nothing is sent for the tenant once it resolves. `conflict` for the tenant `default`. */
  remove(caller: Caller, id: TenantId): Promise<void>;
  /** Everybody sees their own tenant, who may view tenants sees all. */
  get(caller: Caller, id: TenantId): Promise<Tenant>;
  list(caller: Caller, page: PageRequest): Promise<Page<Tenant>>;
}

export type TenantsParts = {
  readonly store: Pick<
    Store,
    'createTenant' | 'updateTenant' | 'deleteTenant' | 'getTenant' | 'listTenants' | 'listWebhooks'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly accessChanged: () => void;
  /** Tells subscriptions and lanes that a webhook is gone; no attempt for it starts after it resolves. */
  readonly webhookGone: (id: WebhookId, tenantId: TenantId) => void | Promise<void>;
};

export declare function makeTenants(parts: TenantsParts): Tenants;
