// Programs of a tenant that get access tokens for a client id and a secret.

import type { Client, Caller } from '../domain/access.ts';
import type { Clock, Instant } from '../domain/clock.ts';
import { uuidOf, type Id, type Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { hashOfToken } from './api-keys.ts';
import { changeOf, type Audit } from './audit.ts';
import { disabledSince } from './disabled-since.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { reach, requireOver, requireRole } from './reach.ts';
import type { Remember } from './remember.ts';
import { newTextSecret } from './secrets.ts';

type ClientDraft = { readonly displayName: string; readonly roleId: string };

/** Absent members stay as they are. */
type ClientChange = Partial<ClientDraft> & { readonly disabled?: boolean };

type WithSecret = { readonly client: Client; readonly secret: Secret };

/** Reach as for users. Nobody gives a role whose permissions they lack, nor touches a client that may do more than they. */
export interface Clients {
  /** The secret is in this answer only. */
  create(
    caller: Caller,
    tenantId: TenantId,
    draft: ClientDraft,
    remember?: Remember<Client>,
  ): Promise<WithSecret>;
  /** A disabled client gets no token, and those it has are refused from the next request on. */
  update(caller: Caller, tenantId: TenantId, id: Id, change: ClientChange): Promise<Client>;
  /** The old secret, and every token that was got for it, is refused from the next request on. */
  rotateSecret(caller: Caller, tenantId: TenantId, id: Id, remember?: Remember<Client>): Promise<WithSecret>;
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<Client>;
}

export type ClientsParts = {
  readonly store: Pick<
    Store,
    'createPrincipal' | 'updatePrincipal' | 'deletePrincipal' | 'getPrincipal' | 'getRole' | 'getTenant'
  >;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makeClients({ store, audit, clock, ids, random, accessChanged }: ClientsParts): Clients {
  const inTurn = oneAtATime();

  return {
    async create(caller, tenantId, draft, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      await requireRole(store, caller, tenant, draft.roleId);
      const now = clock.wall();
      const secret = newTextSecret(random);
      const drawn = { id: ids.next('cli'), tenantId, clientId: newClientId(random) };
      const client = clientOf(drawn, draft, secret, now);
      const created = await store.createPrincipal(client, {
        audit: audit.by(caller, tenantId, clientChanged('created', null, client)),
        idempotency: remember?.(client),
      });
      if (created === 'taken') throw new Refusal('conflict', 'The client id drawn is taken; try again');
      accessChanged();
      return { client, secret };
    },

    async update(caller, tenantId, id, change) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      return inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(store, caller, tenant, current, 'Changing this client');
        if (change.roleId !== undefined) await requireRole(store, caller, tenant, change.roleId);
        const client = apply(current, change);
        await keep(client, { audit: audit.by(caller, tenantId, clientChanged('updated', current, client)) });
        return client;
      });
    },

    async rotateSecret(caller, tenantId, id, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      return inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(store, caller, tenant, current, 'Rotating the secret of this client');
        const secret = newTextSecret(random);
        const secretHash = hashOfToken(secret.reveal());
        const client: Client = { ...current, secretHash, updatedAt: clock.wall() };
        await keep(client, {
          audit: audit.by(caller, tenantId, clientChanged('secret_rotated', current, client)),
          idempotency: remember?.(client),
        });
        return { client, secret };
      });
    },

    async remove(caller, tenantId, id) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      await inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(store, caller, tenant, current, 'Removing this client');
        const entry = audit.by(caller, tenantId, clientChanged('deleted', current, null));
        const deleted = await store.deletePrincipal(tenantId, id, { audit: entry });
        if (deleted !== 'deleted') throw notFound('principal');
        accessChanged();
      });
    },

    async get(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return existing(tenantId, id);
    },
  };

  async function existing(tenantId: TenantId, id: Id): Promise<Client> {
    const found = await store.getPrincipal(tenantId, id);
    if (found?.kind !== 'client') throw notFound('principal');
    return found;
  }

  function apply(current: Client, { disabled, ...named }: ClientChange): Client {
    const now = clock.wall();
    return { ...current, ...named, disabledAt: disabledSince(current, disabled, now), updatedAt: now };
  }

  async function keep(client: Client, change: Parameters<Store['updatePrincipal']>[1]): Promise<void> {
    if ((await store.updatePrincipal(client, change)) !== 'created') throw notFound('principal');
    accessChanged();
  }
}

/** A random UUID (RFC 9562 §5.4): dialects call it client id or application id, and some want the form. */
function newClientId(random: Random): string {
  return uuidOf(random.bytes(16), 4);
}

/** A new client. Its secret has so many random bits that a plain hash is enough to keep. */
export function clientOf(
  drawn: Pick<Client, 'id' | 'tenantId' | 'clientId'>,
  draft: ClientDraft,
  secret: Secret,
  now: Instant,
): Client {
  return {
    ...drawn,
    ...draft,
    kind: 'client',
    secretHash: hashOfToken(secret.reveal()),
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The change of a client for the audit log, without its secret. */
export function clientChanged(
  verb: 'created' | 'updated' | 'secret_rotated' | 'deleted',
  before: Client | null,
  after: Client | null,
) {
  return changeOf('client', verb, before, after, shown);
}

function shown({ displayName, clientId, roleId, disabledAt }: Client) {
  return { displayName, clientId, roleId, disabledAt };
}
