// Who is calling: HTTP Basic (username with password or API key) and Bearer (API key) become the request's caller.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Permission } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import type { SignIn } from '../manage/sign-in.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before the body is read in routes behind `protect`. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What a caller of the route must hold; empty for any caller. Behind `protect` every route says it. */
    permissions?: readonly Permission[];
  }
}

/** Refuses with `unauthenticated`, or with `too_many_requests` after many wrong attempts. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

export type AuthenticateParts = { readonly signIn: SignIn; readonly clock: Clock; readonly emit: Emit };

export declare function makeAuthenticate(parts: AuthenticateParts): Authenticate;

/**
 * Every route registered after it, in this encapsulated part, authenticates its caller and requires the permissions of
 * its `config.permissions` before the body is read. A route that doesn't say its permissions fails at registration.
 */
export declare function protect(app: FastifyInstance, authenticate: Authenticate): void;
