// The first start: tenant `default` with an administrator and an API key. Later starts change nothing.

import { administratorRoleId, allPermissions, type User } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { uuidOfId, type Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { Secret } from '../domain/secret.ts';
import { operatorTenantName, type Tenant } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { keyOf, newToken } from './api-keys.ts';
import type { Audit } from './audit.ts';
import type { Passwords } from './passwords.ts';
import { everyPrincipal } from './principals.ts';
import { refuseBadUser } from './users.ts';

/** The settings; what is undefined is generated. */
export type FirstAccess = {
  readonly username: string;
  readonly email: string | null;
  readonly password: Secret | undefined;
  readonly token: Secret | undefined;
};

/** What was generated, to be printed once; undefined where the operator gave it. */
export type Generated = {
  readonly username: string;
  readonly password: Secret | undefined;
  readonly token: Secret | undefined;
};

export type BootstrapParts = {
  readonly store: Pick<Store, 'bootstrap' | 'getTenantByName'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
};

/** Undefined when an earlier start did it. */
export async function bootstrap(parts: BootstrapParts, given: FirstAccess): Promise<Generated | undefined> {
  const { store, audit, clock, ids, random } = parts;
  if ((await store.getTenantByName(operatorTenantName)) !== undefined) return undefined;
  const now = clock.wall();
  const password = given.password ?? newPassword(random);
  const token = given.token ?? newToken(random);
  const tenantId = ids.next('tnt');
  const tenant: Tenant = {
    id: tenantId,
    uuid: uuidOfId(tenantId),
    name: operatorTenantName,
    createdAt: now,
    updatedAt: now,
  };
  const user = await administrator(parts, tenant, given, password);
  const key = keyOf(token, {
    id: ids.next('key'),
    tenantId,
    name: 'ADMIN_TOKEN',
    permissions: allPermissions,
    expiresAt: null,
    createdAt: now,
    createdBy: user.id,
  });
  const entry = audit.bySystem(tenantId, {
    action: 'tenant.created',
    subject: { kind: 'tenant', id: tenantId },
    before: null,
    after: { name: tenant.name, administrator: user.username, apiKey: key.prefix },
  });
  const wrote = await store.bootstrap({ tenant, user, key, change: { audit: entry } });
  if (!wrote) return undefined;
  return {
    username: given.username,
    password: given.password === undefined ? password : undefined,
    token: given.token === undefined ? token : undefined,
  };
}

export type ResetParts = Omit<BootstrapParts, 'store'> & {
  readonly store: Pick<
    Store,
    'getTenantByName' | 'getUserByName' | 'listPrincipals' | 'createPrincipal' | 'updatePrincipal'
  >;
};

export type AskedReset = {
  readonly username: string;
  readonly password: Secret | undefined;
  /** Whether an unknown username is meant to be a new administrator. */
  readonly create: boolean;
};

export type Reset =
  /** Promoted is who was no administrator before. */
  | {
      readonly kind: 'reset' | 'promoted' | 'created';
      readonly username: string;
      readonly password: Secret;
    }
  /** With the usernames in the operator's tenant, one of which may be meant. */
  | { readonly kind: 'unknown'; readonly usernames: readonly string[] }
  /** There has been no first start yet. */
  | { readonly kind: 'no_users' };

/**
 * A way back in for the operator (`posthorn users reset`): the user gets the password, generated unless given, is
 * enabled and an administrator of its tenant again. An unknown username becomes an administrator of `default` where that
 * is asked for, or where nobody is left there. Refuses with `invalid` to make a user of a name that can't sign in.
 */
export async function resetAdministrator(parts: ResetParts, given: AskedReset): Promise<Reset> {
  const { store, passwords, audit, clock, random } = parts;
  const password = given.password ?? newPassword(random);
  const current = await store.getUserByName(given.username);
  if (current === undefined) {
    const tenant = await store.getTenantByName(operatorTenantName);
    if (tenant === undefined) return { kind: 'no_users' };
    const usernames = given.create ? [] : await usernamesOf(store, tenant);
    if (usernames.length > 0) return { kind: 'unknown', usernames };
    const user = await administrator(parts, tenant, { ...given, email: null }, password);
    await store.createPrincipal(user, { audit: audit.bySystem(tenant.id, changed('user.created', user)) });
    return { kind: 'created', username: user.username, password };
  }
  const user: User = {
    ...current,
    roleId: administratorRoleId,
    passwordHash: await passwords.hash(password.reveal()),
    disabledAt: null,
    updatedAt: clock.wall(),
  };
  await store.updatePrincipal(user, { audit: audit.bySystem(user.tenantId, changed('user.reset', user)) });
  const kind = current.roleId === administratorRoleId ? 'reset' : 'promoted';
  return { kind, username: user.username, password };
}

async function usernamesOf(store: Pick<Store, 'listPrincipals'>, { id }: Tenant): Promise<string[]> {
  const usernames: string[] = [];
  for await (const principal of everyPrincipal(store, id, { kind: 'user' })) {
    if (principal.kind === 'user') usernames.push(principal.username);
  }
  return usernames;
}

async function administrator(
  { passwords, clock, ids }: Pick<BootstrapParts, 'passwords' | 'clock' | 'ids'>,
  tenant: Tenant,
  { username, email }: Pick<FirstAccess, 'username' | 'email'>,
  password: Secret,
): Promise<User> {
  refuseBadUser({ username, email });
  const now = clock.wall();
  return {
    id: ids.next('usr'),
    tenantId: tenant.id,
    kind: 'user',
    username,
    displayName: username,
    email,
    roleId: administratorRoleId,
    passwordHash: await passwords.hash(password.reveal()),
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** 144 bits that can be read out and typed. */
function newPassword(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(18)).toString('base64url'));
}

function changed(action: string, user: User) {
  const after = { username: user.username, roleId: user.roleId, password: '[changed]' };
  return { action, subject: { kind: 'user', id: user.id }, before: null, after };
}
