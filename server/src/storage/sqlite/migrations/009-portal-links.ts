// Portal links: who holds one works in a tenant for a short while.

export const portalLinks = `
CREATE TABLE portal_links (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  permissions TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  theme TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_links_of_tenant ON portal_links (tenant_id, created_at, id);
`;
