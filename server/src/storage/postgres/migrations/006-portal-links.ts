// Portal links: who holds one works in a tenant for a short while.

const text = 'TEXT COLLATE "C"';

export const portalLinks = `
CREATE TABLE portal_links (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  permissions ${text} NOT NULL,
  hash ${text} NOT NULL UNIQUE,
  theme ${text} NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by ${text} NOT NULL
);
CREATE INDEX portal_links_of_tenant ON portal_links (tenant_id, created_at, id);
`;
