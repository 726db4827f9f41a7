// What was given up and then delivered again is nothing to look for any more: it leaves the index of open failures.

import { failureSql, openFailuresSql } from '../../queries/failure-sql.ts';

export const redelivered = `
ALTER TABLE deliveries ADD COLUMN redelivered INTEGER NOT NULL DEFAULT 0;
DROP INDEX deliveries_open_failures;
CREATE INDEX deliveries_open_failures
  ON deliveries (tenant_id, (${failureSql}), last_attempt_at, state, created_at, event_type, last_outcome, purpose,
    redelivered, id)
  WHERE ${openFailuresSql};
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('deliveries', 'deliveries_open_failures', '1000 100 20 1 1 1 1 1 1 1 1');
ANALYZE sqlite_schema;
`;
