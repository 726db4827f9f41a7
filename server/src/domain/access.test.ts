// Who may do what.

import { expect, test } from 'vitest';
import {
  actions,
  allPermissions,
  builtInRoles,
  emailProblem,
  entities,
  isPermission,
  isWebhookAdministrator,
  may,
  permissionsIn,
  permissionsInside,
  type Permission,
  type Principal,
} from './access.ts';

function principal(...permissions: Permission[]): Principal {
  return { kind: 'user', id: 'usr_1', name: 'a', tenantId: 'tnt_1', permissions: new Set(permissions) };
}

test('a permission is an entity and an action, and nothing else is one', () => {
  expect(allPermissions).toHaveLength(entities.length * actions.length);
  expect(new Set(allPermissions).size).toBe(allPermissions.length);
  expect(allPermissions.every(isPermission)).toBe(true);
  for (const text of [
    '',
    ':',
    'WEBHOOKS',
    'WEBHOOKS:',
    ':VIEW',
    'webhooks:view',
    'WEBHOOKS:*',
    '*',
    ' WEBHOOKS:VIEW',
    '__proto__',
  ]) {
    expect(isPermission(text)).toBe(false);
  }
});

test('AUT-02: one permission allows one thing', () => {
  for (const held of allPermissions) {
    expect(allPermissions.filter((permission) => may(principal(held), permission))).toEqual([held]);
  }
});

test('AUT-02: what reaches beyond one tenant counts only in the tenant of the operator', () => {
  expect([...permissionsIn({ name: 'default' }, allPermissions)]).toEqual(allPermissions);
  const elsewhere = [...permissionsIn({ name: 'customer' }, allPermissions)];
  expect(elsewhere).toEqual(allPermissions.filter((permission) => !/^(TENANTS|SYSTEM):/.test(permission)));
  expect(elsewhere).toHaveLength(allPermissions.length - 2 * actions.length);
  expect([...permissionsIn({ name: 'default' }, ['EVENTS:ADD'])]).toEqual(['EVENTS:ADD']);
});

test('the administrator of the drop-in dialects holds all four webhook permissions', () => {
  const four: Permission[] = ['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:EDIT', 'WEBHOOKS:REMOVE'];
  expect(isWebhookAdministrator(principal(...four))).toBe(true);
  for (const missing of four) {
    const others = allPermissions.filter((permission) => permission !== missing);
    expect(isWebhookAdministrator(principal(...others))).toBe(false);
  }
});

test('built-in roles do what their names say', () => {
  const [administrator, auditor, superAdministrator, publisher] = builtInRoles;
  expect(new Set(administrator!.permissions)).toEqual(new Set(allPermissions));
  expect(auditor!.permissions).toHaveLength(entities.length);
  expect(auditor!.permissions.every((permission) => permission.endsWith(':VIEW'))).toBe(true);
  expect(publisher!.permissions).toEqual(['EVENTS:ADD']);
  expect(isWebhookAdministrator({ permissions: new Set(superAdministrator!.permissions) })).toBe(true);
  expect(superAdministrator!.permissions).toHaveLength(actions.length);
  expect(new Set(builtInRoles.map((role) => role.id)).size).toBe(builtInRoles.length);
});

test.each([
  'ada@example.com',
  "o'hara+hooks@mail.example.co.uk",
  'a@b',
  'root@localhost',
  'ädä@example.com',
  `${'x'.repeat(64)}@example.com`,
])('%j is an e-mail address', (address) => expect(emailProblem(address)).toBeUndefined());

test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@@example.com',
  'ada@example..com',
  'ada@-example.com',
  'a b@example.com',
  'Ada <ada@example.com>',
  'ada@example.com, bea@example.com',
  'ada@example.com\n',
  'ada@example.com\r\nBcc: eve@example.com',
  `${'x'.repeat(65)}@example.com`,
  `ada@${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.example.com`,
])('%j is no e-mail address', (address) => expect(emailProblem(address)).toMatch(/ada@example\.com/));

test('who looks after the tenants may do inside another what they may at home, but only view what reaches beyond it', () => {
  const inside = permissionsInside(new Set(allPermissions))!;
  const beyond = allPermissions.filter((permission) => /^(TENANTS|SYSTEM):/.test(permission));
  expect([...inside].filter((permission) => beyond.includes(permission))).toEqual([
    'TENANTS:VIEW',
    'SYSTEM:VIEW',
  ]);
  expect(inside.size).toBe(allPermissions.length - beyond.length + 2);
});

test('inside another tenant who may not edit tenants only views, and who may not view them does not get in', () => {
  const viewer = new Set<Permission>(['TENANTS:VIEW', 'WEBHOOKS:EDIT', 'WEBHOOKS:VIEW', 'PRINCIPALS:ADD']);
  expect(permissionsInside(viewer)).toEqual(new Set(['TENANTS:VIEW', 'WEBHOOKS:VIEW']));
  expect(permissionsInside(new Set(['TENANTS:EDIT', 'WEBHOOKS:VIEW']))).toBeUndefined();
  expect(permissionsInside(new Set())).toBeUndefined();
});
