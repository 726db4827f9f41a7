import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword, controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { hourMs, secondMs } from '../domain/clock.ts';
import { Secret } from '../domain/secret.ts';
import { makeSessions, type Sessions } from './sessions.ts';
import { makeSignIn, type SignIn } from './sign-in.ts';

let plane: ControlPlane;
let sessions: Sessions;
/** Of another node on the same database. */
let elsewhere: SignIn;

beforeEach(async () => {
  plane = await controlPlane();
  sessions = makeSessions(plane);
  elsewhere = makeSignIn(plane);
});
afterEach(() => plane[Symbol.asyncDispose]());

const begin = async (username = 'admin', password = adminPassword) =>
  (await sessions.begin(username, password.reveal()))!;
const signedIn = async () => (await begin()).token!.reveal();
const asUser = async (token: string) => (await plane.signIn.withSession(token))?.principal;
const over = { code: 'unauthenticated' };

async function aUser(username: string, tenantId = plane.tenantId, roleId = 'rol_administrator') {
  const password = new Secret(`password of ${username}`);
  const draft = { username, displayName: username, email: null, roleId, password };
  return { password, user: await plane.users.create(plane.admin, tenantId, draft) };
}

test('who signs in is the user, with the permissions of the role as of now', async () => {
  const { user, password } = await aUser('ada', plane.tenantId, 'rol_publisher');
  const { token, principal, session } = await begin('ADA', password);
  expect(principal).toMatchObject({ kind: 'user', id: user.id, name: 'ada', tenantId: plane.tenantId });
  expect([...principal.permissions]).toEqual(['EVENTS:ADD']);
  expect(session).toMatchObject({ userId: user.id, homeTenantId: plane.tenantId, tenantId: plane.tenantId });
  await plane.users.update(plane.admin, plane.tenantId, user.id, { roleId: 'rol_auditor' });
  expect((await asUser(token!.reveal()))?.permissions.has('AUDIT:VIEW')).toBe(true);
});

test('AUT-09: each sign-in is another session', async () => {
  const [one, other] = [await begin(), await begin()];
  expect(one.session.id).not.toBe(other.session.id);
  await sessions.end(one.token!.reveal());
  expect(await asUser(one.token!.reveal())).toBeUndefined();
  expect(await asUser(other.token!.reveal())).toBeDefined();
});

test('a wrong password begins nothing', async () => {
  expect(await sessions.begin('admin', 'wrong')).toBeUndefined();
  expect(await sessions.begin('nobody', adminPassword.reveal())).toBeUndefined();
});

test('left alone it ends after twelve hours', async () => {
  const token = await signedIn();
  await plane.clock.advance(12 * hourMs - 1);
  expect(await asUser(token)).toBeDefined();
  await plane.clock.advance(1);
  expect(await asUser(token)).toBeUndefined();
  await expect(sessions.renew(token)).rejects.toMatchObject(over);
});

test('in use it goes on, for seven days and no longer', async () => {
  let token = await signedIn();
  expect((await sessions.renew(token)).token).toBeNull();
  for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
    await plane.clock.advance(8 * hourMs);
    token = (await sessions.renew(token)).token?.reveal() ?? token;
  }
  await plane.clock.advance(8 * hourMs - 1);
  expect(await asUser(token)).toBeDefined();
  await plane.clock.advance(1);
  expect(await asUser(token)).toBeUndefined();
});

test('AUT-09: a session that was signed out is over with all its cookies, the renewed ones too', async () => {
  const first = await signedIn();
  await plane.clock.advance(2 * hourMs);
  const second = (await sessions.renew(first)).token!.reveal();
  await sessions.end(first);
  for (const token of [first, second]) {
    expect(await asUser(token)).toBeUndefined();
    await expect(sessions.renew(token)).rejects.toMatchObject(over);
    await expect(sessions.enter(token, plane.tenantId)).rejects.toMatchObject(over);
    await expect(sessions.end(token)).rejects.toMatchObject(over);
  }
});

test('AUT-09: what was signed out stays so for as long as any of its cookies could live', async () => {
  const token = await signedIn();
  await plane.clock.advance(2 * hourMs);
  const renewed = (await sessions.renew(token)).token!.reveal();
  await sessions.end(token);
  await plane.clock.advance(11 * hourMs);
  await plane.store.purge(0, plane.clock.now(), 100);
  expect(await asUser(renewed)).toBeUndefined();
});

test('AUT-06: what ends at one node ends at the others within a second', async () => {
  const [signedOut, lost] = [await signedIn(), await aUser('ada')];
  const ofAda = (await begin('ada', lost.password)).token!.reveal();
  for (const token of [signedOut, ofAda]) expect(await elsewhere.withSession(token)).toBeDefined();
  await sessions.end(signedOut);
  await plane.users.update(plane.admin, plane.tenantId, lost.user.id, { disabled: true });
  await plane.clock.advance(secondMs);
  for (const token of [signedOut, ofAda]) expect(await elsewhere.withSession(token)).toBeUndefined();
});

