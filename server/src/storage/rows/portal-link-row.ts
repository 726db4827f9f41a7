// A portal link as a row.

import type { Permission } from '../../domain/access.ts';
import type { PortalLink, PortalTheme } from '../../domain/portal-link.ts';
import type { PortalLinkRow } from '../schema.ts';

export function portalLinkRow(link: PortalLink): PortalLinkRow {
  return {
    id: link.id,
    tenant_id: link.tenantId,
    permissions: JSON.stringify(link.permissions),
    hash: link.hash,
    theme: JSON.stringify(link.theme),
    expires_at: link.expiresAt,
    created_at: link.createdAt,
    created_by: link.createdBy,
  };
}

export function portalLinkOf(row: PortalLinkRow): PortalLink {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    permissions: JSON.parse(row.permissions) as Permission[],
    hash: row.hash,
    theme: JSON.parse(row.theme) as PortalTheme,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
