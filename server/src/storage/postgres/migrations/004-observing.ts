// What people look for when something is wrong: deliveries by the error of their last attempt, and those that failed and
// are still owed, by webhook and failure. A delivery that goes well is in neither index and pays nothing for them.

import { failureSql } from '../../queries/failure-sql.ts';

const ofError = '(tenant_id, last_error, created_at, id) WHERE last_error IS NOT NULL';
const ofFailure = `(tenant_id, (${failureSql}), last_attempt_at, state, created_at, event_type, id)
  WHERE last_outcome IN ('failure', 'error') AND state IN ('scheduled', 'exhausted') AND purpose = 'event'`;

export const observing = `
CREATE INDEX deliveries_waiting_of_error ON deliveries_waiting ${ofError};
CREATE INDEX deliveries_of_error ON deliveries_settled ${ofError};
CREATE INDEX deliveries_waiting_failures ON deliveries_waiting ${ofFailure};
CREATE INDEX deliveries_open_failures ON deliveries_settled ${ofFailure};
`;
