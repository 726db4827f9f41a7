// Tenants, users, clients, roles and API keys as rows.

import type { ApiKey, Client, Permission, RegisteredPrincipal, Role, User } from '../../domain/access.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { ApiKeyRow, PrincipalRow, RoleRow, TenantRow } from '../schema.ts';

export function tenantRow(tenant: Tenant): TenantRow {
  return {
    id: tenant.id,
    uuid: tenant.uuid,
    name: tenant.name,
    created_at: tenant.createdAt,
    updated_at: tenant.updatedAt,
    deleted_at: null,
  };
}

export function tenantOf(row: TenantRow): Tenant {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function principalRow(principal: RegisteredPrincipal): PrincipalRow {
  return {
    id: principal.id,
    tenant_id: principal.tenantId,
    kind: principal.kind,
    display_name: principal.displayName,
    role_id: principal.roleId,
    ...(principal.kind === 'user' ? userColumns(principal) : clientColumns(principal)),
    disabled_at: principal.disabledAt,
    created_at: principal.createdAt,
    updated_at: principal.updatedAt,
  };
}

type OfKind = 'username' | 'username_key' | 'email' | 'password_hash' | 'client_id' | 'secret_hash';

function userColumns({ username, email, passwordHash }: User): Pick<PrincipalRow, OfKind> {
  return {
    username,
    username_key: usernameKey(username),
    email,
    password_hash: passwordHash,
    client_id: null,
    secret_hash: null,
  };
}

function clientColumns({ clientId, secretHash }: Client): Pick<PrincipalRow, OfKind> {
  return {
    username: null,
    username_key: null,
    email: null,
    password_hash: null,
    client_id: clientId,
    secret_hash: secretHash,
  };
}

export function principalOf(row: PrincipalRow): RegisteredPrincipal {
  return row.kind === 'user' ? userOf(row) : clientOf(row);
}

export function userOf(row: PrincipalRow): User {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: 'user',
    username: row.username!,
    displayName: row.display_name,
    email: row.email,
    roleId: row.role_id,
    passwordHash: row.password_hash!,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function clientOf(row: PrincipalRow): Client {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: 'client',
    displayName: row.display_name,
    clientId: row.client_id!,
    secretHash: row.secret_hash!,
    roleId: row.role_id,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Usernames differ by more than case. Lower-cased here, since each database folds in a way of its own. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}

export function roleRow(role: Role): RoleRow {
  return {
    id: role.id,
    tenant_id: role.tenantId,
    name: role.name,
    permissions: JSON.stringify(role.permissions),
    created_at: role.createdAt,
    updated_at: role.updatedAt,
  };
}

export function roleOf(row: RoleRow): Role {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    permissions: JSON.parse(row.permissions) as Permission[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function apiKeyRow(key: ApiKey): ApiKeyRow {
  return {
    id: key.id,
    tenant_id: key.tenantId,
    name: key.name,
    permissions: JSON.stringify(key.permissions),
    hash: key.hash,
    prefix: key.prefix,
    expires_at: key.expiresAt,
    created_at: key.createdAt,
    created_by: key.createdBy,
  };
}

export function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    permissions: JSON.parse(row.permissions) as Permission[],
    hash: row.hash,
    prefix: row.prefix,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
