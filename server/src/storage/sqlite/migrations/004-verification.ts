// Verification of webhooks: deliveries tell their purpose, end for new reasons, and those of events alone are the queue.
//
// A history can be huge, so nothing of it is written anew: what a CHECK allows besides, and which rows a partial index
// has where all of them qualify, are changes of the schema's text only (https://sqlite.org/lang_altertable.html#otheralter).

export const verification = `
ALTER TABLE deliveries ADD COLUMN purpose TEXT NOT NULL DEFAULT 'event';

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
  SET sql = replace(
    replace(sql, 'NOT NULL DEFAULT ''event''', 'NOT NULL DEFAULT ''event'' CHECK (purpose IN (''event'', ''verification'', ''test''))'),
    'reason IN (''person'', ''webhook_deleted'')',
    'reason IN (''person'', ''webhook_deleted'', ''superseded'', ''webhook_disabled'', ''target_changed'')')
  WHERE type = 'table' AND name = 'deliveries';
UPDATE sqlite_schema SET sql = sql || ' AND purpose = ''event'''
  WHERE type = 'index' AND name = 'deliveries_due';
PRAGMA writable_schema = RESET;

-- Express deliveries that wait: few, since each ends within a day.
CREATE INDEX deliveries_express ON deliveries (webhook_id, due_at, id) WHERE state = 'scheduled' AND purpose <> 'event';
-- A webhook by its number alone, whichever tenant's.
CREATE INDEX webhooks_number ON webhooks (dialect, wire_number) WHERE wire_number IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('deliveries', 'deliveries_express', '100 2 1 1');
ANALYZE sqlite_schema;
`;
