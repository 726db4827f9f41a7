// Who may do what: principals, roles of `ENTITY:ACTION` permissions, API keys.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import { operatorTenantName, type Tenant, type TenantId } from './tenant.ts';

export const entities = [
  'WEBHOOKS',
  'EVENTS',
  'EVENTTYPES',
  'DELIVERIES',
  'TENANTS',
  'PRINCIPALS',
  'ROLES',
  'APIKEYS',
  'AUDIT',
  'SYSTEM',
] as const;
export const actions = ['VIEW', 'ADD', 'EDIT', 'REMOVE'] as const;

type Entity = (typeof entities)[number];
type Action = (typeof actions)[number];
export type Permission = `${Entity}:${Action}`;

export const allPermissions: readonly Permission[] = entities.flatMap((entity) =>
  actions.map((action) => `${entity}:${action}` as const),
);

export function isPermission(text: string): text is Permission {
  return (allPermissions as readonly string[]).includes(text);
}

/** A named set of permissions. Built-in roles belong to every tenant and can't be changed. */
export type Role = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

export type BuiltInRole = {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
};

/** `rol_administrator` may do everything; the others what their names say. */
export const builtInRoles: readonly BuiltInRole[] = [
  { id: 'rol_administrator', name: 'Administrator', permissions: allPermissions },
  {
    id: 'rol_auditor',
    name: 'Auditor',
    permissions: allPermissions.filter((permission) => permission.endsWith(':VIEW')),
  },
  { id: 'rol_publisher', name: 'Publisher', permissions: ['EVENTS:ADD'] },
];

/** A person who signs in. Usernames are unique per installation, ignoring case. Later dialects add kinds of their own. */
export type User = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly kind: 'user';
  readonly username: string;
  readonly displayName: string;
  readonly roleId: string;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  readonly disabledAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** What is wrong with a username, in a sentence, or undefined. A colon would end it in HTTP Basic (RFC 7617 §2). */
export function usernameProblem(username: string): string | undefined {
  if (/^[^\p{C}\p{Z}:]{1,100}$/u.test(username)) return undefined;
  return 'A username has 1 to 100 characters, with no space, colon or control character';
}

/** A key that a program sends as `Authorization: Bearer`. Only a hash and a beginning to recognise it by are kept. */
export type ApiKey = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** SHA-256 of the key in hex. */
  readonly hash: string;
  readonly prefix: string;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
};

/** Who is calling: what every feature is told about the caller. */
export type Principal = {
  readonly kind: 'user' | 'api-key' | 'system';
  readonly id: Id;
  readonly name: string;
  readonly tenantId: TenantId;
  readonly permissions: ReadonlySet<Permission>;
};

/** A principal with the address it calls from: what an audit entry tells. */
export type Caller = { readonly principal: Principal; readonly address: string | null };

export function may(principal: Principal, permission: Permission): boolean {
  return principal.permissions.has(permission);
}

/**
 * What a grant is worth in a tenant: tenants and the system reach beyond any one tenant, so that permissions for them
 * count only in the operator's own.
 */
export function permissionsIn(
  tenant: Pick<Tenant, 'name'>,
  granted: readonly Permission[],
): ReadonlySet<Permission> {
  const everywhere = tenant.name === operatorTenantName;
  return new Set(granted.filter((permission) => everywhere || !/^(TENANTS|SYSTEM):/.test(permission)));
}

/** The administrator of the drop-in dialects holds all four webhook permissions. */
export function isWebhookAdministrator(principal: Principal): boolean {
  return actions.every((action) => may(principal, `WEBHOOKS:${action}`));
}