test('it ends when its user is disabled, deleted, or given another password', async () => {
  const ada = await aUser('ada');
  const change = (given: object) => plane.users.update(plane.admin, plane.tenantId, ada.user.id, given);
  const token = (await begin('ada', ada.password)).token!.reveal();
  await change({ displayName: 'Ada' });
  expect(await asUser(token)).toBeDefined();
  await change({ disabled: true });
  expect(await asUser(token)).toBeUndefined();
  await change({ disabled: false });
  expect(await asUser(token)).toBeDefined();
  await change({ password: new Secret('another password') });
  expect(await asUser(token)).toBeUndefined();
  const again = (await begin('ada', new Secret('another password'))).token!.reveal();
  await plane.users.remove(plane.admin, plane.tenantId, ada.user.id);
  expect(await asUser(again)).toBeUndefined();
});

test('it ends with the tenant of its user', async () => {
  const { id } = await plane.tenants.create(plane.admin, { name: 'acme' });
  const { password } = await aUser('ada', id);
  const token = (await begin('ada', password)).token!.reveal();
  await plane.tenants.remove(plane.admin, id);
  expect(await asUser(token)).toBeUndefined();
});

test('AUT-09: a new password of one’s own ends all other sessions, and begins another in the same tenant', async () => {
  const { id } = await plane.tenants.create(plane.admin, { name: 'acme' });
  const other = await signedIn();
  const here = (await sessions.enter(await signedIn(), id)).token!.reveal();
  const held = await sessions.changePassword(here, new Secret('a password of my own'), '192.0.2.7');
  for (const token of [other, here]) expect(await asUser(token)).toBeUndefined();
  expect(await asUser(held.token!.reveal())).toMatchObject({ name: 'admin', tenantId: id });
  expect(await sessions.begin('admin', adminPassword.reveal())).toBeUndefined();
  expect(await sessions.begin('admin', 'a password of my own')).toBeDefined();
  const [entry] = await plane.auditLog();
  expect(entry).toMatchObject({
    action: 'user.updated',
    actor: { kind: 'user', name: 'admin' },
    subject: { id: held.user.id },
    address: '192.0.2.7',
    after: { password: '[changed]' },
  });
});

test('a session that another node still believes in is not carried over to the new password', async () => {
  const stolen = await signedIn();
  const there = makeSessions({ ...plane, signIn: elsewhere });
  await plane.clock.advance(2 * hourMs);
  expect(await elsewhere.withSession(stolen)).toBeDefined();
  await sessions.changePassword(await signedIn(), new Secret('a password of my own'), '192.0.2.7');
  const renewed = (await there.renew(stolen)).token!.reveal();
  await plane.clock.advance(secondMs);
  for (const token of [stolen, renewed]) expect(await elsewhere.withSession(token)).toBeUndefined();
});

test('a password that breaks the rules changes nothing', async () => {
  const token = await signedIn();
  const short = sessions.changePassword(token, new Secret('short'), '192.0.2.7');
  await expect(short).rejects.toMatchObject({ code: 'invalid', problems: [{ pointer: '/newPassword' }] });
  expect(await asUser(token)).toBeDefined();
});

test('inside another tenant the person is the same, and acts there until they go home', async () => {
  const { id } = await plane.tenants.create(plane.admin, { name: 'acme' });
  const inside = await sessions.enter(await signedIn(), id);
  expect(inside.principal).toMatchObject({ name: 'admin', tenantId: id });
  expect(inside.principal.permissions.has('WEBHOOKS:ADD')).toBe(true);
  expect(inside.principal.permissions.has('TENANTS:REMOVE')).toBe(false);
  const view = await sessions.view({ principal: inside.principal, address: null }, inside.session);
  expect(view).toMatchObject({ tenant: { name: 'acme' }, homeTenant: { name: 'default' } });
  const home = await sessions.enter(inside.token!.reveal(), plane.tenantId);
  expect(home.principal.permissions.has('TENANTS:REMOVE')).toBe(true);
});

test('who may not view tenants stays at home, and learns of no other', async () => {
  const { id } = await plane.tenants.create(plane.admin, { name: 'acme' });
  const publisher = await aUser('ada', plane.tenantId, 'rol_publisher');
  const administrator = await aUser('bob', id);
  for (const [username, { password }, other] of [
    ['ada', publisher, id],
    ['bob', administrator, plane.tenantId],
  ] as const) {
    const token = (await begin(username, password)).token!.reveal();
    await expect(sessions.enter(token, other)).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('a session inside another tenant ends when that is deleted, or the person may not enter it any more', async () => {
  const { id } = await plane.tenants.create(plane.admin, { name: 'acme' });
  const { user, password } = await aUser('ada');
  const inside = async () =>
    (await sessions.enter((await begin('ada', password)).token!.reveal(), id)).token!.reveal();
  const [first, second] = [await inside(), await inside()];
  await plane.users.update(plane.admin, plane.tenantId, user.id, { roleId: 'rol_publisher' });
  expect(await asUser(first)).toBeUndefined();
  await plane.users.update(plane.admin, plane.tenantId, user.id, { roleId: 'rol_administrator' });
  expect(await asUser(second)).toBeDefined();
  await plane.tenants.remove(plane.admin, id);
  expect(await asUser(second)).toBeUndefined();
});
