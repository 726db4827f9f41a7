// The people of a tenant who sign in with a password.

import { builtInRoles, usernameProblem, type Caller, type Permission, type User } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import { invalid, notFound, Refusal, type FieldProblem } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { Tenant, TenantId } from '../domain/tenant.ts';
import type { Page, PageRequest, Store, UserFilter } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { passwordProblem, type Passwords } from './passwords.ts';
import { reach, requireHeld } from './reach.ts';
import type { Remember } from './remember.ts';

type UserDraft = {
  readonly username: string;
  readonly displayName: string;
  readonly roleId: string;
  readonly password: Secret;
};

/** Absent members stay as they are. */
type UserChange = Partial<UserDraft> & { readonly disabled?: boolean };

/**
 * A tenant other than the caller's own is reached by who may edit (or view) tenants; for everybody else it does not
 * exist. Nobody gives a role whose permissions they lack, nor changes or removes a user who may do more than they.
 */
export interface Users {
  /** `conflict` when the username is taken, by any tenant. */
  create(caller: Caller, tenantId: TenantId, draft: UserDraft, remember?: Remember<User>): Promise<User>;
  /** `conflict` when the username is taken, or when it would leave the tenant without an administrator. */
  update(caller: Caller, tenantId: TenantId, id: Id, change: UserChange): Promise<User>;
  /** `conflict` when it would leave the tenant without an administrator. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<User>;
  list(caller: Caller, tenantId: TenantId, filter: UserFilter, page: PageRequest): Promise<Page<User>>;
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

export const administratorRoleId = 'rol_administrator';

export function makeUsers({ store, passwords, audit, clock, ids, accessChanged }: UsersParts): Users {
  const inTurn = oneAtATime();

  return {
    async create(caller, tenantId, draft, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      refuseBadUser(draft);
      await requireRole(caller, tenant, draft.roleId);
      const now = clock.wall();
      const { password, ...named } = draft;
      const user: User = {
        id: ids.next('usr'),
        tenantId,
        kind: 'user',
        ...named,
        passwordHash: await passwords.hash(password.reveal()),
        disabledAt: null,
        createdAt: now,
        updatedAt: now,
      };
      const created = await store.createUser(user, {
        audit: audit.by(caller, tenantId, changed('created', null, user)),
        idempotency: remember?.(user),
      });
      if (created === 'taken') throw taken();
      accessChanged();
      return user;
    },

    async update(caller, tenantId, id, change) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      refuseBadUser(change);
      return inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(caller, tenant, current, 'Changing this user');
        if (change.roleId !== undefined) await requireRole(caller, tenant, change.roleId);
        const user = await apply(current, change);
        if (!isAdministrator(user)) await requireOtherAdministrator(current);
        const updated = await store.updateUser(user, {
          audit: audit.by(caller, tenantId, changed('updated', current, user)),
        });
        if (updated === 'taken') throw taken();
        if (updated === 'missing') throw notFound('user');
        accessChanged();
        return user;
      });
    },

    async remove(caller, tenantId, id) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      await inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(caller, tenant, current, 'Removing this user');
        await requireOtherAdministrator(current);
        const entry = audit.by(caller, tenantId, changed('deleted', current, null));
        if (!(await store.deleteUser(tenantId, id, { audit: entry }))) throw notFound('user');
        accessChanged();
      });
    },

    async get(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return existing(tenantId, id);
    },

    async list(caller, tenantId, filter, page) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return store.listUsers(tenantId, filter, page);
    },
  };

  async function existing(tenantId: TenantId, id: Id): Promise<User> {
    const user = await store.getUser(tenantId, id);
    if (user === undefined) throw notFound('user');
    return user;
  }

  async function apply(current: User, change: UserChange): Promise<User> {
    const { password, disabled, ...named } = change;
    const now = clock.wall();
    const disabledAt =
      disabled === undefined ? current.disabledAt : disabled ? (current.disabledAt ?? now) : null;
    const passwordHash =
      password === undefined ? current.passwordHash : await passwords.hash(password.reveal());
    return { ...current, ...named, disabledAt, passwordHash, updatedAt: now };
  }

  async function requireRole(caller: Caller, tenant: Tenant, roleId: string): Promise<void> {
    const permissions = await permissionsOfRole(tenant.id, roleId);
    if (permissions === undefined) {
      throw invalid([{ pointer: '/roleId', rule: 'unknown', message: 'The tenant has no such role' }]);
    }
    requireHeld(caller, tenant, permissions, 'Giving this role');
  }

  async function requireOver(caller: Caller, tenant: Tenant, user: User, act: string): Promise<void> {
    requireHeld(caller, tenant, (await permissionsOfRole(tenant.id, user.roleId)) ?? [], act);
  }

  async function permissionsOfRole(
    tenantId: TenantId,
    roleId: string,
  ): Promise<readonly Permission[] | undefined> {
    const role = builtInRoles.find(({ id }) => id === roleId) ?? (await store.getRole(tenantId, roleId));
    return role?.permissions;
  }

  /** Refuses when this user is the only administrator. */
  async function requireOtherAdministrator(current: User): Promise<void> {
    if (!isAdministrator(current)) return;
    let page: PageRequest | null = { limit: 250, after: null, before: null };
    while (page !== null) {
      const { rows, next }: Page<User> = await store.listUsers(current.tenantId, {}, page);
      if (rows.some((user) => user.id !== current.id && isAdministrator(user))) return;
      page = next === null ? null : { limit: 250, after: next, before: null };
    }
    throw new Refusal('conflict', 'This is the last administrator of the tenant; make another one first');
  }
}

function isAdministrator(user: User): boolean {
  return user.roleId === administratorRoleId && user.disabledAt === null;
}

function taken(): Refusal {
  return new Refusal('conflict', 'This username is taken; choose another');
}

/** Refuses with `invalid` a username or a password that breaks the rules. */
export function refuseBadUser(given: Pick<UserChange, 'username' | 'password'>): void {
  const problems: FieldProblem[] = [];
  const username = given.username === undefined ? undefined : usernameProblem(given.username);
  if (username !== undefined) problems.push({ pointer: '/username', rule: 'format', message: username });
  const password = given.password === undefined ? undefined : passwordProblem(given.password.reveal());
  if (password !== undefined) problems.push({ pointer: '/password', rule: 'length', message: password });
  const [first, ...others] = problems;
  if (first !== undefined) throw invalid([first, ...others]);
}

function changed(verb: 'created' | 'updated' | 'deleted', before: User | null, after: User | null) {
  const passwordChanged = before !== null && after !== null && before.passwordHash !== after.passwordHash;
  const change = changeOf('user', verb, before, after, shown);
  return passwordChanged ? { ...change, after: { ...shown(after), password: '[changed]' } } : change;
}

function shown({ username, displayName, roleId, disabledAt }: User) {
  return { username, displayName, roleId, disabledAt };
}
