// From a username and password, an API key, an access token or a session to the principal they stand for, with its
// permissions as of now; and from a client's secret to an access token.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  permissionsIn,
  permissionsInside,
  type ApiKey,
  type Client,
  type Permission,
  type Principal,
  type RegisteredPrincipal,
  type Role,
  type User,
} from '../domain/access.ts';
import { minuteMs, secondMs, type Clock, type Instant } from '../domain/clock.ts';
import { makeMemory, type Memory } from '../domain/memory.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { portalPermissions, type PortalLink } from '../domain/portal-link.ts';
import { readClaims, type AccessTokens, type AccessTokenClaims } from './access-tokens.ts';
import { hashOfToken } from './api-keys.ts';
import type { Passwords } from './passwords.ts';
import { permissionsOfRole } from './reach.ts';
import { readSession, type SessionTokens } from './session-tokens.ts';

/** Good until `expiresAt`, a whole second of the wall clock, and only together with its session where it has one. */
export type GrantedToken = {
  readonly token: Secret;
  readonly session: Secret | null;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
};

export type TokenTerms = { readonly lifetimeS: number; readonly withSession: boolean };

/** Who a session is of: as a registered user, and as a principal in the tenant in which they act. */
export type SignedIn = { readonly session: Session; readonly user: User; readonly principal: Principal };

export interface SignIn {
  /** Undefined for an unknown or disabled user and for a wrong password, which all take the same time. */
  withPassword(username: string, password: string): Promise<Principal | undefined>;
  /** The same, as the user. */
  prove(username: string, password: string): Promise<User | undefined>;
  /** Whether this very pair was right within the last minute, so that a check costs nothing. */
  remembers(username: string, password: string): boolean;
  /**
   * An API key or a client's access token, with the session that came along. Undefined for one that is unknown,
   * expired or revoked, or comes without the session that it needs.
   */
  withToken(token: string, session?: string): Promise<Principal | undefined>;
  /** Undefined for a session that expired, was signed out or ended with its user's password, state or permissions. */
  withSession(token: string): Promise<SignedIn | undefined>;
  /** A portal link's token. Undefined for one that is unknown or over. */
  withPortalToken(token: string): Promise<Principal | undefined>;
  /** Whether a text might be a guess at a token: not one that has the form of an access token, whose signature nobody guesses. */
  mayBeGuess(token: string): boolean;
  /** Undefined for an unknown or disabled client and for a wrong secret, which all take the same time. */
  grantToken(clientId: string, secret: string, terms: TokenTerms): Promise<GrantedToken | undefined>;
  /** Drops all that is remembered: to be called after each change of principals, roles, keys and tenants. */
  forget(): void;
}

export type SignInParts = {
  readonly store: Pick<
    Store,
    | 'getUserByName'
    | 'getClientByClientId'
    | 'getPrincipal'
    | 'getApiKeyByHash'
    | 'getRole'
    | 'getTenant'
    | 'isSessionEnded'
    | 'getPortalLinkByHash'
  >;
  readonly passwords: Pick<Passwords, 'verify'>;
  readonly accessTokens: AccessTokens;
  readonly sessionTokens: SessionTokens;
  readonly clock: Clock;
};

/** A password that was right spares the next requests its hashing; only an HMAC of the pair is kept. */
const passwordMs = minuteMs;
/** What another node changes counts here within a second; what this node changes counts at once. */
const rowMs = 500;

/** What no secret has as its hash, and takes as long to compare. */
const noHash = '-'.repeat(64);

