// The client that the operator names in the settings: one of tenant `default`, made where there is none yet.

import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Secret } from '../domain/secret.ts';
import { operatorTenantName } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { hashOfToken } from './api-keys.ts';
import type { Audit } from './audit.ts';
import { clientChanged, clientOf } from './clients.ts';

export type FirstClientParts = {
  readonly store: Pick<Store, 'getClientByClientId' | 'getTenantByName' | 'createPrincipal'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** Resolves once there is a client of this id: made now, or there already, which then keeps the secret that it has. */
export async function ensureClient(
  { store, audit, clock, ids }: FirstClientParts,
  given: {
    readonly clientId: string;
    readonly secret: Secret;
    readonly roleId: string;
    readonly displayName: string;
  },
): Promise<{ readonly hasThisSecret: boolean }> {
  const { clientId, secret, roleId, displayName } = given;
  const known = await store.getClientByClientId(clientId);
  if (known !== undefined) return { hasThisSecret: known.secretHash === hashOfToken(secret.reveal()) };
  const tenant = await store.getTenantByName(operatorTenantName);
  if (tenant === undefined) throw new Error('there is no tenant of the operator');
  const drawn = { id: ids.next('cli'), tenantId: tenant.id, clientId };
  const client = clientOf(drawn, { displayName, roleId }, secret, clock.wall());
  const entry = audit.bySystem(tenant.id, clientChanged('created', null, client));
  const created = await store.createPrincipal(client, { audit: entry });
  // Another node was faster: it reads the same settings.
  return created === 'taken' ? ensureClient({ store, audit, clock, ids }, given) : { hasThisSecret: true };
}
