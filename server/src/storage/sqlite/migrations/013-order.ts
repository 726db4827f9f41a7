// Deliveries of one ordering key wait for each other.

export const order = `
ALTER TABLE deliveries ADD COLUMN ordering_key TEXT;
ALTER TABLE deliveries ADD COLUMN position INTEGER;
CREATE INDEX deliveries_in_line ON deliveries (webhook_id, ordering_key, position)
  WHERE state = 'scheduled' AND ordering_key IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('deliveries', 'deliveries_in_line', '10000 1000 10 1');
ANALYZE sqlite_schema;
`;
