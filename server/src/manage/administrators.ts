// Whom to tell about a tenant's webhooks: the addresses of those who administer them.

import { isWebhookAdministrator, type Principal, type RegisteredPrincipal } from '../domain/access.ts';
import { isMailAddress } from '../domain/mail-address.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { everyPrincipal } from './principals.ts';
import { permissionsOfRole } from './reach.ts';

/**
 * The e-mail addresses of a tenant's enabled users who hold all four permissions for webhooks, each once. Who has none
 * but signs in with an address is told there.
 */
export type AdministratorsOf = (tenantId: TenantId) => Promise<readonly string[]>;

export function makeAdministratorsOf(store: Pick<Store, 'listPrincipals' | 'getRole'>): AdministratorsOf {
  return async (tenantId) => {
    const found = new Map<string, string>();
    for await (const principal of everyPrincipal(store, tenantId, { kind: 'user', state: 'active' })) {
      const address = addressIn(principal);
      if (address === undefined || found.has(address.toLowerCase())) continue;
      const permissions = new Set(await permissionsOfRole(store, tenantId, principal.roleId));
      if (isWebhookAdministrator({ permissions })) found.set(address.toLowerCase(), address);
    }
    return [...found.values()];
  };
}

/** The caller's own address, if it is a user that has one, in whichever tenant it acts. */
export type AddressOf = (principal: Pick<Principal, 'kind' | 'id' | 'name'>) => Promise<string | undefined>;

export function makeAddressOf(store: Pick<Store, 'getUserByName'>): AddressOf {
  return async ({ kind, id, name }) => {
    const user = kind === 'user' ? await store.getUserByName(name) : undefined;
    return user?.id === id ? addressIn(user) : undefined;
  };
}

function addressIn(principal: RegisteredPrincipal): string | undefined {
  if (principal.kind !== 'user') return undefined;
  return principal.email ?? (isMailAddress(principal.username) ? principal.username : undefined);
}
