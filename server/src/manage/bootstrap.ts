// The first start: tenant `default` with an administrator and an API key. Later starts change nothing.

import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import type { Secret } from '../domain/secret.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Passwords } from './passwords.ts';

/** The settings; what is undefined is generated. */
export type FirstAccess = {
  readonly username: string;
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
export declare function bootstrap(parts: BootstrapParts, given: FirstAccess): Promise<Generated | undefined>;

export type ResetParts = Omit<BootstrapParts, 'store'> & {
  readonly store: Pick<Store, 'getTenantByName' | 'getUserByName' | 'createUser' | 'updateUser'>;
};

/**
 * A way back in for the operator (`posthorn users reset`): the user gets the password, generated unless given, is
 * enabled and an administrator of its tenant again. An unknown username becomes an administrator of `default`.
 */
export declare function resetAdministrator(
  parts: ResetParts,
  given: { readonly username: string; readonly password: Secret | undefined },
): Promise<{
  readonly username: string;
  readonly password: Secret;
  readonly tenant: Tenant['name'] | undefined;
}>;
