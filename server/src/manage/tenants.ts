// Tenants: the first one, `default`, is the operator's and runs the others.

import { may, type Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { uuidOfId, type Ids } from '../domain/id.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import { operatorTenantName, type Tenant, type TenantId } from '../domain/tenant.ts';
import type { CreatedBetween, Page, PageRequest, Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { reach } from './reach.ts';
import type { Remember } from './remember.ts';

export interface Tenants {
  /** `conflict` when the name is taken. */
  create(caller: Caller, draft: { readonly name: string }, remember?: Remember<Tenant>): Promise<Tenant>;
  /** `conflict` when the name is taken, or the tenant is `default`. */
  rename(caller: Caller, id: TenantId, name: string): Promise<Tenant>;
  /**
   * Nothing is sent for the tenant once it resolves: the store tells subscriptions and lanes that its webhooks are gone.
   * `conflict` for the tenant `default`.
   */
  remove(caller: Caller, id: TenantId): Promise<void>;
  /** Everybody sees their own tenant, who may view tenants sees all. */
  get(caller: Caller, id: TenantId): Promise<Tenant>;
  list(caller: Caller, filter: CreatedBetween, page: PageRequest): Promise<Page<Tenant>>;
}

export type TenantsParts = {
  readonly store: Pick<Store, 'createTenant' | 'updateTenant' | 'deleteTenant' | 'getTenant' | 'listTenants'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makeTenants({ store, audit, clock, ids, accessChanged }: TenantsParts): Tenants {
  return {
    async create(caller, { name }, remember) {
      refuseBadName(name);
      const now = clock.wall();
      const id = ids.next('tnt');
      const tenant: Tenant = { id, uuid: uuidOfId(id), name, createdAt: now, updatedAt: now };
      const created = await store.createTenant(tenant, {
        audit: auditOf(caller, 'created', null, tenant),
        idempotency: remember?.(tenant),
      });
      if (created === 'taken') throw taken();
      return tenant;
    },

    async rename(caller, id, name) {
      const current = await reach(store, caller, id, 'TENANTS:EDIT');
      refuseBadName(name);
      if (current.name === name) return current;
      refuseOperator(current, 'keeps its name');
      const tenant = { ...current, name, updatedAt: clock.wall() };
      const updated = await store.updateTenant(tenant, {
        audit: auditOf(caller, 'updated', current, tenant),
      });
      if (updated === 'taken') throw taken();
      if (updated === 'missing') throw notFound('tenant');
      accessChanged();
      return tenant;
    },

    async remove(caller, id) {
      const current = await reach(store, caller, id, 'TENANTS:EDIT');
      refuseOperator(current, 'can not be deleted');
      const entry = auditOf(caller, 'deleted', current, null);
      const deleted = await store.deleteTenant(id, clock.now(), { audit: entry });
      if (!deleted) throw notFound('tenant');
      accessChanged();
    },

    get(caller, id) {
      return reach(store, caller, id, 'TENANTS:VIEW');
    },

    async list(caller, filter, page) {
      if (may(caller.principal, 'TENANTS:VIEW')) return store.listTenants(filter, page);
      const own = await store.getTenant(caller.principal.tenantId);
      const found = own !== undefined && isCreatedIn(own, filter);
      return { rows: found ? [own] : [], next: null, previous: null };
    },
  };

  /** Tenants are the operator's affair: the entry is in the log of the caller's tenant. */
  function auditOf(caller: Caller, verb: string, before: Tenant | null, after: Tenant | null) {
    const change = changeOf('tenant', verb, before, after, ({ name }) => ({ name }));
    return audit.by(caller, caller.principal.tenantId, change);
  }
}

function isCreatedIn({ createdAt }: Tenant, { createdFrom, createdTo }: CreatedBetween): boolean {
  return createdAt >= (createdFrom ?? -Infinity) && createdAt < (createdTo ?? Infinity);
}

/** What is wrong with a tenant's name, in a sentence, or undefined: people type it, so it looks like a host name's part. */
function tenantNameProblem(name: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return undefined;
  return 'A name has 1 to 63 of a-z 0-9 - and neither begins nor ends with -';
}

function refuseBadName(name: string): void {
  const message = tenantNameProblem(name);
  if (message !== undefined) throw invalid([{ pointer: '/name', rule: 'format', message }]);
}

function refuseOperator(tenant: Tenant, rule: string): void {
  if (tenant.name !== operatorTenantName) return;
  throw new Refusal('conflict', `The tenant ${operatorTenantName} runs this installation and ${rule}`);
}

function taken(): Refusal {
  return new Refusal('conflict', 'There is a tenant of this name; choose another');
}
