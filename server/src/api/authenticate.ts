// Who is calling: HTTP Basic (username with password or API key) and Bearer (API key) become the request's caller.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Permission, Principal } from '../domain/access.ts';
import { dayMs, type Clock } from '../domain/clock.ts';
import { makeMemory } from '../domain/memory.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import type { SignIn } from '../manage/sign-in.ts';
import { readAuthorization, type BasicCredentials } from './authorization-header.ts';
import { requirePermission } from './permissions.ts';
import { makeThrottle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; only in routes behind `protect`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What a caller of the route must hold, all of it; empty for any caller. Behind `protect` every route says it. */
    permissions?: readonly Permission[];
  }
}

/** Refuses with `unauthenticated`, or with `too_many_requests` after many wrong attempts. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/**
 * Every route registered after it, in this encapsulated part, authenticates its caller and requires the permissions of
 * its `config.permissions`. A route that doesn't say its permissions fails at registration.
 */
export function protect(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.permissions !== undefined) return;
    throw new Error(`${String(route.method)} ${route.url} says no permissions`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    request.caller = await authenticate(request);
    for (const permission of request.routeOptions.config.permissions ?? []) {
      requirePermission(request.caller, permission);
    }
  });
}

export type AuthenticateParts = { readonly signIn: SignIn; readonly clock: Clock; readonly emit: Emit };

const freeAttemptsPerAccount = 5;
const freeAttemptsPerAddress = 20;

export function makeAuthenticate({ signIn, clock, emit }: AuthenticateParts): Authenticate {
  const accounts = makeThrottle(clock, freeAttemptsPerAccount);
  const addresses = makeThrottle(clock, freeAttemptsPerAddress);
  /** From where an account signed in: who guesses its password elsewhere can't lock its owner out there. */
  const familiar = makeMemory<true>(clock, dayMs);
  /** Clients open several connections at once with the same credentials: that is one attempt. */
  const checking = new Map<string, Promise<Principal | undefined>>();

  return async (request) => {
    const given = readAuthorization(request.headers.authorization);
    if (given === undefined) throw unauthenticated('Send an API key as Authorization: Bearer, or sign in');
    const principal =
      given.scheme === 'bearer' ? await byKey(given.token, request.ip) : await byBasic(given, request);
    return { principal, address: request.ip };
  };

  async function byKey(token: string, address: string): Promise<Principal> {
    const principal = await signIn.withApiKey(token);
    if (principal !== undefined) return principal;
    refuseWait(addresses.attempt(networkOf(address)));
    throw wrong();
  }

  async function byBasic(
    { username, password }: BasicCredentials,
    request: FastifyRequest,
  ): Promise<Principal> {
    refuseOtherSite(request);
    const principal =
      (await signIn.withApiKey(password)) ?? (await once(username, password, networkOf(request.ip)));
    if (principal !== undefined) return principal;
    emit({ kind: 'login.failed', username, address: request.ip });
    throw wrong();
  }

  async function once(username: string, password: string, network: string): Promise<Principal | undefined> {
    if (signIn.remembers(username, password)) return signIn.withPassword(username, password);
    const key = JSON.stringify([network, username, password]);
    const running = checking.get(key) ?? byPassword(username, password, network);
    checking.set(key, running);
    try {
      return await running;
    } finally {
      checking.delete(key);
    }
  }

  async function byPassword(
    username: string,
    password: string,
    network: string,
  ): Promise<Principal | undefined> {
    const account = username.toLowerCase();
    const here = `${account} ${network}`;
    const counted = familiar.get(here) === undefined ? account : here;
    refuseWait(addresses.attempt(network));
    const accountWaitMs = accounts.attempt(counted);
    if (accountWaitMs > 0) addresses.forgive(network); // nothing is tried
    refuseWait(accountWaitMs);
    const principal = await signIn.withPassword(username, password);
    if (principal === undefined) return undefined;
    accounts.clear(counted);
    addresses.forgive(network);
    familiar.put(here, true);
    return principal;
  }
}

/** A browser that knows the password sends it along with other sites' requests too: those may read, not change. */
function refuseOtherSite({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const { origin, host, 'sec-fetch-site': site } = headers;
  const foreign =
    site === undefined ? origin !== undefined && hostOf(origin) !== host : !/^(same-origin|none)$/.test(site);
  if (!foreign) return;
  throw new Refusal('forbidden', 'A page of another site may not change anything with Basic credentials');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** One customer's network: an IPv4 address, or the /64 of an IPv6 address, in which everybody can have any address. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = ''] = address.split('::');
  return `${head.split(':').slice(0, 4).join(':')}::/64`;
}

function refuseWait(waitMs: number): void {
  if (waitMs === 0) return;
  const message = 'Too many wrong attempts; wait as long as Retry-After says';
  throw new Refusal('too_many_requests', message, { retryAfterMs: waitMs });
}

function wrong(): Refusal {
  return unauthenticated('The credentials are not right');
}

function unauthenticated(message: string): Refusal {
  return new Refusal('unauthenticated', message);
}
