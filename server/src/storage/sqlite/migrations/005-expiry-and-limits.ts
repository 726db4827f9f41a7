// Webhooks expire, and dialects limit how many there are; deliveries end for one reason more.

export const expiryAndLimits = `
ALTER TABLE webhooks ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN expires_at INTEGER;
UPDATE webhooks SET name_key = lower(json_extract(definition, '$.name'));
-- Names are looked for, and webhooks counted, within a tenant and dialect.
CREATE INDEX webhooks_of_dialect ON webhooks (tenant_id, dialect, name_key);

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
  SET sql = replace(sql, 'reason IN (''attempts'', ''age'')', 'reason IN (''attempts'', ''age'', ''not_retried'')')
  WHERE type = 'table' AND name = 'deliveries';
PRAGMA writable_schema = RESET;
`;
