import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword, controlPlane, type ControlPlane } from '../../test/control-plane.ts';

let plane: ControlPlane;
beforeEach(async () => void (plane = await controlPlane()));
afterEach(() => plane[Symbol.asyncDispose]());

function create(
  username: string,
  email: string | null = null,
  roleId = 'rol_administrator',
  tenantId = plane.tenantId,
) {
  const draft = { username, displayName: '', email, roleId, password: adminPassword };
  return plane.users.create(plane.admin, tenantId, draft);
}

const addresses = () => plane.administratorsOf(plane.tenantId);

test('administrators are told at their address, else at a user name that is one, else not at all', async () => {
  expect(await addresses()).toEqual([]);
  await create('ada', 'ada@example.com');
  await create('bea@example.com');
  await create('cleo@example.com', 'cleo@elsewhere.example');
  await create('dora');
  expect(await addresses()).toEqual(['ada@example.com', 'bea@example.com', 'cleo@elsewhere.example']);
});

test('nobody is told twice', async () => {
  await create('ada', 'team@example.com');
  await create('bea', 'Team@Example.com');
  await create('team@example.com');
  expect(await addresses()).toEqual(['team@example.com']);
});

test('who is disabled, holds less than all four permissions for webhooks, or is of another tenant is not told', async () => {
  const { roles, admin, tenantId } = plane;
  const four = ['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:EDIT', 'WEBHOOKS:REMOVE'] as const;
  const full = await roles.create(admin, tenantId, { name: 'full', permissions: four });
  const less = await roles.create(admin, tenantId, { name: 'less', permissions: four.slice(1) });
  const other = await plane.tenants.create(admin, { name: 'other' });
  await create('full', 'full@example.com', full.id);
  await create('less', 'less@example.com', less.id);
  await create('auditor', 'auditor@example.com', 'rol_auditor');
  await create('other', 'other@example.com', 'rol_administrator', other.id);
  const { id } = await create('gone', 'gone@example.com');
  expect(await addresses()).toEqual(['full@example.com', 'gone@example.com']);
  await plane.users.update(admin, tenantId, id, { disabled: true });
  expect(await addresses()).toEqual(['full@example.com']);
  await roles.update(admin, tenantId, full.id, { permissions: four.slice(0, 3) });
  expect(await addresses()).toEqual([]);
  expect(await plane.administratorsOf(other.id)).toEqual(['other@example.com']);
});

test('a client is nobody to send a mail to', async () => {
  await plane.clients.create(plane.admin, plane.tenantId, {
    displayName: 'client@example.com',
    roleId: 'rol_administrator',
  });
  expect(await addresses()).toEqual([]);
});
