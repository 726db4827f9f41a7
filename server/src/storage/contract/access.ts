// What may be relied on about tenants and who may do what in them.

import { describe, expect, test } from 'vitest';
import type { User } from '../../domain/access.ts';
import type { ApiKeyFilter, PrincipalFilter, Store } from '../store.ts';
import {
  aChange,
  aClient,
  aDelivery,
  aKey,
  anApiKey,
  anEntry,
  anEvent,
  aRole,
  aTenant,
  aUser,
  aWebhook,
  first,
  newId,
  now,
  routed,
  tenantId,
  upTo,
} from './given.ts';
import { idsByPages } from './paging.ts';

/** `beside` is another node's store on the same database. */
export function accessContract(store: () => Store, beside: () => Store): void {
  describe('a tenant', () => {
    test('comes back as it was, by id and by name', async () => {
      const tenant = aTenant();
      expect(await store().createTenant(tenant, aChange())).toBe('created');
      expect(await store().getTenant(tenant.id)).toEqual(tenant);
      expect(await store().getTenantByName(tenant.name)).toEqual(tenant);
      expect(await store().getTenant(newId('tnt'))).toBeUndefined();
    });

    test('has a name and a UUID of its own', async () => {
      const tenant = aTenant();
      await store().createTenant(tenant, aChange());
      expect(await store().createTenant(aTenant({ name: tenant.name }), aChange())).toBe('taken');
      expect(await store().createTenant(aTenant({ uuid: tenant.uuid }), aChange())).toBe('taken');
    });

    test('can be renamed, but not to a name that is taken', async () => {
      const [one, two] = [aTenant(), aTenant()];
      await store().createTenant(one, aChange());
      await store().createTenant(two, aChange());
      const renamed = { ...one, name: newId('tnt'), updatedAt: now + 1 };
      expect(await store().updateTenant(renamed, aChange())).toBe('created');
      expect(await store().getTenant(one.id)).toEqual(renamed);
      expect(await store().updateTenant({ ...one, name: two.name }, aChange())).toBe('taken');
      expect(await store().updateTenant(aTenant(), aChange())).toBe('missing');
    });

    test('is listed oldest first, page by page', async () => {
      const tenants = [1, 2, 3, 4].map((age) => aTenant({ createdAt: age }));
      for (const tenant of tenants) await store().createTenant(tenant, aChange());
      expect(
        await idsByPages(
          async (page) => {
            const { rows, ...rest } = await store().listTenants({}, page);
            return { rows: rows.filter(({ createdAt }) => createdAt <= 4), ...rest };
          },
          ({ id }) => id,
        ),
      ).toEqual(tenants.map(({ id }) => id));
    });

    test('is found by time of creation', async () => {
      const [a, b, c] = [10_001, 10_002, 10_003].map((createdAt) => aTenant({ createdAt }));
      for (const tenant of [a!, b!, c!]) await store().createTenant(tenant, aChange());
      expect((await store().listTenants({ createdFrom: 10_002, createdTo: 10_003 }, first)).rows).toEqual([
        b,
      ]);
      expect((await store().listTenants({ createdFrom: 10_001, createdTo: 10_003 }, first)).rows).toEqual([
        a,
        b,
      ]);
    });
  });

  describe('deleteTenant', () => {
    test('AUT-13: all it owned answers no query, its webhooks get nothing, the audit stays, its name is free', async () => {
      const tenant = aTenant({ id: tenantId });
      await store().createTenant(tenant, aChange());
      const [user, client, role, key] = [aUser(), aClient(), aRole(), anApiKey()];
      await store().createPrincipal(user, aChange());
      await store().createPrincipal(client, aChange());
      await store().createRole(role, aChange());
      await store().createApiKey(key, aChange());
      const webhook = await store().createWebhook(aWebhook(), { kind: 'none' }, aChange());
      const event = anEvent();
      const delivery = aDelivery(event, webhook);
      await store().publish(anEntry([routed(event, [delivery])]));
      const told: unknown[] = [];
      const leave = store().onWebhookChange((change) => told.push(change));

      expect(await store().deleteTenant(tenantId, now, aChange())).toBe(true);
      leave();

      expect(told).toEqual([{ id: webhook.id, tenantId, webhook: null }]);
      expect(await store().getTenant(tenantId)).toBeUndefined();
      expect(await store().getTenantByName(tenant.name)).toBeUndefined();
      expect(await store().getUserByName(user.username)).toBeUndefined();
      expect(await store().getClientByClientId(client.clientId)).toBeUndefined();
      expect(await store().getRole(tenantId, role.id)).toBeUndefined();
      expect(await store().getApiKeyByHash(key.hash)).toBeUndefined();
      expect(await store().getWebhook(tenantId, webhook.id)).toBeUndefined();
      expect((await store().listEvents(tenantId, {}, first)).rows).toEqual([]);
      expect((await store().listDeliveries(tenantId, {}, first)).rows).toEqual([]);
      expect(await store().getEvent(tenantId, event.id)).toBeUndefined();
      expect(await store().getDelivery(tenantId, delivery.id)).toBeUndefined();
      expect(await store().listAttempts(tenantId, delivery.id)).toEqual([]);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(7);
      expect(await store().deleteTenant(tenantId, now, aChange())).toBe(false);
      expect(await store().createTenant(aTenant({ name: tenant.name }), aChange())).toBe('created');
    });

    test('AUT-13: purgeTenants removes its data in small steps, until none is left', async () => {
      await store().createTenant(aTenant({ id: tenantId }), aChange());
      const events = Array.from({ length: 20 }, () => anEvent());
      const webhook = aWebhook();
      for (const event of events) {
        await store().publish(anEntry([routed(event, [aDelivery(event, webhook)])], aKey()));
      }
      await store().deleteTenant(tenantId, now, aChange());
      let steps = 0;
      for (; (await store().purgeTenants(10)) > 0; steps++) expect(steps).toBeLessThan(100);
      expect(steps).toBeGreaterThan(3);
      for (const { id } of events) expect(await store().loadEvent(id)).toBeUndefined();
      expect(await store().loadDue(webhook.id, now, upTo(10))).toEqual({ due: [], nextDueAt: null });
    });
  });

  describe('a user', () => {
    test('comes back as it was, by id and, ignoring case, by name', async () => {
      const user = aUser({ username: `Zoë.${newId('usr')}` });
      expect(await store().createPrincipal(user, aChange())).toBe('created');
      expect(await store().getPrincipal(tenantId, user.id)).toEqual(user);
      expect(await store().getUserByName(user.username.toUpperCase())).toEqual(user);
      expect(await store().getPrincipal(newId('tnt'), user.id)).toBeUndefined();
    });

    test('has a name of its own in the installation, ignoring case', async () => {
      const user = aUser();
      await store().createPrincipal(user, aChange());
      const same = aUser({ tenantId: newId('tnt'), username: user.username.toLowerCase() });
      expect(await store().createPrincipal(same, aChange())).toBe('taken');
      const other = aUser();
      await store().createPrincipal(other, aChange());
      expect(
        await store().updatePrincipal({ ...other, username: user.username.toUpperCase() }, aChange()),
      ).toBe('taken');
      expect(await store().getPrincipal(tenantId, other.id)).toEqual(other);
    });

    test('can be changed, also in the case of its name, and deleted', async () => {
      const user = aUser({ roleId: 'rol_viewer' });
      await store().createPrincipal(user, aChange());
      const changed = {
        ...user,
        username: user.username.toUpperCase(),
        disabledAt: now,
        passwordHash: 'new',
      };
      expect(await store().updatePrincipal(changed, aChange())).toBe('created');
      expect(await store().getPrincipal(tenantId, user.id)).toEqual(changed);
      expect(await store().deletePrincipal(newId('tnt'), user.id, aChange())).toBe('missing');
      expect(await store().deletePrincipal(tenantId, user.id, aChange())).toBe('deleted');
      expect(await store().updatePrincipal(changed, aChange())).toBe('missing');
      expect(await store().getUserByName(user.username)).toBeUndefined();
    });

    test('is never the last administrator that leaves its tenant, however many are asked to go at once, at whichever node', async () => {
      const changes = [
        (to: Store, user: User) => to.deletePrincipal(tenantId, user.id, aChange()),
        (to: Store, user: User) => to.updatePrincipal({ ...user, disabledAt: now }, aChange()),
        (to: Store, user: User) => to.updatePrincipal({ ...user, roleId: 'rol_viewer' }, aChange()),
      ];
      const users = Array.from({ length: 12 }, () => aUser());
      for (const user of users) await store().createPrincipal(user, aChange());
      // None of these stands in for one.
      await store().createPrincipal(aUser({ disabledAt: now }), aChange());
      await store().createPrincipal(aUser({ tenantId: newId('tnt') }), aChange());
      await store().createPrincipal(aClient({ roleId: 'rol_administrator' }), aChange());

      const answers = await Promise.all(
        users.map((user, number) =>
          changes[number % changes.length]!(number % 2 === 0 ? store() : beside(), user),
        ),
      );

      expect(answers.filter((answer) => answer === 'last_administrator')).toHaveLength(1);
      const { rows } = await store().listPrincipals(tenantId, { kind: 'user', state: 'active' }, first);
      const left = rows.filter(({ roleId }) => roleId === 'rol_administrator');
      expect(left.map(({ id }) => id)).toEqual([users[answers.indexOf('last_administrator')]!.id]);
      const renamed = { ...(left[0] as User), displayName: 'Ada' };
      expect(await store().updatePrincipal(renamed, aChange())).toBe('created');
    });

    test('has an e-mail address or none', async () => {
      const user = aUser({ email: null });
      await store().createPrincipal(user, aChange());
      expect(await store().getPrincipal(tenantId, user.id)).toEqual(user);
      const reached = { ...user, email: 'ada@example.com' };
      await store().updatePrincipal(reached, aChange());
      expect(await store().getPrincipal(tenantId, user.id)).toEqual(reached);
    });
  });

  describe('a client', () => {
    test('comes back as it was, by id and by client id', async () => {
      const client = aClient();
      expect(await store().createPrincipal(client, aChange())).toBe('created');
      expect(await store().getPrincipal(tenantId, client.id)).toEqual(client);
      expect(await store().getClientByClientId(client.clientId)).toEqual(client);
      expect(await store().getPrincipal(newId('tnt'), client.id)).toBeUndefined();
      expect(await store().getClientByClientId('another')).toBeUndefined();
    });

    test('has a client id of its own in the installation', async () => {
      const client = aClient();
      await store().createPrincipal(client, aChange());
      const same = aClient({ tenantId: newId('tnt'), clientId: client.clientId });
      expect(await store().createPrincipal(same, aChange())).toBe('taken');
      expect(await store().getClientByClientId(client.clientId)).toEqual(client);
    });

    test('can be changed and deleted in its tenant', async () => {
      const client = aClient();
      await store().createPrincipal(client, aChange());
      const changed = { ...client, displayName: 'CI', secretHash: 'new', disabledAt: now };
      expect(await store().updatePrincipal(changed, aChange())).toBe('created');
      expect(await store().getClientByClientId(client.clientId)).toEqual(changed);
      expect(await store().updatePrincipal({ ...changed, tenantId: newId('tnt') }, aChange())).toBe(
        'missing',
      );
      expect(await store().deletePrincipal(newId('tnt'), client.id, aChange())).toBe('missing');
      expect(await store().deletePrincipal(tenantId, client.id, aChange())).toBe('deleted');
      expect(await store().updatePrincipal(changed, aChange())).toBe('missing');
      expect(await store().getClientByClientId(client.clientId)).toBeUndefined();
    });
  });

  describe('users and clients', () => {
    test('are listed together in order of creation, page by page', async () => {
      const listed = Array.from({ length: 6 }, (_, age) =>
        age % 2 === 0 ? aClient({ createdAt: now + age }) : aUser({ createdAt: now + age }),
      );
      for (const principal of listed.toReversed()) await store().createPrincipal(principal, aChange());
      expect(
        await idsByPages(
          (page) => store().listPrincipals(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(listed.map(({ id }) => id));
    });

    test('of one millisecond are all listed, once each', async () => {
      const listed = [aUser(), aClient(), aUser(), aClient()];
      for (const principal of listed) await store().createPrincipal(principal, aChange());
      const ids = await idsByPages(
        (page) => store().listPrincipals(tenantId, {}, page),
        ({ id }) => id,
      );
      expect(ids.toSorted()).toEqual(listed.map(({ id }) => id).toSorted());
    });

    test('are found by kind, state and time of creation', async () => {
      const a = aUser({ createdAt: now });
      const b = aUser({ createdAt: now + 1, disabledAt: now + 5 });
      const c = aClient({ createdAt: now + 2 });
      for (const principal of [a, b, c]) await store().createPrincipal(principal, aChange());
      const list = async (filter: PrincipalFilter) =>
        (await store().listPrincipals(tenantId, filter, first)).rows;
      expect(await list({ kind: 'user' })).toEqual([a, b]);
      expect(await list({ kind: 'client' })).toEqual([c]);
      expect(await list({ kind: 'user', state: 'active' })).toEqual([a]);
      expect(await list({ state: 'active' })).toEqual([a, c]);
      expect(await list({ state: 'disabled' })).toEqual([b]);
      expect(await list({ createdFrom: now + 1 })).toEqual([b, c]);
      expect(await list({ createdTo: now + 1 })).toEqual([a]);
    });
  });

  describe('a role', () => {
    test('comes back as it was; its name is taken once per tenant', async () => {
      const role = aRole();
      expect(await store().createRole(role, aChange())).toBe('created');
      expect(await store().getRole(tenantId, role.id)).toEqual(role);
      expect(await store().getRole(newId('tnt'), role.id)).toBeUndefined();
      expect(await store().createRole(aRole({ name: role.name }), aChange())).toBe('taken');
      const other = aRole();
      await store().createRole(other, aChange());
      expect(await store().updateRole({ ...other, name: role.name }, aChange())).toBe('taken');
      const changed = { ...role, permissions: ['AUDIT:VIEW'] as const };
      expect(await store().updateRole(changed, aChange())).toBe('created');
      expect(await store().getRole(tenantId, role.id)).toEqual(changed);
      expect(await store().updateRole(aRole(), aChange())).toBe('missing');
    });

    test('stays while a user or a client has it', async () => {
      const role = aRole();
      await store().createRole(role, aChange());
      for (const principal of [aUser({ roleId: role.id }), aClient({ roleId: role.id })]) {
        await store().createPrincipal(principal, aChange());
        expect(await store().deleteRole(tenantId, role.id, aChange())).toBe('in_use');
        await store().deletePrincipal(tenantId, principal.id, aChange());
      }
      expect(await store().deleteRole(newId('tnt'), role.id, aChange())).toBe('missing');
      expect(await store().deleteRole(tenantId, role.id, aChange())).toBe('deleted');
      expect(await store().deleteRole(tenantId, role.id, aChange())).toBe('missing');
    });

    test('is listed page by page', async () => {
      const roles = Array.from({ length: 3 }, () => aRole());
      for (const role of roles) await store().createRole(role, aChange());
      expect(
        await idsByPages(
          (page) => store().listRoles(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(roles.map(({ id }) => id));
    });

    test('is found by time of creation', async () => {
      const [a, b] = [aRole({ createdAt: now }), aRole({ createdAt: now + 1 })];
      for (const role of [a, b]) await store().createRole(role, aChange());
      expect((await store().listRoles(tenantId, { createdFrom: now + 1 }, first)).rows).toEqual([b]);
      expect((await store().listRoles(tenantId, { createdTo: now + 1 }, first)).rows).toEqual([a]);
    });
  });

  describe('an API key', () => {
    test('comes back as it was, by id and by its hash', async () => {
      const key = anApiKey({ expiresAt: now + 1 });
      await store().createApiKey(key, aChange());
      expect(await store().getApiKey(tenantId, key.id)).toEqual(key);
      expect(await store().getApiKeyByHash(key.hash)).toEqual(key);
      expect(await store().getApiKey(newId('tnt'), key.id)).toBeUndefined();
      expect(await store().getApiKeyByHash('another')).toBeUndefined();
    });

    test('can be changed and deleted in its tenant', async () => {
      const key = anApiKey();
      await store().createApiKey(key, aChange());
      const changed = { ...key, name: 'CD', permissions: [] };
      expect(await store().updateApiKey(changed, aChange())).toBe(true);
      expect(await store().getApiKey(tenantId, key.id)).toEqual(changed);
      expect(await store().deleteApiKey(newId('tnt'), key.id, aChange())).toBe(false);
      expect(await store().deleteApiKey(tenantId, key.id, aChange())).toBe(true);
      expect(await store().updateApiKey(changed, aChange())).toBe(false);
      expect(await store().getApiKeyByHash(key.hash)).toBeUndefined();
    });

    test('is listed page by page', async () => {
      const keys = Array.from({ length: 3 }, () => anApiKey());
      for (const key of keys) await store().createApiKey(key, aChange());
      expect(
        await idsByPages(
          (page) => store().listApiKeys(tenantId, {}, now, page),
          ({ id }) => id,
        ),
      ).toEqual(keys.map(({ id }) => id));
    });

    test('is found by time of creation, and by its state as of now', async () => {
      const a = anApiKey({ createdAt: now, expiresAt: null });
      const b = anApiKey({ createdAt: now + 1, expiresAt: now + 10 });
      for (const key of [a, b]) await store().createApiKey(key, aChange());
      const list = async (filter: ApiKeyFilter, at = now) =>
        (await store().listApiKeys(tenantId, filter, at, first)).rows;
      expect(await list({ createdFrom: now + 1 })).toEqual([b]);
      expect(await list({ createdTo: now + 1 })).toEqual([a]);
      expect(await list({ state: 'active' }, now + 9)).toEqual([a, b]);
      expect(await list({ state: 'expired' }, now + 9)).toEqual([]);
      expect(await list({ state: 'active' }, now + 10)).toEqual([a]);
      expect(await list({ state: 'expired' }, now + 10)).toEqual([b]);
    });
  });

  describe('a session', () => {
    test('is over once it was ended, however often, and no other is', async () => {
      const [ended, other] = [newId('ses'), newId('ses')];
      await store().endSession(ended, now + 1);
      await store().endSession(ended, now + 1);
      expect(await store().isSessionEnded(ended)).toBe(true);
      expect(await store().isSessionEnded(other)).toBe(false);
    });
  });

  test('bootstrap writes the first tenant, administrator and key once', async () => {
    const tenant = aTenant({ id: tenantId });
    const [user, key] = [aUser(), anApiKey()];
    expect(await store().bootstrap({ tenant, user, key, change: aChange() })).toBe(true);
    expect(await store().getTenant(tenantId)).toEqual(tenant);
    expect(await store().getUserByName(user.username)).toEqual(user);
    expect(await store().getApiKeyByHash(key.hash)).toEqual(key);

    const second = {
      tenant: aTenant({ name: tenant.name }),
      user: aUser(),
      key: anApiKey(),
      change: aChange(),
    };
    expect(await store().bootstrap(second)).toBe(false);
    expect(await store().getUserByName(second.user.username)).toBeUndefined();
    expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(1);
  });
}