export function makeSignIn({ store, passwords, accessTokens, sessionTokens, clock }: SignInParts): SignIn {
  const processKey = randomBytes(32);
  /** By the HMAC of username and password: the stored hash that they were right for. */
  const verified = makeMemory<string>(clock, passwordMs);
  const verifying = new Map<string, Promise<boolean>>();
  const users = makeMemory<Promise<User | undefined>>(clock, rowMs);
  const people = makeMemory<Promise<RegisteredPrincipal | undefined>>(clock, rowMs);
  const ended = makeMemory<Promise<boolean>>(clock, rowMs);
  const clients = makeMemory<Promise<Client | undefined>>(clock, rowMs);
  const keys = makeMemory<Promise<ApiKey | undefined>>(clock, rowMs);
  const portals = makeMemory<Promise<PortalLink | undefined>>(clock, rowMs);
  const roles = makeMemory<Promise<Role | undefined>>(clock, rowMs);
  const tenants = makeMemory<Promise<Tenant | undefined>>(clock, rowMs);
  /** Made once for what was loaded together. */
  const principals = new WeakMap<ApiKey, { readonly tenant: Tenant; readonly principal: Principal }>();

  return {
    async withPassword(username, password) {
      const user = await prove(username, password);
      return user && principalOfUser(user);
    },

    prove,

    remembers(username, password) {
      return verified.get(hmacOf(username, password)) !== undefined;
    },

    withToken(token, session) {
      const claims = readClaims(token);
      return claims === undefined ? withApiKey(token) : withAccessToken(token, claims, session);
    },

    async withSession(token) {
      const session = readSession(token);
      if (session === undefined || session.expiresAt <= clock.wall()) return undefined;
      const { id, userId, homeTenantId, tenantId } = session;
      const user = await through(people, `${homeTenantId}/${userId}`, () =>
        store.getPrincipal(homeTenantId, userId),
      );
      if (user?.kind !== 'user' || user.disabledAt !== null) return undefined;
      if (!sessionTokens.verify(token, user)) return undefined;
      if (await through(ended, id, () => store.isSessionEnded(id))) return undefined;
      const atHome = await principalOfUser(user);
      const principal = atHome && (await inTenant(atHome, tenantId));
      return principal && { session, user, principal };
    },

    async withPortalToken(token) {
      const hash = hashOfToken(token);
      const link = await through(portals, hash, () => store.getPortalLinkByHash(hash));
      if (link === undefined || !sameHash(link.hash, hash) || link.expiresAt <= clock.wall())
        return undefined;
      const granted = link.permissions.filter((permission) => portalPermissions.includes(permission));
      return principalOf({ ...link, kind: 'portal-link' }, link.theme.title ?? 'Portal', granted);
    },

    mayBeGuess: (token) => readClaims(token) === undefined,

    async grantToken(clientId, secret, { lifetimeS, withSession }) {
      const client = await store.getClientByClientId(clientId);
      const right = sameHash(hashOfToken(secret), client?.secretHash ?? noHash);
      if (!right || client === undefined || client.disabledAt !== null) return undefined;
      const issuedAt = Math.floor(clock.wall() / secondMs) * secondMs;
      const expiresAt = issuedAt + lifetimeS * secondMs;
      if (withSession) return { ...accessTokens.issueWithSession(client, expiresAt), issuedAt, expiresAt };
      return { token: accessTokens.issue(client, expiresAt), session: null, issuedAt, expiresAt };
    },

    forget() {
      const memories = [verified, users, people, ended, clients, keys, portals, roles, tenants];
      for (const memory of memories) memory.clear();
    },
  };

  async function prove(username: string, password: string): Promise<User | undefined> {
    const user = await through(users, username.toLowerCase(), () => store.getUserByName(username));
    const pair = hmacOf(username, password);
    const known = user !== undefined && verified.get(pair) === user.passwordHash;
    if (!known && !(await verify(pair, user?.passwordHash, password))) return undefined;
    if (user === undefined || user.disabledAt !== null) return undefined;
    verified.put(pair, user.passwordHash);
    return user;
  }

  async function principalOfUser(user: User): Promise<Principal | undefined> {
    const granted = await permissionsOfRole({ getRole }, user.tenantId, user.roleId);
    return principalOf(user, user.username, granted);
  }

  /** Undefined where the tenant is gone or the principal may not enter it any more. */
  async function inTenant(principal: Principal, tenantId: TenantId): Promise<Principal | undefined> {
    if (tenantId === principal.tenantId) return principal;
    const permissions = permissionsInside(principal.permissions);
    if (permissions === undefined || (await getTenant(tenantId)) === undefined) return undefined;
    return { ...principal, tenantId, permissions };
  }

  function hmacOf(username: string, password: string): string {
    return createHmac('sha256', processKey)
      .update(JSON.stringify([username, password]))
      .digest('base64');
  }

  /** One hashing for all requests that bring the same pair at the same time. */
  async function verify(pair: string, hash: string | undefined, password: string): Promise<boolean> {
    const about = `${pair} ${hash}`;
    const running = verifying.get(about) ?? passwords.verify(hash, password);
    verifying.set(about, running);
    try {
      return await running;
    } finally {
      verifying.delete(about);
    }
  }

  async function withApiKey(token: string): Promise<Principal | undefined> {
    const hash = hashOfToken(token);
    const key = await through(keys, hash, () => store.getApiKeyByHash(hash));
    if (key === undefined || !sameHash(key.hash, hash)) return undefined;
    if (key.expiresAt !== null && key.expiresAt <= clock.wall()) return undefined;
    const tenant = await getTenant(key.tenantId);
    if (tenant === undefined) return undefined;
    const known = principals.get(key);
    if (known?.tenant === tenant) return known.principal;
    const principal = principalIn(tenant, { ...key, kind: 'api-key' }, key.name, key.permissions);
    principals.set(key, { tenant, principal });
    return principal;
  }

  async function withAccessToken(
    token: string,
    { clientId, expiresAt }: AccessTokenClaims,
    session: string | undefined,
  ): Promise<Principal | undefined> {
    if (expiresAt <= clock.wall()) return undefined;
    const client = await through(clients, clientId, () => store.getClientByClientId(clientId));
    if (client === undefined || client.disabledAt !== null) return undefined;
    if (!accessTokens.verify(token, client, session)) return undefined;
    const granted = await permissionsOfRole({ getRole }, client.tenantId, client.roleId);
    return principalOf(client, client.displayName, granted);
  }

  function getRole(tenantId: TenantId, roleId: string): Promise<Role | undefined> {
    return through(roles, `${tenantId}/${roleId}`, () => store.getRole(tenantId, roleId));
  }

  function getTenant(tenantId: TenantId): Promise<Tenant | undefined> {
    return through(tenants, tenantId, () => store.getTenant(tenantId));
  }

  /** Undefined when the tenant is gone. */
  async function principalOf(
    who: Pick<Principal, 'id' | 'kind' | 'tenantId'>,
    name: string,
    granted: readonly Permission[] = [],
  ): Promise<Principal | undefined> {
    const tenant = await getTenant(who.tenantId);
    return tenant && principalIn(tenant, who, name, granted);
  }
}

function principalIn(
  tenant: Tenant,
  { id, kind, tenantId }: Pick<Principal, 'id' | 'kind' | 'tenantId'>,
  name: string,
  granted: readonly Permission[],
): Principal {
  return { kind, id, name, tenantId, permissions: permissionsIn(tenant, granted) };
}

function sameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** What is remembered, or loaded now. A promise is kept, so that a load that began before a change is dropped with it. */
function through<Row>(memory: Memory<Promise<Row>>, key: string, load: () => Promise<Row>): Promise<Row> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const loading = load();
  memory.put(key, loading);
  loading.catch(() => memory.drop(key));
  return loading;
}
