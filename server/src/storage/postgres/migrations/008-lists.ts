// Pages of lists that had to look through much to find little: what went wrong at a webhook, or of a type. A delivery that
// goes well is in none of these indexes and pays nothing for them.

const givenUp = `WHERE (state = 'exhausted' OR state = 'cancelled' OR state = 'skipped')`;
const troubled = `WHERE last_outcome IN ('failure', 'error')`;

export const lists = `
DROP INDEX deliveries_given_up;
CREATE INDEX deliveries_given_up ON deliveries_settled (tenant_id, state, created_at, id, event_type) ${givenUp};
CREATE INDEX deliveries_given_up_of_webhook ON deliveries_settled (webhook_id, state, created_at, id) ${givenUp};
DROP INDEX deliveries_troubled;
CREATE INDEX deliveries_troubled
  ON deliveries_settled (tenant_id, last_outcome, created_at, id, event_type, last_status) ${troubled};
CREATE INDEX deliveries_troubled_of_webhook
  ON deliveries_settled (webhook_id, last_outcome, created_at, id, last_status) ${troubled};
`;
