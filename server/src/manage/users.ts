// The people of a tenant who sign in with a password.

import type { Caller, User } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Passwords } from './passwords.ts';
import type { Remember } from './remember.ts';

export type UserDraft = {
  readonly username: string;
  readonly displayName: string;
  readonly roleId: string;
  readonly password: Secret;
};

/** Absent members stay as they are. */
export type UserChange = Partial<UserDraft> & { readonly disabled?: boolean };

/**
 * A tenant other than the caller's own is reached by who may edit tenants; for everybody else it does not exist.
 * Nobody gives a role whose permissions they lack, nor changes a user who may do more than they.
 */
export interface Users {
  /** `conflict` when the username is taken, by any tenant. */
  create(caller: Caller, tenantId: TenantId, draft: UserDraft, remember?: Remember<User>): Promise<User>;
  /** `conflict` when it would leave the tenant without an administrator. */
  update(caller: Caller, tenantId: TenantId, id: Id, change: UserChange): Promise<User>;
  /** `conflict` when it would leave the tenant without an administrator. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<User>;
  list(caller: Caller, tenantId: TenantId, page: PageRequest): Promise<Page<User>>;
}

export type UsersParts = {
  readonly store: Pick<
    Store,
    'createUser' | 'updateUser' | 'deleteUser' | 'getUser' | 'listUsers' | 'getRole' | 'getTenant'
  >;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export declare function makeUsers(parts: UsersParts): Users;
