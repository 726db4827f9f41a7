import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminPassword, controlPlane, firstPage, type ControlPlane } from '../../test/control-plane.ts';
import { allPermissions, type Caller, type Permission } from '../domain/access.ts';
import { Secret } from '../domain/secret.ts';
import type { Tenant } from '../domain/tenant.ts';
import { administratorRoleId } from '../domain/access.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

const password = new Secret('another long password');
const draft = (username: string, roleId = administratorRoleId) => ({
  username,
  displayName: username,
  email: null,
  roleId,
  password,
});

/** An administrator of a tenant other than the operator's. */
async function otherTenant(name = 'other'): Promise<{ readonly tenant: Tenant; readonly admin: Caller }> {
  const tenant = await plane.tenants.create(plane.admin, { name });
  await plane.users.create(plane.admin, tenant.id, draft(`admin-of-${name}`));
  const principal = await plane.signIn.withPassword(`admin-of-${name}`, password.reveal());
  return { tenant, admin: { principal: principal!, address: null } };
}

describe('users', () => {
  test('a user is created, found, changed and removed', async () => {
    const user = await plane.users.create(plane.admin, plane.tenantId, draft('anna', 'rol_auditor'));
    expect(await plane.users.get(plane.admin, plane.tenantId, user.id)).toEqual(user);
    const renamed = await plane.users.update(plane.admin, plane.tenantId, user.id, { displayName: 'Anna' });
    expect(renamed).toMatchObject({ username: 'anna', displayName: 'Anna' });
    const { rows } = await plane.principals.list(plane.admin, plane.tenantId, {}, firstPage);
    expect(rows).toMatchObject([{ username: 'admin' }, { username: 'anna' }]);
    await plane.users.remove(plane.admin, plane.tenantId, user.id);
    await expect(plane.users.get(plane.admin, plane.tenantId, user.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('a username is unique per installation, ignoring case', async () => {
    const { tenant } = await otherTenant();
    await plane.users.create(plane.admin, plane.tenantId, draft('Anna'));
    await expect(plane.users.create(plane.admin, tenant.id, draft('aNNA'))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test.each(['', 'a b', 'a:b', 'a\nb', 'a\u200bb', 'x'.repeat(101)])(
    'the username %j is refused',
    async (name) => {
      await expect(plane.users.create(plane.admin, plane.tenantId, draft(name))).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ pointer: '/username', rule: 'format' }],
      });
    },
  );

  test('all that is wrong with a user is told at once', async () => {
    const bad = { ...draft('a b'), password: new Secret('short') };
    await expect(plane.users.create(plane.admin, plane.tenantId, bad)).rejects.toMatchObject({
      problems: [{ pointer: '/username' }, { pointer: '/password' }],
    });
  });

  test('an unknown role is refused', async () => {
    await expect(
      plane.users.create(plane.admin, plane.tenantId, draft('anna', 'rol_missing')),
    ).rejects.toMatchObject({ code: 'invalid', problems: [{ pointer: '/roleId' }] });
  });

  test('the last administrator can neither leave, nor be disabled, nor lose the role', async () => {
    const admin = (await plane.store.getUserByName('admin'))!;
    const { tenantId } = plane;
    const conflict = { code: 'conflict' };
    const update = (change: object) => plane.users.update(plane.admin, tenantId, admin.id, change);
    await expect(update({ roleId: 'rol_auditor' })).rejects.toMatchObject(conflict);
    await expect(update({ disabled: true })).rejects.toMatchObject(conflict);
    await expect(plane.users.remove(plane.admin, tenantId, admin.id)).rejects.toMatchObject(conflict);
    await plane.users.create(plane.admin, tenantId, draft('second'));
    await expect(update({ disabled: true })).resolves.toMatchObject({ username: 'admin' });
  });

  test('of two administrators who remove each other at the same time one stays', async () => {
    const first = (await plane.store.getUserByName('admin'))!;
    const second = await plane.users.create(plane.admin, plane.tenantId, draft('second'));
    const removals = await Promise.allSettled(
      [first, second].map(({ id }) => plane.users.remove(plane.admin, plane.tenantId, id)),
    );
    expect(removals.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { rows } = await plane.principals.list(plane.admin, plane.tenantId, {}, firstPage);
    expect(rows).toHaveLength(1);
  });

  test('AUT-12: a changed password is in the log as changed, never itself', async () => {
    const user = await plane.users.create(plane.admin, plane.tenantId, draft('anna'));
    const next = new Secret('a third long password');
    const { passwordHash } = await plane.users.update(plane.admin, plane.tenantId, user.id, {
      password: next,
    });
    const log = await plane.auditLog();
    expect(log[0]).toMatchObject({ action: 'user.updated', after: { password: '[changed]' } });
    for (const leaked of [password.reveal(), next.reveal(), passwordHash, user.passwordHash]) {
      expect(JSON.stringify(log)).not.toContain(leaked);
    }
  });
});

describe('what a caller may give', () => {
  const weak: readonly Permission[] = [
    'PRINCIPALS:ADD',
    'PRINCIPALS:EDIT',
    'PRINCIPALS:REMOVE',
    'ROLES:ADD',
    'ROLES:EDIT',
    'ROLES:REMOVE',
    'APIKEYS:ADD',
    'APIKEYS:EDIT',
    'EVENTS:ADD',
  ];

  test('AUT-02: nobody gives, by role or key, a permission that they lack', async () => {
    const caller = await plane.callerWith(...weak);
    const { tenantId } = plane;
    const forbidden = { code: 'forbidden' };
    await expect(plane.users.create(caller, tenantId, draft('anna'))).rejects.toMatchObject(forbidden);
    const key = { name: 'k', permissions: ['WEBHOOKS:ADD'] as const, expiresAt: null };
    await expect(plane.apiKeys.create(caller, tenantId, key)).rejects.toMatchObject(forbidden);
    const role = { name: 'r', permissions: ['WEBHOOKS:ADD'] as const };
    await expect(plane.roles.create(caller, tenantId, role)).rejects.toMatchObject(forbidden);

    const own = await plane.roles.create(caller, tenantId, { name: 'r', permissions: ['EVENTS:ADD'] });
    await expect(plane.roles.update(caller, tenantId, own.id, role)).rejects.toMatchObject(forbidden);
    const ownKey = await plane.apiKeys.create(caller, tenantId, { ...key, permissions: ['EVENTS:ADD'] });
    await expect(
      plane.apiKeys.update(caller, tenantId, ownKey.key.id, { permissions: ['AUDIT:VIEW'] }),
    ).rejects.toMatchObject(forbidden);
    await expect(plane.users.create(caller, tenantId, draft('bea', own.id))).resolves.toMatchObject({
      roleId: own.id,
    });
  });

  test('AUT-02: nobody changes a user, role or key that may do more than they', async () => {
    const caller = await plane.callerWith(...weak);
    const { tenantId } = plane;
    const forbidden = { code: 'forbidden' };
    const admin = (await plane.store.getUserByName('admin'))!;
    await expect(plane.users.update(caller, tenantId, admin.id, { password })).rejects.toMatchObject(
      forbidden,
    );
    await expect(plane.users.remove(caller, tenantId, admin.id)).rejects.toMatchObject(forbidden);
    const strong = { name: 'strong', permissions: ['WEBHOOKS:ADD'] as const };
    const role = await plane.roles.create(plane.admin, tenantId, strong);
    await expect(plane.roles.update(caller, tenantId, role.id, { name: 'x' })).rejects.toMatchObject(
      forbidden,
    );
    await expect(plane.roles.remove(caller, tenantId, role.id)).rejects.toMatchObject(forbidden);
    const { key } = await plane.apiKeys.create(plane.admin, tenantId, { ...strong, expiresAt: null });
    await expect(plane.apiKeys.update(caller, tenantId, key.id, { name: 'x' })).rejects.toMatchObject(
      forbidden,
    );
    await expect(plane.signIn.withPassword('admin', adminPassword.reveal())).resolves.toBeDefined();
  });

  test('P26: the administrator of another tenant holds nothing over tenants and system', async () => {
    const { admin } = await otherTenant();
    const lacking = allPermissions.filter((permission) => !admin.principal.permissions.has(permission));
    expect(lacking.every((permission) => /^(TENANTS|SYSTEM):/.test(permission))).toBe(true);
    expect(lacking).toHaveLength(8);
    // And still may make others who hold as much.
    const { tenantId } = admin.principal;
    await expect(plane.users.create(admin, tenantId, draft('second'))).resolves.toBeDefined();
    const key = await plane.apiKeys.create(admin, tenantId, {
      name: 'all',
      permissions: allPermissions,
      expiresAt: null,
    });
    const { principal } = await plane.callerOf(key.token.reveal());
    expect(principal.permissions).toEqual(admin.principal.permissions);
  });

  test('P26: another tenant does not exist for its neighbours, and does for who runs the installation', async () => {
    const { tenant, admin } = await otherTenant();
    const { admin: neighbour } = await otherTenant('neighbour');
    const refused = { code: 'not_found', message: 'No such tenant' };
    for (const id of [tenant.id, plane.tenantId, 'tnt_missing']) {
      await expect(plane.tenants.get(neighbour, id)).rejects.toMatchObject(refused);
      await expect(plane.tenants.rename(neighbour, id, 'mine')).rejects.toMatchObject(refused);
      await expect(plane.tenants.remove(neighbour, id)).rejects.toMatchObject(refused);
      await expect(plane.principals.list(neighbour, id, {}, firstPage)).rejects.toMatchObject(refused);
      await expect(plane.users.create(neighbour, id, draft('spy'))).rejects.toMatchObject(refused);
      await expect(plane.roles.list(neighbour, id, {}, firstPage)).rejects.toMatchObject(refused);
      await expect(plane.apiKeys.list(neighbour, id, {}, firstPage)).rejects.toMatchObject(refused);
    }
    expect((await plane.tenants.list(neighbour, {}, firstPage)).rows).toEqual([
      await plane.tenants.get(neighbour, neighbour.principal.tenantId),
    ]);
    const found = await plane.principals.list(plane.admin, tenant.id, {}, firstPage);
    expect(found.rows.map(({ id }) => id)).toEqual([admin.principal.id]);
  });
});

describe('roles', () => {
  test('built-in roles can be seen by all and changed by nobody', async () => {
    const { tenantId } = plane;
    expect(await plane.roles.get(plane.admin, tenantId, 'rol_auditor')).toMatchObject({ name: 'Auditor' });
    const change = plane.roles.update(plane.admin, tenantId, 'rol_auditor', { name: 'x' });
    await expect(change).rejects.toMatchObject({ code: 'forbidden' });
    const removal = plane.roles.remove(plane.admin, tenantId, 'rol_auditor');
    await expect(removal).rejects.toMatchObject({ code: 'forbidden' });
    const twin = plane.roles.create(plane.admin, tenantId, { name: 'auditor', permissions: [] });
    await expect(twin).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a role that somebody has stays', async () => {
    const { tenantId } = plane;
    const role = await plane.roles.create(plane.admin, tenantId, { name: 'r', permissions: ['EVENTS:ADD'] });
    const user = await plane.users.create(plane.admin, tenantId, draft('anna', role.id));
    await expect(plane.roles.remove(plane.admin, tenantId, role.id)).rejects.toMatchObject({
      code: 'conflict',
    });
    await plane.users.remove(plane.admin, tenantId, user.id);
    await expect(plane.roles.remove(plane.admin, tenantId, role.id)).resolves.toBeUndefined();
  });

  test('a name is taken once', async () => {
    const make = () => plane.roles.create(plane.admin, plane.tenantId, { name: 'r', permissions: [] });
    await make();
    await expect(make()).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('API keys', () => {
  const keyDraft = { name: 'publisher', permissions: ['EVENTS:ADD'] as const, expiresAt: null };

  test('SEC-05: only the hash and the beginning of a key are kept', async () => {
    const { key, token } = await plane.apiKeys.create(plane.admin, plane.tenantId, keyDraft);
    expect(token.reveal()).toMatch(/^phk_[\w-]{43}$/);
    const stored = await plane.store.getApiKey(plane.tenantId, key.id);
    expect(stored).toEqual(key);
    expect(key.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(token.reveal().startsWith(key.prefix)).toBe(true);
    expect(key.prefix).toHaveLength(8);
    expect(JSON.stringify([stored, await plane.auditLog()])).not.toContain(token.reveal().slice(8));
  });

  test('a key works until it expires, and is refused at once when it is removed', async () => {
    const expiresAt = plane.clock.wall() + 60_000;
    const { key, token } = await plane.apiKeys.create(plane.admin, plane.tenantId, {
      ...keyDraft,
      expiresAt,
    });
    expect(await plane.signIn.withToken(token.reveal())).toMatchObject({ kind: 'api-key', id: key.id });
    await plane.clock.advance(60_000);
    expect(await plane.signIn.withToken(token.reveal())).toBeUndefined();

    const other = await plane.apiKeys.create(plane.admin, plane.tenantId, keyDraft);
    expect(await plane.signIn.withToken(other.token.reveal())).toBeDefined();
    await plane.apiKeys.remove(plane.admin, plane.tenantId, other.key.id);
    expect(await plane.signIn.withToken(other.token.reveal())).toBeUndefined();
  });

  test('an expiry in the past is refused', async () => {
    const draftInPast = { ...keyDraft, expiresAt: plane.clock.wall() };
    await expect(plane.apiKeys.create(plane.admin, plane.tenantId, draftInPast)).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ pointer: '/expiresAt', rule: 'range' }],
    });
  });

  test('a changed key keeps its token', async () => {
    const { key, token } = await plane.apiKeys.create(plane.admin, plane.tenantId, keyDraft);
    await plane.apiKeys.update(plane.admin, plane.tenantId, key.id, { permissions: ['EVENTS:VIEW'] });
    const { principal } = await plane.callerOf(token.reveal());
    expect([...principal.permissions]).toEqual(['EVENTS:VIEW']);
  });
});

describe('tenants', () => {
  test.each(['', 'Default', 'a b', '-a', 'a-', 'ä', 'x'.repeat(64)])(
    'the name %j is refused',
    async (name) => {
      await expect(plane.tenants.create(plane.admin, { name })).rejects.toMatchObject({ code: 'invalid' });
    },
  );

  test('a name is taken once', async () => {
    const tenant = await plane.tenants.create(plane.admin, { name: 'other' });
    const twin = plane.tenants.create(plane.admin, { name: 'other' });
    await expect(twin).rejects.toMatchObject({ code: 'conflict' });
    const renamed = plane.tenants.rename(plane.admin, tenant.id, 'default');
    await expect(renamed).rejects.toMatchObject({ code: 'conflict' });
  });

  test('the operator’s own tenant is neither renamed nor removed', async () => {
    const renamed = plane.tenants.rename(plane.admin, plane.tenantId, 'mine');
    await expect(renamed).rejects.toMatchObject({ code: 'conflict' });
    const removed = plane.tenants.remove(plane.admin, plane.tenantId);
    await expect(removed).rejects.toMatchObject({ code: 'conflict' });
  });

  test('AUT-13: with a tenant go its people, keys and webhooks at once; the log tells of it', async () => {
    const { tenant, admin } = await otherTenant();
    const { token } = await plane.apiKeys.create(admin, tenant.id, {
      name: 'k',
      permissions: ['EVENTS:ADD'],
      expiresAt: null,
    });
    const webhook = await plane.webhooks.create(admin, plane.webhookDraft(), { kind: 'none' });
    const gone: string[] = [];
    plane.store.onWebhookChange((change) => void (change.webhook === null && gone.push(change.id)));
    await plane.tenants.remove(plane.admin, tenant.id);
    expect(gone).toEqual([webhook.id]);
    expect(await plane.signIn.withToken(token.reveal())).toBeUndefined();
    expect(await plane.signIn.withPassword('admin-of-other', password.reveal())).toBeUndefined();
    await expect(plane.tenants.get(plane.admin, tenant.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await plane.auditLog())[0]).toMatchObject({
      action: 'tenant.deleted',
      subject: { id: tenant.id },
      before: { name: 'other' },
    });
  });
});
