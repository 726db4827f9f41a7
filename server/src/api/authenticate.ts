// Who is calling: HTTP Basic, Bearer and a session's cookie become the request's caller, a client's secret becomes an
// access token, and a password proves who signs in.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Need, Principal } from '../domain/access.ts';
import { isPortalToken } from '../domain/portal-link.ts';
import type { Clock } from '../domain/clock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { GrantedToken, SignIn, TokenTerms } from '../manage/sign-in.ts';
import {
  readAuthorization,
  readToken,
  type BasicCredentials,
  type BearerToken,
} from './authorization-header.ts';
import { cookieNamed } from './cookies.ts';
import { makeAddresses, makeGuesses } from './guesses.ts';
import { refuseOtherOrigin, refuseOtherSite } from './origin.ts';
import { requirePermission } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; only in routes behind `protect`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What a caller of the route must hold, all of it; empty for any caller. Behind `protect` every route says it. */
    permissions?: readonly Need[];
    /** Answers only that the path has other methods. */
    refusesMethod?: true;
  }
}

/** Refuses with `unauthenticated`, or with `too_many_requests` after many wrong attempts. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/**
 * Who is calling as of now, for a request that was let in before: that it is let in no more counts as no guess, nor do
 * the guesses of others. Undefined where it is let in no more; rejects where that can't be found out.
 */
export type AuthenticateAgain = (request: FastifyRequest) => Promise<Principal | undefined>;

/**
 * Every route registered after it, in this encapsulated part, authenticates its caller and requires the permissions of
 * its `config.permissions`. A route that doesn't say its permissions fails at registration. With `methodsFirst` anybody
 * learns that a path has other methods than the one that was asked for, else only who is let in.
 */
export function protect(
  app: FastifyInstance,
  authenticate: Authenticate,
  { methodsFirst = false }: { readonly methodsFirst?: boolean } = {},
): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.permissions !== undefined) return;
    throw new Error(`${String(route.method)} ${route.url} says no permissions`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404 || (methodsFirst && request.routeOptions.config.refusesMethod)) return;
    request.caller = await authenticate(request);
    for (const need of request.routeOptions.config.permissions ?? []) {
      requirePermission(request.caller, need);
    }
  });
}

/**
 * An access token for a client that brings its secret; undefined where it must not have one. Refuses with
 * `too_many_requests` after many wrong attempts.
 */
export type GrantToken = (
  clientId: string,
  secret: string,
  address: string,
  terms?: Partial<TokenTerms>,
) => Promise<GrantedToken | undefined>;

/**
 * Whether this is an enabled user's password. Refuses with `too_many_requests` after many wrong attempts, which count
 * together with those of HTTP Basic.
 */
export type ProvePassword = (username: string, password: string, address: string) => Promise<boolean>;

/** The token of a session that a request brings; undefined where `Authorization` says who calls, or nothing does. */
export function sessionTokenOf(
  { headers }: Pick<FastifyRequest, 'headers'>,
  cookie: string,
): string | undefined {
  return (headers.authorization ?? '') === '' ? cookieNamed({ headers }, cookie) : undefined;
}

/** The ways in. Wrong attempts of one address count together, whichever it takes. */
export type Authentication = {
  /** Bearer with an API key or access token; Basic with a username and password, or such a token as the password. */
  readonly authenticate: Authenticate;
  /**
   * The same; Bearer with the token of a portal link, and, where the request has no `Authorization`, the session in the
   * cookie of this name.
   */
  readonly authenticateOrSession: (cookie: string) => Authenticate;
  readonly authenticateAgain: (cookie: string) => AuthenticateAgain;
  /** The same Bearer alone. */
  readonly authenticateBearer: Authenticate;
  /** The same Bearer; Basic with an API key or access token as the username, whatever the password. */
  readonly authenticateBearerOrTokenUser: Authenticate;
  /** Such a token as the whole header, with or without `Bearer`; a token of a web session needs the cookie of this name. */
  readonly authenticateTokenWithSession: (cookie: string) => Authenticate;
  readonly grantToken: GrantToken;
  readonly provePassword: ProvePassword;
};

export type AuthenticateParts = { readonly signIn: SignIn; readonly clock: Clock; readonly emit: Emit };

const bearerWanted = 'Send a token as Authorization: Bearer';
const tokenWanted = 'Authenticate, then send the token in Authorization';
const changeByBasic = 'change anything with Basic credentials';
const usualTerms: TokenTerms = { lifetimeS: 3_600, withSession: false };
/** No client id is longer; the rest of a longer text is not worth remembering. */
const clientIdLengthMax = 64;

