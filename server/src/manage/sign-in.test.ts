import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword, controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { minuteMs } from '../domain/clock.ts';
import { Secret } from '../domain/secret.ts';
import { makeSignIn, type SignIn } from './sign-in.ts';

let plane: ControlPlane;
let hashed: (string | undefined)[];
let signIn: SignIn;

beforeEach(async () => {
  plane = await controlPlane();
  hashed = [];
  const { passwords, store, accessTokens, sessionTokens, clock } = plane;
  signIn = makeSignIn({
    store,
    accessTokens,
    sessionTokens,
    clock,
    passwords: {
      verify(phc, password) {
        hashed.push(phc);
        return passwords.verify(phc, password);
      },
    },
  });
});
afterEach(() => plane[Symbol.asyncDispose]());

const right = () => signIn.withPassword('admin', adminPassword.reveal());

test('the right password gives the user with the permissions of its role, ignoring the case of the name', async () => {
  const principal = await right();
  expect(principal).toMatchObject({ kind: 'user', name: 'admin', tenantId: plane.tenantId });
  expect(principal?.permissions.has('TENANTS:ADD')).toBe(true);
  expect(await signIn.withPassword('ADMIN', adminPassword.reveal())).toEqual(principal);
});

test('AUT-07: a wrong password, an unknown and a disabled user each cost one hashing and give nothing', async () => {
  const { users, admin, tenantId } = plane;
  const anna = {
    username: 'anna',
    displayName: '',
    email: null,
    roleId: 'rol_auditor',
    password: adminPassword,
  };
  const { id } = await users.create(admin, tenantId, anna);
  await users.update(admin, tenantId, id, { disabled: true });
  expect(await signIn.withPassword('admin', 'wrong')).toBeUndefined();
  expect(await signIn.withPassword('nobody', 'wrong')).toBeUndefined();
  expect(await signIn.withPassword('anna', adminPassword.reveal())).toBeUndefined();
  expect(hashed).toEqual([expect.any(String), undefined, expect.any(String)]);
});

test('a right password is hashed once a minute, a wrong one each time', async () => {
  await right();
  await right();
  expect(signIn.remembers('admin', adminPassword.reveal())).toBe(true);
  expect(hashed).toHaveLength(1);
  await plane.clock.advance(minuteMs);
  expect(signIn.remembers('admin', adminPassword.reveal())).toBe(false);
  await right();
  expect(hashed).toHaveLength(2);
  await signIn.withPassword('admin', 'wrong');
  await signIn.withPassword('admin', 'wrong');
  expect(hashed).toHaveLength(4);
});

test('requests that bring the same pair at the same time share one hashing', async () => {
  await Promise.all(Array.from({ length: 10 }, right));
  expect(hashed).toHaveLength(1);
});

test('AUT-06: what another node changed counts within a second', async () => {
  await right();
  const admin = (await plane.store.getUserByName('admin'))!;
  const passwordHash = await plane.passwords.hash('the new password');
  const audit = plane.audit.bySystem(plane.tenantId, {
    action: 'user.updated',
    subject: { kind: 'user', id: admin.id },
    before: null,
    after: null,
  });
  await plane.store.updatePrincipal({ ...admin, passwordHash }, { audit });
  await plane.clock.advance(1_000);
  expect(await right()).toBeUndefined();
  expect(await signIn.withPassword('admin', 'the new password')).toBeDefined();
});

test('AUT-06: what this node changed counts at once', async () => {
  const { users, roles, admin, tenantId } = plane;
  const role = await roles.create(admin, tenantId, { name: 'r', permissions: ['EVENTS:ADD'] });
  const password = new Secret('a password of anna');
  const anna = { username: 'anna', displayName: '', email: null, roleId: role.id, password };
  const { id } = await users.create(admin, tenantId, anna);
  const sign = () => plane.signIn.withPassword('anna', password.reveal());
  expect([...(await sign())!.permissions]).toEqual(['EVENTS:ADD']);
  await roles.update(admin, tenantId, role.id, { permissions: ['EVENTS:VIEW'] });
  expect([...(await sign())!.permissions]).toEqual(['EVENTS:VIEW']);
  await users.update(admin, tenantId, id, { disabled: true });
  expect(await sign()).toBeUndefined();
  await users.update(admin, tenantId, id, { disabled: false });
  expect(await sign()).toBeDefined();
  await users.remove(admin, tenantId, id);
  expect(await sign()).toBeUndefined();
});
