// From a username and password, or an API key, to the principal they stand for, with its permissions as of now.

import type { Principal } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../storage/store.ts';
import type { Passwords } from './passwords.ts';

export interface SignIn {
  /** Undefined for an unknown or disabled user and for a wrong password, which all take the same time. */
  withPassword(username: string, password: string): Promise<Principal | undefined>;
  /** Whether this very pair was right within the last minute, so that a check costs nothing. */
  remembers(username: string, password: string): boolean;
  /** Undefined for an unknown or expired key. */
  withApiKey(token: string): Promise<Principal | undefined>;
  /** Drops all that is remembered: to be called after each change of users, roles, keys and tenants. */
  forget(): void;
}

export type SignInParts = {
  readonly store: Pick<Store, 'getUserByName' | 'getApiKeyByHash' | 'getRole' | 'getTenant'>;
  readonly passwords: Passwords;
  readonly clock: Clock;
};

export declare function makeSignIn(parts: SignInParts): SignIn;
