// Pages of lists that had to look through much to find little: what went wrong at a webhook. A delivery that goes well is in
// neither index and pays nothing for them.

export const lists = `
CREATE INDEX deliveries_given_up_of_webhook ON deliveries (webhook_id, state, created_at, id)
  WHERE (state = 'exhausted' OR state = 'cancelled' OR state = 'skipped');
CREATE INDEX deliveries_troubled_of_webhook ON deliveries (webhook_id, last_outcome, created_at, id)
  WHERE last_outcome IN ('failure', 'error');

-- The condition of this one is written as queries ask since; both must be the same, word for word.
DROP INDEX deliveries_given_up;
CREATE INDEX deliveries_given_up ON deliveries (tenant_id, state, created_at, id)
  WHERE (state = 'exhausted' OR state = 'cancelled' OR state = 'skipped');

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('deliveries', 'deliveries_given_up', '1000 100 50 1 1'),
  ('deliveries', 'deliveries_given_up_of_webhook', '1000 10 5 1 1'),
  ('deliveries', 'deliveries_troubled_of_webhook', '1000 10 5 1 1');
ANALYZE sqlite_schema;
`;
