// What was given up and then delivered again is nothing to look for any more: it leaves the indexes of open failures.

import { failureSql, openFailuresSql } from '../../queries/failure-sql.ts';

const ofFailure = `(tenant_id, (${failureSql}), last_attempt_at, state, created_at, event_type, id)
  WHERE ${openFailuresSql}`;

export const redelivered = `
ALTER TABLE deliveries ADD COLUMN redelivered SMALLINT NOT NULL DEFAULT 0;
DROP INDEX deliveries_waiting_failures, deliveries_open_failures;
CREATE INDEX deliveries_waiting_failures ON deliveries_waiting ${ofFailure};
CREATE INDEX deliveries_open_failures ON deliveries_settled ${ofFailure};
`;
