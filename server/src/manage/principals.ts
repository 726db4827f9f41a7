// Users and clients together: what is the same for both, whichever kind they are.

import type { Caller, RegisteredPrincipal } from '../domain/access.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, PrincipalFilter, Store } from '../storage/store.ts';
import { reach } from './reach.ts';

/** Reach as for users. */
export interface Principals {
  /** Oldest first. */
  list(
    caller: Caller,
    tenantId: TenantId,
    filter: PrincipalFilter,
    page: PageRequest,
  ): Promise<Page<RegisteredPrincipal>>;
}

export type PrincipalsParts = { readonly store: Pick<Store, 'listPrincipals' | 'getTenant'> };

export function makePrincipals({ store }: PrincipalsParts): Principals {
  return {
    async list(caller, tenantId, filter, page) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return store.listPrincipals(tenantId, filter, page);
    },
  };
}

/** All of a tenant's that the filter lets through, oldest first, read page by page. */
export async function* everyPrincipal(
  store: Pick<Store, 'listPrincipals'>,
  tenantId: TenantId,
  filter: PrincipalFilter,
): AsyncGenerator<RegisteredPrincipal> {
  let after: PageRequest['after'] = null;
  do {
    const page: Page<RegisteredPrincipal> = await store.listPrincipals(tenantId, filter, {
      limit: 250,
      after,
      before: null,
    });
    yield* page.rows;
    after = page.next;
  } while (after !== null);
}
