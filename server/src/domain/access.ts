// Who may do what: users, clients, roles of `ENTITY:ACTION` permissions, API keys, and the principals they become.

import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import { isMailAddress, mailAddressLengthMax } from './mail-address.ts';
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
  'PORTALLINKS',
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

export const administratorRoleId = 'rol_administrator';
export const superAdministratorRoleId = 'rol_super_administrator';

/** `rol_administrator` may do everything, `rol_super_administrator` all with webhooks; the others what their names say. */
export const builtInRoles: readonly BuiltInRole[] = [
  { id: administratorRoleId, name: 'Administrator', permissions: allPermissions },
  {
    id: 'rol_auditor',
    name: 'Auditor',
    permissions: allPermissions.filter((permission) => permission.endsWith(':VIEW')),
  },
  {
    id: superAdministratorRoleId,
    name: 'Super Administrator',
    permissions: actions.map((action) => `WEBHOOKS:${action}` as const),
  },
  { id: 'rol_publisher', name: 'Publisher', permissions: ['EVENTS:ADD'] },
];

/** A person who signs in. Usernames are unique per installation, ignoring case. */
export type User = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly kind: 'user';
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly roleId: string;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  readonly disabledAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** A program that gets access tokens for its client id and secret (RFC 6749 §4.4), and acts with its role. */
export type Client = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly kind: 'client';
  readonly displayName: string;
  /** What its owner sends beside the secret. Public, and unique per installation. */
  readonly clientId: string;
  /** SHA-256 of the secret in hex. */
  readonly secretHash: string;
  readonly roleId: string;
  readonly disabledAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** Who has a role in a tenant. */
export type RegisteredPrincipal = User | Client;

/** What is wrong with a username, in a sentence, or undefined. A colon would end it in HTTP Basic (RFC 7617 §2). */
export function usernameProblem(username: string): string | undefined {
  if (/^[^\p{C}\p{Z}:]{1,100}$/u.test(username)) return undefined;
  return 'A username has 1 to 100 characters, with no space, colon or control character';
}

/** What is wrong with an e-mail address, in a sentence, or undefined. */
export function emailProblem(email: string): string | undefined {
  if (isMailAddress(email)) return undefined;
  return `An e-mail address looks like ada@example.com and has at most ${mailAddressLengthMax} characters`;
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
  readonly kind: 'user' | 'client' | 'api-key' | 'portal-link' | 'system';
  readonly id: Id;
  readonly name: string;
  readonly tenantId: TenantId;
  readonly permissions: ReadonlySet<Permission>;
};

/** A principal with the address it calls from: what an audit entry tells. */
export type Caller = { readonly principal: Principal; readonly address: string | null };

/** What a call needs: a permission, or any one of several. */
export type Need = Permission | readonly Permission[];

export function may(principal: Pick<Principal, 'permissions'>, permission: Permission): boolean {
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

/**
 * What a person who looks after the tenants may do inside another one than their own, undefined for who may not enter.
 * Only who may edit tenants changes anything there; and what reaches beyond that tenant is only looked at.
 */
export function permissionsInside(own: ReadonlySet<Permission>): ReadonlySet<Permission> | undefined {
  if (!own.has('TENANTS:VIEW')) return undefined;
  const counts = own.has('TENANTS:EDIT') ? /^(?!TENANTS:|SYSTEM:)|:VIEW$/ : /:VIEW$/;
  return new Set([...own].filter((permission) => counts.test(permission)));
}

/** The administrator of the drop-in dialects holds all four webhook permissions. */
export function isWebhookAdministrator(principal: Pick<Principal, 'permissions'>): boolean {
  return actions.every((action) => may(principal, `WEBHOOKS:${action}`));
}
