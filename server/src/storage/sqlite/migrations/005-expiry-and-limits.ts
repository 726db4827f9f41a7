// Webhooks expire, and dialects limit how many there are; deliveries end for one reason more.

export const expiryAndLimits = `
ALTER TABLE webhooks ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN expires_at INTEGER;
-- SQLite lowers ASCII only; no dialect of the webhooks so far compares names.
UPDATE webhooks SET name_key = lower(json_extract(definition, '$.name'));
-- Where there are limits, a tenant's webhooks of the dialect are looked through.
CREATE INDEX webhooks_of_dialect ON webhooks (tenant_id, dialect, name_key);

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
  SET sql = replace(sql, 'reason IN (''attempts'', ''age'')', 'reason IN (''attempts'', ''age'', ''not_retried'')')
  WHERE type = 'table' AND name = 'deliveries';
PRAGMA writable_schema = RESET;
`;
