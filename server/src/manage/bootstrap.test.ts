import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword, controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { allPermissions } from '../domain/access.ts';
import { Secret } from '../domain/secret.ts';
import { openSqliteInline } from '../storage/sqlite/open.ts';
import { makeAdministratorsOf } from './administrators.ts';
import { bootstrap, resetAdministrator } from './bootstrap.ts';
import { makeSignIn } from './sign-in.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

test('the first start generates what the operator did not give, and it works', async () => {
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const parts = { ...plane, store };
  const generated = await bootstrap(parts, {
    username: 'root',
    email: null,
    password: undefined,
    token: undefined,
  });
  expect(generated?.password?.reveal()).toMatch(/^[\w-]{24}$/);
  expect(generated?.token?.reveal()).toMatch(/^phk_[\w-]{43}$/);
  const signIn = makeSignIn(parts);
  const user = await signIn.withPassword('root', generated!.password!.reveal());
  const key = await signIn.withToken(generated!.token!.reveal());
  expect(user?.permissions).toEqual(new Set(allPermissions));
  expect(key?.permissions).toEqual(new Set(allPermissions));
  expect(await store.getTenant(user!.tenantId)).toMatchObject({ name: 'default' });
  await store.close();
});

test('what the operator gave is not told again', async () => {
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const given = {
    username: 'root',
    email: null,
    password: adminPassword,
    token: new Secret('an-operator-token'),
  };
  expect(await bootstrap({ ...plane, store }, given)).toEqual({
    username: 'root',
    password: undefined,
    token: undefined,
  });
  expect(await makeSignIn({ ...plane, store }).withToken('an-operator-token')).toBeDefined();
  await store.close();
});

test('the first administrator has the e-mail address that the operator gave', async () => {
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const given = { username: 'root', email: 'root@example.com', password: adminPassword, token: undefined };
  await bootstrap({ ...plane, store }, given);
  const user = (await store.getUserByName('root'))!;
  expect(user.email).toBe('root@example.com');
  expect(await makeAdministratorsOf(store)(user.tenantId)).toEqual(['root@example.com']);
  await store.close();
});

test('later starts change nothing', async () => {
  const before = await plane.auditLog();
  const given = { username: 'other', email: null, password: undefined, token: undefined };
  expect(await bootstrap(plane, given)).toBeUndefined();
  expect(await plane.store.getUserByName('other')).toBeUndefined();
  expect(await plane.auditLog()).toEqual(before);
});

test('a reset brings a lost administrator back in', async () => {
  const { store, users, admin, tenantId } = plane;
  const lost = (await store.getUserByName('admin'))!;
  const password = new Secret('the second one');
  const second = { username: 'second', displayName: '', email: null, roleId: lost.roleId, password };
  await users.create(admin, tenantId, second);
  await users.update(admin, tenantId, lost.id, { roleId: 'rol_publisher', disabled: true });

  const reset = await resetAdministrator(plane, { username: 'Admin', password: undefined, create: false });
  plane.signIn.forget();
  if (reset.kind !== 'promoted') throw new Error(reset.kind);
  const principal = await plane.signIn.withPassword('admin', reset.password.reveal());
  expect(principal?.permissions).toEqual(new Set(allPermissions));
  expect(await plane.signIn.withPassword('admin', adminPassword.reveal())).toBeUndefined();
  expect((await plane.auditLog())[0]).toMatchObject({ action: 'user.reset', actor: { kind: 'system' } });
});

test('a reset of an unknown name changes nothing, and tells who is there', async () => {
  const before = await plane.auditLog();
  const given = { username: 'amdin', password: undefined, create: false };
  expect(await resetAdministrator(plane, given)).toEqual({ kind: 'unknown', usernames: ['admin'] });
  expect(await plane.store.getUserByName('amdin')).toBeUndefined();
  expect(await plane.auditLog()).toEqual(before);
});

test('a reset of an unknown name makes an administrator of the operator’s tenant where that is asked for', async () => {
  const password = new Secret('given by the operator');
  const reset = await resetAdministrator(plane, { username: 'newcomer', password, create: true });
  expect(reset).toMatchObject({ kind: 'created', username: 'newcomer' });
  const principal = await plane.signIn.withPassword('newcomer', password.reveal());
  expect(principal).toMatchObject({ tenantId: plane.tenantId });
});

test('a reset makes no user who could not sign in', async () => {
  const reset = resetAdministrator(plane, { username: 'a:b', password: undefined, create: true });
  await expect(reset).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('colon') });
  expect(await plane.store.getUserByName('a:b')).toBeUndefined();
});

test('a reset before the first start does nothing', async () => {
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const given = { username: 'admin', password: undefined, create: true };
  expect(await resetAdministrator({ ...plane, store }, given)).toEqual({ kind: 'no_users' });
  await store.close();
});
