// The people of a tenant who sign in with a password.

import { emailProblem, usernameProblem, type Caller, type User } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Id, Ids } from '../domain/id.ts';
import { invalid, notFound, Refusal, type FieldProblem } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { disabledSince } from './disabled-since.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { passwordProblem, type Passwords } from './passwords.ts';
import { reach, requireOver, requireRole } from './reach.ts';
import type { Remember } from './remember.ts';

type UserDraft = {
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
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
  /** A user's own, whatever else they may do; that they know the old one was proven before. */
  changeOwnPassword(caller: Caller, user: Pick<User, 'tenantId' | 'id'>, password: Secret): Promise<User>;
  /** `conflict` when it would leave the tenant without an administrator. */
  remove(caller: Caller, tenantId: TenantId, id: Id): Promise<void>;
  get(caller: Caller, tenantId: TenantId, id: Id): Promise<User>;
}

export type UsersParts = {
  readonly store: Pick<
    Store,
    'createPrincipal' | 'updatePrincipal' | 'deletePrincipal' | 'getPrincipal' | 'getRole' | 'getTenant'
  >;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told after each change, so that nobody goes on with what they may no longer do. */
  readonly accessChanged: () => void;
};

export function makeUsers({ store, passwords, audit, clock, ids, accessChanged }: UsersParts): Users {
  const inTurn = oneAtATime();

  return {
    async create(caller, tenantId, draft, remember) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      refuseBadUser(draft);
      await requireRole(store, caller, tenant, draft.roleId);
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
      const created = await store.createPrincipal(user, {
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
        await requireOver(store, caller, tenant, current, 'Changing this user');
        if (change.roleId !== undefined) await requireRole(store, caller, tenant, change.roleId);
        const user = await apply(current, change);
        await save(caller, current, user);
        return user;
      });
    },

    async changeOwnPassword(caller, { tenantId, id }, password) {
      const message = passwordProblem(password.reveal());
      if (message !== undefined) throw invalid([{ pointer: '/newPassword', rule: 'length', message }]);
      return inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        const user = await apply(current, { password });
        await save(caller, current, user);
        return user;
      });
    },

    async remove(caller, tenantId, id) {
      const tenant = await reach(store, caller, tenantId, 'TENANTS:EDIT');
      await inTurn(tenantId, async () => {
        const current = await existing(tenantId, id);
        await requireOver(store, caller, tenant, current, 'Removing this user');
        const entry = audit.by(caller, tenantId, changed('deleted', current, null));
        const deleted = await store.deletePrincipal(tenantId, id, { audit: entry });
        if (deleted === 'missing') throw notFound('principal');
        if (deleted === 'last_administrator') throw lastAdministrator();
        accessChanged();
      });
    },

    async get(caller, tenantId, id) {
      await reach(store, caller, tenantId, 'TENANTS:VIEW');
      return existing(tenantId, id);
    },
  };

  async function existing(tenantId: TenantId, id: Id): Promise<User> {
    const found = await store.getPrincipal(tenantId, id);
    if (found?.kind !== 'user') throw notFound('principal');
    return found;
  }

  async function save(caller: Caller, current: User, user: User): Promise<void> {
    const updated = await store.updatePrincipal(user, {
      audit: audit.by(caller, user.tenantId, changed('updated', current, user)),
    });
    if (updated === 'taken') throw taken();
    if (updated === 'missing') throw notFound('principal');
    if (updated === 'last_administrator') throw lastAdministrator();
    accessChanged();
  }

  async function apply(current: User, change: UserChange): Promise<User> {
    const { password, disabled, ...named } = change;
    const now = clock.wall();
    const disabledAt = disabledSince(current, disabled, now);
    const passwordHash =
      password === undefined ? current.passwordHash : await passwords.hash(password.reveal());
    return { ...current, ...named, disabledAt, passwordHash, updatedAt: now };
  }
}

function lastAdministrator(): Refusal {
  return new Refusal('conflict', 'This is the last administrator of the tenant; make another one first');
}

function taken(): Refusal {
  return new Refusal('conflict', 'This username is taken; choose another');
}

/** Refuses with `invalid` a username, an e-mail address or a password that breaks the rules. */
export function refuseBadUser(given: Pick<UserChange, 'username' | 'email' | 'password'>): void {
  const problems: FieldProblem[] = [];
  const username = given.username === undefined ? undefined : usernameProblem(given.username);
  if (username !== undefined) problems.push({ pointer: '/username', rule: 'format', message: username });
  const email = typeof given.email === 'string' ? emailProblem(given.email) : undefined;
  if (email !== undefined) problems.push({ pointer: '/email', rule: 'format', message: email });
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

function shown({ username, displayName, email, roleId, disabledAt }: User) {
  return { username, displayName, email, roleId, disabledAt };
}
