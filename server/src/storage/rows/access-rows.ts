// Tenants, users, roles and API keys as rows.

import type { ApiKey, Permission, Role, User } from '../../domain/access.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { ApiKeyRow, RoleRow, TenantRow, UserRow } from '../schema.ts';

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

export function userRow(user: User): UserRow {
  return {
    id: user.id,
    tenant_id: user.tenantId,
    kind: user.kind,
    username: user.username,
    username_key: usernameKey(user.username),
    display_name: user.displayName,
    role_id: user.roleId,
    password_hash: user.passwordHash,
    disabled_at: user.disabledAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    username: row.username,
    displayName: row.display_name,
    roleId: row.role_id,
    passwordHash: row.password_hash,
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
