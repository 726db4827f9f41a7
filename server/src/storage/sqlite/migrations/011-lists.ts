// Pages of lists that had to look through much to find little: what waits for a webhook, and what went wrong at one, or of a
// type. The columns at the end of an index are there to be compared without a look at the row.

const givenUp = `WHERE (state = 'exhausted' OR state = 'cancelled' OR state = 'skipped')`;
const troubled = `WHERE last_outcome IN ('failure', 'error')`;

export const lists = `
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (tenant_id, created_at, id, webhook_id) WHERE state = 'scheduled';
DROP INDEX deliveries_given_up;
CREATE INDEX deliveries_given_up ON deliveries (tenant_id, state, created_at, id, event_type) ${givenUp};
CREATE INDEX deliveries_given_up_of_webhook ON deliveries (webhook_id, state, created_at, id) ${givenUp};
DROP INDEX deliveries_troubled;
CREATE INDEX deliveries_troubled
  ON deliveries (tenant_id, last_outcome, created_at, id, event_type, last_status) ${troubled};
CREATE INDEX deliveries_troubled_of_webhook
  ON deliveries (webhook_id, last_outcome, created_at, id, last_status) ${troubled};

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('deliveries', 'deliveries_waiting', '10000 1000 1 1 1'),
  ('deliveries', 'deliveries_given_up', '1000 100 50 1 1 1'),
  ('deliveries', 'deliveries_given_up_of_webhook', '1000 10 5 1 1'),
  ('deliveries', 'deliveries_troubled', '1000 100 50 1 1 1 1'),
  ('deliveries', 'deliveries_troubled_of_webhook', '1000 10 5 1 1 1');
ANALYZE sqlite_schema;
`;
