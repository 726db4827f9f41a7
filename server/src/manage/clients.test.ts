import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlPlane, firstPage, type ControlPlane } from '../../test/control-plane.ts';
import type { Caller, Client } from '../domain/access.ts';
import { Secret } from '../domain/secret.ts';
import { makeAccessTokens } from './access-tokens.ts';
import { makeSignIn } from './sign-in.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

const hour = 3_600;
const draft = { displayName: 'Importer', roleId: 'rol_auditor' };

const create = (more: Partial<typeof draft> = {}, caller: Caller = plane.admin, tenantId = plane.tenantId) =>
  plane.clients.create(caller, tenantId, { ...draft, ...more });

/** A token of the client, or undefined where it gets none. */
async function tokenOf(client: Client, secret: Secret, lifetimeS = hour): Promise<string | undefined> {
  return (
    await plane.signIn.grantToken(client.clientId, secret.reveal(), { lifetimeS, withSession: false })
  )?.token.reveal();
}

describe('clients', () => {
  test('a client is created, found, changed and removed', async () => {
    await plane.clock.advance(1);
    const { client } = await create();
    expect(await plane.clients.get(plane.admin, plane.tenantId, client.id)).toEqual(client);
    await plane.clock.advance(1);
    const renamed = await plane.clients.update(plane.admin, plane.tenantId, client.id, {
      displayName: 'Exporter',
    });
    expect(renamed).toEqual({ ...client, displayName: 'Exporter', updatedAt: plane.clock.wall() });
    const { rows } = await plane.principals.list(plane.admin, plane.tenantId, {}, firstPage);
    expect(rows.map(({ kind }) => kind)).toEqual(['user', 'client']);
    await plane.clients.remove(plane.admin, plane.tenantId, client.id);
    await expect(plane.clients.get(plane.admin, plane.tenantId, client.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('a client id is a UUID, a secret has 256 bits, and no two are the same', async () => {
    const [one, two] = [await create(), await create()];
    for (const { client, secret } of [one, two]) {
      expect(client.clientId).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(secret.reveal()).toMatch(/^[\w-]{43}$/);
    }
    expect(one.client.clientId).not.toBe(two.client.clientId);
    expect(one.secret.reveal()).not.toBe(two.secret.reveal());
  });

  test('users and clients are not taken for each other', async () => {
    const { client } = await create();
    const admin = (await plane.store.getUserByName('admin'))!;
    const { tenantId, users, clients } = plane;
    const missing = { code: 'not_found' };
    await expect(users.get(plane.admin, tenantId, client.id)).rejects.toMatchObject(missing);
    await expect(users.update(plane.admin, tenantId, client.id, {})).rejects.toMatchObject(missing);
    await expect(users.remove(plane.admin, tenantId, client.id)).rejects.toMatchObject(missing);
    await expect(clients.get(plane.admin, tenantId, admin.id)).rejects.toMatchObject(missing);
    await expect(clients.rotateSecret(plane.admin, tenantId, admin.id)).rejects.toMatchObject(missing);
    await expect(clients.remove(plane.admin, tenantId, admin.id)).rejects.toMatchObject(missing);
  });

  test('an unknown role is refused, and a role that a client has stays', async () => {
    const { tenantId } = plane;
    await expect(create({ roleId: 'rol_missing' })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ pointer: '/roleId' }],
    });
    const role = await plane.roles.create(plane.admin, tenantId, { name: 'r', permissions: ['EVENTS:ADD'] });
    const { client } = await create({ roleId: role.id });
    await expect(plane.roles.remove(plane.admin, tenantId, role.id)).rejects.toMatchObject({
      code: 'conflict',
    });
    await plane.clients.remove(plane.admin, tenantId, client.id);
    await expect(plane.roles.remove(plane.admin, tenantId, role.id)).resolves.toBeUndefined();
  });

  test('a client with the administrator role does not stand in for the last administrator', async () => {
    await create({ roleId: 'rol_administrator' });
    const admin = (await plane.store.getUserByName('admin'))!;
    await expect(plane.users.remove(plane.admin, plane.tenantId, admin.id)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('AUT-02: nobody gives a client a role, nor touches one that has a role, that may do more than they', async () => {
    const caller = await plane.callerWith(
      'PRINCIPALS:ADD',
      'PRINCIPALS:EDIT',
      'PRINCIPALS:REMOVE',
      'EVENTS:ADD',
    );
    const { tenantId, clients } = plane;
    const forbidden = { code: 'forbidden' };
    const { client: strong } = await create();
    const { client: own } = await create({ roleId: 'rol_publisher' }, caller);
    await expect(create({}, caller)).rejects.toMatchObject(forbidden);
    await expect(clients.update(caller, tenantId, own.id, { roleId: 'rol_auditor' })).rejects.toMatchObject(
      forbidden,
    );
    await expect(clients.update(caller, tenantId, strong.id, { disabled: true })).rejects.toMatchObject(
      forbidden,
    );
    await expect(clients.rotateSecret(caller, tenantId, strong.id)).rejects.toMatchObject(forbidden);
    await expect(clients.remove(caller, tenantId, strong.id)).rejects.toMatchObject(forbidden);
    await expect(clients.rotateSecret(caller, tenantId, own.id)).resolves.toBeDefined();
  });

  test('P26: a neighbour reaches neither the clients of a tenant nor the tenant', async () => {
    const { client } = await create();
    const { id: otherId } = await plane.tenants.create(plane.admin, { name: 'other' });
    const made = await create({ roleId: 'rol_administrator' }, plane.admin, otherId);
    const token = await tokenOf(made.client, made.secret);
    const neighbour = await plane.callerOf(token!);
    expect(neighbour.principal).toMatchObject({ tenantId: otherId, id: made.client.id });
    const { clients, tenantId } = plane;
    for (const [tenant, what] of [
      [tenantId, 'No such tenant'],
      [otherId, 'No such principal'],
    ] as const) {
      const refused = { code: 'not_found', message: what };
      await expect(clients.get(neighbour, tenant, client.id)).rejects.toMatchObject(refused);
      await expect(clients.update(neighbour, tenant, client.id, {})).rejects.toMatchObject(refused);
      await expect(clients.rotateSecret(neighbour, tenant, client.id)).rejects.toMatchObject(refused);
      await expect(clients.remove(neighbour, tenant, client.id)).rejects.toMatchObject(refused);
    }
    await expect(create({}, neighbour, tenantId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(plane.principals.list(neighbour, tenantId, {}, firstPage)).rejects.toMatchObject({
      code: 'not_found',
    });
    const { rows } = await plane.principals.list(neighbour, otherId, {}, firstPage);
    expect(rows.map(({ id }) => id)).toEqual([made.client.id]);
  });

  test('AUT-12: the log tells what became of a client, never its secret', async () => {
    const { tenantId, clients } = plane;
    const { client, secret } = await create();
    const rotated = await clients.rotateSecret(plane.admin, tenantId, client.id);
    await clients.update(plane.admin, tenantId, client.id, { disabled: true });
    await clients.remove(plane.admin, tenantId, client.id);
    const log = await plane.auditLog();
    expect(log.slice(0, 4).map(({ action }) => action)).toEqual([
      'client.deleted',
      'client.updated',
      'client.secret_rotated',
      'client.created',
    ]);
    expect(log[3]).toMatchObject({
      subject: { kind: 'client', id: client.id },
      before: null,
      after: { displayName: 'Importer', clientId: client.clientId, roleId: 'rol_auditor', disabledAt: null },
    });
    for (const leaked of [secret, rotated.secret]) {
      expect(JSON.stringify(log)).not.toContain(leaked.reveal());
    }
    for (const hash of [client.secretHash, rotated.client.secretHash]) {
      expect(JSON.stringify(log)).not.toContain(hash);
    }
  });

  test('AUT-12: what a client changes is in the log under its name', async () => {
    const { client, secret } = await create({ roleId: 'rol_administrator' });
    const caller = await plane.callerOf((await tokenOf(client, secret))!);
    await create({ displayName: 'made by a client' }, caller);
    expect((await plane.auditLog())[0]).toMatchObject({
      actor: { kind: 'client', id: client.id, name: 'Importer' },
    });
  });

  test('SEC-05: of secrets only hashes are stored, of tokens nothing', async () => {
    const other = await controlPlane();
    const { clients, tenantId } = other;
    const idempotency = (key: string) => (client: Client) => ({
      key: { tenantId, route: 'POST /principals', key, bodyHash: 'b', expiresAt: other.clock.now() + 1_000 },
      answer: { status: 201, body: JSON.stringify(client.id) },
    });
    const created = await clients.create(other.admin, tenantId, draft, idempotency('a'));
    const terms = { lifetimeS: hour, withSession: false };
    const first = await other.signIn.grantToken(created.client.clientId, created.secret.reveal(), terms);
    const rotated = await clients.rotateSecret(other.admin, tenantId, created.client.id, idempotency('b'));
    const second = await other.signIn.grantToken(created.client.clientId, rotated.secret.reveal(), terms);
    const database = other.store.crash();
    expect(database.includes(rotated.client.secretHash)).toBe(true);
    for (const leaked of [created.secret, rotated.secret, first!.token, second!.token]) {
      expect(database.includes(leaked.reveal())).toBe(false);
      expect(database.includes(leaked.reveal().slice(-43))).toBe(false);
    }
  });
});

describe('access tokens', () => {
  test('a token makes its client the caller, with the permissions of its role', async () => {
    const { client, secret } = await create({ roleId: 'rol_publisher' });
    const principal = await plane.signIn.withToken((await tokenOf(client, secret))!);
    expect(principal).toEqual({
      kind: 'client',
      id: client.id,
      name: 'Importer',
      tenantId: plane.tenantId,
      permissions: new Set(['EVENTS:ADD']),
    });
  });

  test('a token is refused from its expiry on', async () => {
    const { client, secret } = await create();
    const token = (await tokenOf(client, secret, 900))!;
    await plane.clock.advance(900_000 - 1);
    expect(await plane.signIn.withToken(token)).toBeDefined();
    await plane.clock.advance(1);
    expect(await plane.signIn.withToken(token)).toBeUndefined();
  });

  test('several tokens of one client are good at once', async () => {
    const { client, secret } = await create();
    const first = (await tokenOf(client, secret))!;
    await plane.clock.advance(1_000);
    const second = (await tokenOf(client, secret))!;
    expect(second).not.toBe(first);
    expect(await plane.signIn.withToken(first)).toEqual(await plane.signIn.withToken(second));
  });

  test('a wrong secret, an unknown id and another client’s secret get no token', async () => {
    const { client, secret } = await create();
    const other = await create();
    expect(await tokenOf(client, new Secret('wrong'))).toBeUndefined();
    expect(await tokenOf(client, new Secret(''))).toBeUndefined();
    expect(await tokenOf(client, other.secret)).toBeUndefined();
    expect(await tokenOf({ ...client, clientId: 'unknown' }, secret)).toBeUndefined();
    expect(await tokenOf({ ...client, clientId: client.id }, secret)).toBeUndefined();
    expect(await tokenOf(client, secret)).toBeDefined();
  });

  test('AUT-06: a disabled client is refused at once with the tokens it has, and gets none', async () => {
    const { client, secret } = await create();
    const token = (await tokenOf(client, secret))!;
    expect(await plane.signIn.withToken(token)).toBeDefined();
    await plane.clients.update(plane.admin, plane.tenantId, client.id, { disabled: true });
    expect(await plane.signIn.withToken(token)).toBeUndefined();
    expect(await tokenOf(client, secret)).toBeUndefined();
    await plane.clients.update(plane.admin, plane.tenantId, client.id, { disabled: false });
    expect(await plane.signIn.withToken(token)).toBeDefined();
  });

  test('AUT-06: rotating the secret ends the old one and all tokens got for it at once', async () => {
    const { client, secret } = await create();
    const old = (await tokenOf(client, secret))!;
    expect(await plane.signIn.withToken(old)).toBeDefined();
    const rotated = await plane.clients.rotateSecret(plane.admin, plane.tenantId, client.id);
    expect(await plane.signIn.withToken(old)).toBeUndefined();
    expect(await tokenOf(client, secret)).toBeUndefined();
    const next = (await tokenOf(client, rotated.secret))!;
    expect(await plane.signIn.withToken(next)).toMatchObject({ id: client.id });
  });

  test('a change at the same time as a rotation does not bring the old secret back', async () => {
    const { client, secret } = await create();
    const { tenantId, clients, admin } = plane;
    const [, rotated] = await Promise.all([
      clients.update(admin, tenantId, client.id, { displayName: 'one' }),
      clients.rotateSecret(admin, tenantId, client.id),
      clients.update(admin, tenantId, client.id, { displayName: 'two' }),
    ]);
    expect(await tokenOf(client, secret)).toBeUndefined();
    expect(await tokenOf(client, rotated.secret)).toBeDefined();
    expect(await clients.get(admin, tenantId, client.id)).toMatchObject({ displayName: 'two' });
  });

  test('AUT-06: a removed client is refused at once, and so are those of a deleted tenant', async () => {
    const { client, secret } = await create();
    const token = (await tokenOf(client, secret))!;
    const { id: otherId } = await plane.tenants.create(plane.admin, { name: 'other' });
    const other = await create({}, plane.admin, otherId);
    const otherToken = (await tokenOf(other.client, other.secret))!;
    expect(await plane.signIn.withToken(token)).toBeDefined();
    expect(await plane.signIn.withToken(otherToken)).toBeDefined();
    await plane.clients.remove(plane.admin, plane.tenantId, client.id);
    await plane.tenants.remove(plane.admin, otherId);
    for (const ended of [token, otherToken]) expect(await plane.signIn.withToken(ended)).toBeUndefined();
    expect(await tokenOf(other.client, other.secret)).toBeUndefined();
  });

  test('a changed role counts at once, another one too', async () => {
    const { tenantId, roles, clients, admin } = plane;
    const role = await roles.create(admin, tenantId, { name: 'r', permissions: ['EVENTS:ADD'] });
    const { client, secret } = await create({ roleId: role.id });
    const token = (await tokenOf(client, secret))!;
    const held = async () => [...(await plane.signIn.withToken(token))!.permissions];
    expect(await held()).toEqual(['EVENTS:ADD']);
    await roles.update(admin, tenantId, role.id, { permissions: ['EVENTS:VIEW'] });
    expect(await held()).toEqual(['EVENTS:VIEW']);
    await clients.update(admin, tenantId, client.id, { roleId: 'rol_publisher' });
    expect(await held()).toEqual(['EVENTS:ADD']);
  });

  test('P26: the administrator role of another tenant holds nothing over tenants and system', async () => {
    const { id } = await plane.tenants.create(plane.admin, { name: 'other' });
    const { client, secret } = await create({ roleId: 'rol_administrator' }, plane.admin, id);
    const principal = await plane.signIn.withToken((await tokenOf(client, secret))!);
    expect(principal!.permissions.has('PRINCIPALS:ADD')).toBe(true);
    expect([...principal!.permissions].filter((name) => /^(TENANTS|SYSTEM):/.test(name))).toEqual([]);
  });

  test('AUT-06: what another node changed counts within a second', async () => {
    const { client, secret } = await create();
    const token = (await tokenOf(client, secret))!;
    expect(await plane.signIn.withToken(token)).toBeDefined();
    const subject = { kind: 'client', id: client.id };
    const change = { action: 'client.updated', subject, before: null, after: null };
    await plane.store.updatePrincipal(
      { ...client, disabledAt: plane.clock.wall() },
      { audit: plane.audit.bySystem(plane.tenantId, change) },
    );
    await plane.clock.advance(1_000);
    expect(await plane.signIn.withToken(token)).toBeUndefined();
  });

  test('a token of another installation is none here, though its client has the same id', async () => {
    const { client } = await create();
    const foreign = makeAccessTokens(new Uint8Array(32).fill(6));
    const token = foreign.issue(client, plane.clock.wall() + 1_000).reveal();
    expect(await plane.signIn.withToken(token)).toBeUndefined();
  });

  test('an expired token costs no look into the store, an unknown one a single look', async () => {
    let looks = 0;
    const signIn = makeSignIn({
      ...plane,
      store: {
        ...plane.store,
        getClientByClientId: async () => void looks++,
        getApiKeyByHash: async () => void looks++,
      },
    });
    const { client } = await create();
    const expired = plane.accessTokens.issue(client, plane.clock.wall()).reveal();
    expect(await signIn.withToken(expired)).toBeUndefined();
    expect(looks).toBe(0);
    const again = plane.accessTokens.issue({ ...client, clientId: 'x' }, plane.clock.wall() + 1).reveal();
    await signIn.withToken(again);
    await signIn.withToken(again);
    expect(looks).toBe(1);
  });
});