export function makeAuthenticate({ signIn, clock, emit }: AuthenticateParts): Authentication {
  const addresses = makeAddresses(clock);
  const passwords = makeGuesses<Principal>(clock, addresses);
  const secrets = makeGuesses<GrantedToken>(clock, addresses);

  return {
    authenticate,

    authenticateOrSession: (cookie) => async (request) => {
      const token = sessionTokenOf(request, cookie);
      if (token === undefined) return authenticateOrPortal(request);
      refuseOtherOrigin(request);
      const signedIn = await signIn.withSession(token);
      if (signedIn === undefined) throw unauthenticated('The session is over; sign in again');
      return { principal: signedIn.principal, address: request.ip };
    },

    authenticateAgain: (cookie) => async (request) => {
      const session = sessionTokenOf(request, cookie);
      if (session !== undefined) return (await signIn.withSession(session))?.principal;
      const given = readAuthorization(request.headers.authorization);
      if (given === undefined) return undefined;
      if (given.scheme === 'basic') {
        const { username, password } = given;
        return (await signIn.withToken(password)) ?? signIn.withPassword(username, password);
      }
      return isPortalToken(given.token) ? signIn.withPortalToken(given.token) : signIn.withToken(given.token);
    },

    async authenticateBearer(request) {
      const given = credentialsOf(request, bearerWanted);
      if (given.scheme !== 'bearer') throw unauthenticated(bearerWanted);
      return { principal: await byToken(given.token, request.ip), address: request.ip };
    },

    async authenticateBearerOrTokenUser(request) {
      const given = credentialsOf(request, bearerWanted);
      if (given.scheme === 'basic') refuseOtherSite(request, changeByBasic);
      const token = given.scheme === 'bearer' ? given.token : given.username;
      return { principal: await byToken(token, request.ip), address: request.ip };
    },

    authenticateTokenWithSession: (cookie) => async (request) => {
      const token = readToken(request.headers.authorization);
      if (token === undefined) throw unauthenticated(tokenWanted);
      const session = cookieNamed(request, cookie);
      return { principal: await byToken(token, request.ip, session), address: request.ip };
    },

    async grantToken(clientId, secret, address, terms) {
      const asked = { ...usualTerms, ...terms };
      const account = clientId.slice(0, clientIdLengthMax);
      const attempt = { account, credentials: JSON.stringify([clientId, secret, asked]), address };
      const granted = await secrets.check(attempt, () => signIn.grantToken(clientId, secret, asked));
      if (granted === undefined) emit({ kind: 'login.failed', username: account, address });
      return granted;
    },

    async provePassword(username, password, address) {
      if ((await byPassword(username, password, address)) !== undefined) return true;
      await tellFailed(username, address);
      return false;
    },
  };

  async function authenticate(request: FastifyRequest): Promise<Caller> {
    const given = credentialsOf(request, 'Send an API key as Authorization: Bearer, or sign in');
    const principal =
      given.scheme === 'bearer' ? await byToken(given.token, request.ip) : await byBasic(given, request);
    return { principal, address: request.ip };
  }

  async function authenticateOrPortal(request: FastifyRequest): Promise<Caller> {
    const given = readAuthorization(request.headers.authorization);
    if (given?.scheme !== 'bearer' || !isPortalToken(given.token)) return authenticate(request);
    const principal = await signIn.withPortalToken(given.token);
    if (principal === undefined) throw wrong();
    return { principal, address: request.ip };
  }

  async function byToken(token: string, address: string, session?: string): Promise<Principal> {
    const principal = await signIn.withToken(token, session);
    if (principal !== undefined) return principal;
    // One that has expired says only that its client must ask for another.
    if (signIn.mayBeGuess(token)) addresses.begin(address);
    throw wrong();
  }

  async function byBasic(
    { username, password }: BasicCredentials,
    request: FastifyRequest,
  ): Promise<Principal> {
    refuseOtherSite(request, changeByBasic);
    const principal =
      (await signIn.withToken(password)) ?? (await byPassword(username, password, request.ip));
    if (principal !== undefined) return principal;
    await tellFailed(username, request.ip);
    throw wrong();
  }

  /** A token in the wrong place is kept to ourselves. */
  async function tellFailed(username: string, address: string): Promise<void> {
    const isToken = (await signIn.withToken(username)) !== undefined;
    emit({ kind: 'login.failed', username: isToken ? '[token]' : username, address });
  }

  async function byPassword(
    username: string,
    password: string,
    address: string,
  ): Promise<Principal | undefined> {
    const check = () => signIn.withPassword(username, password);
    if (signIn.remembers(username, password)) return check();
    const credentials = JSON.stringify([username, password]);
    return passwords.check({ account: username.toLowerCase(), credentials, address }, check);
  }
}

function credentialsOf(request: FastifyRequest, wanted: string): BasicCredentials | BearerToken {
  const given = readAuthorization(request.headers.authorization);
  if (given === undefined) throw unauthenticated(wanted);
  return given;
}

function wrong(): Refusal {
  return unauthenticated('The credentials are not right');
}

function unauthenticated(message: string): Refusal {
  return new Refusal('unauthenticated', message);
}
