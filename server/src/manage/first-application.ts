// The application that the operator names in the settings: a client of tenant `default`, made where there is none yet.

import type { Client } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Secret } from '../domain/secret.ts';
import { operatorTenantName } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { hashOfToken } from './api-keys.ts';
import type { Audit } from './audit.ts';
import { clientChanged } from './clients.ts';

export type FirstApplicationParts = {
  readonly store: Pick<Store, 'getClientByClientId' | 'getTenantByName' | 'createPrincipal'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** A client that is there already stays as it is: `other_secret` when the settings name another secret than it has. */
export async function makeFirstApplication(
  { store, audit, clock, ids }: FirstApplicationParts,
  given: {
    readonly clientId: string;
    readonly secret: Secret;
    readonly roleId: string;
    readonly name: string;
  },
): Promise<'made' | 'there' | 'other_secret'> {
  const secretHash = hashOfToken(given.secret.reveal());
  const known = await store.getClientByClientId(given.clientId);
  if (known !== undefined) return known.secretHash === secretHash ? 'there' : 'other_secret';
  const tenant = await store.getTenantByName(operatorTenantName);
  if (tenant === undefined) throw new Error('there is no tenant of the operator');
  const now = clock.wall();
  const client: Client = {
    id: ids.next('cli'),
    tenantId: tenant.id,
    kind: 'client',
    displayName: given.name,
    clientId: given.clientId,
    secretHash,
    roleId: given.roleId,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
  await store.createPrincipal(client, {
    audit: audit.bySystem(tenant.id, clientChanged('created', null, client)),
  });
  return 'made';
}
