// Every role × every operation × own, foreign, missing and malformed id (specification §3, §4).

import { expect, test } from 'vitest';
import { actions, allPermissions, type Permission } from '../../domain/access.ts';
import { startEntrust, type EntrustServer } from '../../../test/entrust/entrust-server.ts';

const operations = [
  { name: 'create', permission: 'WEBHOOKS:ADD' },
  { name: 'list', permission: 'WEBHOOKS:VIEW' },
  { name: 'read', permission: 'WEBHOOKS:VIEW' },
  { name: 'update', permission: 'WEBHOOKS:EDIT' },
  { name: 'delete', permission: 'WEBHOOKS:REMOVE' },
  { name: 'test', permission: 'WEBHOOKS:EDIT' },
] as const;
type OperationName = (typeof operations)[number]['name'];

const missingId = '0b0cfe3d-3a7e-4b64-9a11-5a0d4d1f6a55';

let drawn = 0;
function ask(entrust: EntrustServer, operation: OperationName, id: string, token: string) {
  const parms = {
    name: `drawn ${++drawn}`,
    callbackUrl: 'https://hooks.example.net/x',
    events: ['user.deleted'],
  };
  switch (operation) {
    case 'create':
      return entrust.api('POST', '/webhooks', { ...parms, state: 'INACTIVE' }, token);
    case 'list':
      return entrust.api('GET', '/webhooks', undefined, token);
    case 'read':
      return entrust.api('GET', `/webhooks/${id}`, undefined, token);
    case 'update':
      return entrust.api('PUT', `/webhooks/${id}`, {}, token);
    case 'delete':
      return entrust.api('DELETE', `/webhooks/${id}`, undefined, token);
    case 'test':
      return entrust.api('POST', `/webhooks/test/${id}`, undefined, token);
  }
}

/** All 16 subsets of the four permissions: the built-in roles are two of them. */
const subsets = Array.from({ length: 16 }, (_, bits) =>
  actions.filter((_action, index) => (bits >> index) & 1).map((action) => `WEBHOOKS:${action}` as const),
);

test.each(subsets.map((permissions) => [permissions.join(' ') || 'none', permissions] as const))(
  'a role with %s may do just what it holds, and learns of no id otherwise',
  async (_, permissions) => {
    await using entrust = await startEntrust();
    const other = await entrust.tenant('other');
    const foreign = await entrust.create({}, other.key);
    const role = await entrust.access.roles.create(entrust.caller, entrust.tenantId, {
      name: 'custom',
      permissions,
    });
    const token = await entrust.tokenWith(role.id);
    for (const { name, permission } of operations) {
      const own = await entrust.create({ state: 'INACTIVE' });
      const statuses: Record<string, number> = {};
      const forbidden: unknown[] = [];
      const ids = { own: own.id, foreign: foreign.id, missing: missingId, malformed: 'test' };
      for (const [kind, id] of Object.entries(ids)) {
        const { status, body } = await ask(entrust, name, id as string, token);
        statuses[kind] = status;
        if (status === 403) forbidden.push(body);
      }
      for (const body of forbidden)
        expect(body).toMatchObject({ errorCode: 'forbidden', parameters: [{ permission }] });
      const named = name !== 'create' && name !== 'list';
      expect([name, statuses]).toEqual([
        name,
        !permissions.includes(permission)
          ? { own: 403, foreign: 403, missing: 403, malformed: 403 }
          : named
            ? { own: 200, foreign: 404, missing: 404, malformed: 400 }
            : { own: 200, foreign: 200, missing: 200, malformed: 200 },
      ]);
    }
  },
);

test.each([
  ['rol_super_administrator', [200, 200, 200, 200, 200, 200]],
  ['rol_administrator', [200, 200, 200, 200, 200, 200]],
  ['rol_auditor', [403, 200, 200, 403, 403, 403]],
  ['rol_publisher', [403, 403, 403, 403, 403, 403]],
])('the built-in %s gets %j', async (roleId, expected) => {
  await using entrust = await startEntrust();
  const token = await entrust.tokenWith(roleId);
  const statuses = [];
  for (const { name } of operations) {
    const own = await entrust.create({ state: 'INACTIVE' });
    statuses.push((await ask(entrust, name, own.id as string, token)).status);
  }
  expect(statuses).toEqual(expected);
});

test('a changed role counts from the next request on', async () => {
  await using entrust = await startEntrust();
  const { access, caller, tenantId } = entrust;
  const { id } = await access.roles.create(caller, tenantId, { name: 'custom', permissions: [] });
  const token = await entrust.tokenWith(id);
  const status = async () => (await entrust.api('GET', '/webhooks', undefined, token)).status;
  expect(await status()).toBe(403);
  await access.roles.update(caller, tenantId, id, { permissions: ['WEBHOOKS:VIEW'] });
  expect(await status()).toBe(200);
  await access.roles.update(caller, tenantId, id, { permissions: [] });
  expect(await status()).toBe(403);
});

test('permissions for other things are none for webhooks', async () => {
  await using entrust = await startEntrust();
  const others = allPermissions.filter((permission: Permission) => !permission.startsWith('WEBHOOKS:'));
  const token = await entrust.apiKey(others);
  const own = await entrust.create();
  for (const { name } of operations)
    expect([name, (await ask(entrust, name, own.id as string, token)).status]).toEqual([name, 403]);
});

test('what is wrong is told in order: path, token, permission, syntax, existence, fields, conflicts', async () => {
  await using entrust = await startEntrust();
  const auditor = await entrust.tokenWith('rol_auditor');
  const admin = await entrust.tokenWith('rol_super_administrator');
  const own = await entrust.create({ name: 'taken' });
  const { id } = await entrust.create();
  const put = (path: string, body: string | object, token: string) => entrust.api('PUT', path, body, token);
  const huge = 'x'.repeat(70_000);
  expect((await put(`/webhooks/nowhere/${id}`, 'no json', '')).status).toBe(404);
  expect((await entrust.api('PATCH', `/webhooks/${id}`, 'no json', '')).status).toBe(405);
  expect((await put('/webhooks/no-uuid', huge, '')).body.errorCode).toBe('unauthorized');
  expect((await put('/webhooks/no-uuid', huge, auditor)).body.errorCode).toBe('forbidden');
  expect((await put('/webhooks/no-uuid', 'no json', admin)).body.errorCode).toBe('invalid_id');
  expect((await put(`/webhooks/${missingId}`, 'no json', admin)).body.errorCode).toBe('invalid_json');
  expect((await put(`/webhooks/${missingId}`, { events: [] }, admin)).body.errorCode).toBe(
    'webhook_not_found',
  );
  const both = { name: 'taken', events: [] };
  expect((await put(`/webhooks/${id}`, both, admin)).body.errorCode).toBe('invalid_parameter');
  expect((await put(`/webhooks/${id}`, { name: 'TAKEN' }, admin)).body.errorCode).toBe('webhook_exists');
  expect((await put(`/webhooks/${own.id as string}`, { name: 'TAKEN' }, admin)).status).toBe(200);
});
