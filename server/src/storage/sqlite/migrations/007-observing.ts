// What people look for when something is wrong: deliveries by the error of their last attempt, and those that failed and
// are still owed, by webhook and failure. A delivery that goes well is in neither index and pays nothing for them.

import { failureSql } from '../../queries/failure-sql.ts';

export const observing = `
CREATE INDEX deliveries_of_error ON deliveries (tenant_id, last_error, created_at, id) WHERE last_error IS NOT NULL;
CREATE INDEX deliveries_open_failures
  ON deliveries (tenant_id, (${failureSql}), last_attempt_at, state, created_at, event_type, last_outcome, purpose, id)
  WHERE last_outcome IN ('failure', 'error') AND state IN ('scheduled', 'exhausted') AND purpose = 'event';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('deliveries', 'deliveries_of_error', '1000 100 50 1 1'),
  ('deliveries', 'deliveries_open_failures', '1000 100 20 1 1 1 1 1 1 1');
ANALYZE sqlite_schema;
`;
