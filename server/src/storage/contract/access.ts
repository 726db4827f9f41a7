// What may be relied on about tenants and who may do what in them.

import { describe, expect, test } from 'vitest';
import type { ApiKeyFilter, Store, UserFilter } from '../store.ts';
import {
  aChange,
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
} from './given.ts';
import { idsByPages } from './paging.ts';

export function accessContract(store: () => Store): void {
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
      const [user, role, key] = [aUser(), aRole(), anApiKey()];
      await store().createUser(user, aChange());
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
      expect(await store().getRole(tenantId, role.id)).toBeUndefined();
      expect(await store().getApiKeyByHash(key.hash)).toBeUndefined();
      expect(await store().getWebhook(tenantId, webhook.id)).toBeUndefined();
      expect((await store().listEvents(tenantId, {}, first)).rows).toEqual([]);
      expect((await store().listDeliveries(tenantId, {}, first)).rows).toEqual([]);
      expect(await store().getEvent(tenantId, event.id)).toBeUndefined();
      expect(await store().getDelivery(tenantId, delivery.id)).toBeUndefined();
      expect(await store().listAttempts(tenantId, delivery.id)).toEqual([]);
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(6);
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
      expect(await store().loadDue(webhook.id, now, 10)).toEqual({ due: [], nextDueAt: null });
    });
  });

  describe('a user', () => {
    test('comes back as it was, by id and, ignoring case, by name', async () => {
      const user = aUser({ username: `Zoë.${newId('usr')}` });
      expect(await store().createUser(user, aChange())).toBe('created');
      expect(await store().getUser(tenantId, user.id)).toEqual(user);
      expect(await store().getUserByName(user.username.toUpperCase())).toEqual(user);
      expect(await store().getUser(newId('tnt'), user.id)).toBeUndefined();
    });

    test('has a name of its own in the installation, ignoring case', async () => {
      const user = aUser();
      await store().createUser(user, aChange());
      const same = aUser({ tenantId: newId('tnt'), username: user.username.toLowerCase() });
      expect(await store().createUser(same, aChange())).toBe('taken');
      const other = aUser();
      await store().createUser(other, aChange());
      expect(await store().updateUser({ ...other, username: user.username.toUpperCase() }, aChange())).toBe(
        'taken',
      );
      expect(await store().getUser(tenantId, other.id)).toEqual(other);
    });

    test('can be changed, also in the case of its name, and deleted', async () => {
      const user = aUser();
      await store().createUser(user, aChange());
      const changed = {
        ...user,
        username: user.username.toUpperCase(),
        disabledAt: now,
        passwordHash: 'new',
      };
      expect(await store().updateUser(changed, aChange())).toBe('created');
      expect(await store().getUser(tenantId, user.id)).toEqual(changed);
      expect(await store().deleteUser(newId('tnt'), user.id, aChange())).toBe(false);
      expect(await store().deleteUser(tenantId, user.id, aChange())).toBe(true);
      expect(await store().updateUser(changed, aChange())).toBe('missing');
      expect(await store().getUserByName(user.username)).toBeUndefined();
    });

    test('is listed page by page', async () => {
      const users = Array.from({ length: 5 }, () => aUser());
      for (const user of users) await store().createUser(user, aChange());
      expect(
        await idsByPages(
          (page) => store().listUsers(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(users.map(({ id }) => id));
    });

    test('is found by state and time of creation', async () => {
      const a = aUser({ createdAt: now });
      const b = aUser({ createdAt: now + 1, disabledAt: now + 5 });
      for (const user of [a, b]) await store().createUser(user, aChange());
      const list = async (filter: UserFilter) => (await store().listUsers(tenantId, filter, first)).rows;
      expect(await list({ state: 'active' })).toEqual([a]);
      expect(await list({ state: 'disabled' })).toEqual([b]);
      expect(await list({ createdFrom: now + 1 })).toEqual([b]);
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

    test('stays while a principal has it', async () => {
      const role = aRole();
      await store().createRole(role, aChange());
      const user = aUser({ roleId: role.id });
      await store().createUser(user, aChange());
      expect(await store().deleteRole(tenantId, role.id, aChange())).toBe('in_use');
      await store().deleteUser(tenantId, user.id, aChange());
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
