// Pages of lists that had to look through much to find little: what went wrong at a webhook. A delivery that goes well is in
// neither index and pays nothing for them.

export const lists = `
CREATE INDEX deliveries_given_up_of_webhook ON deliveries_settled (webhook_id, state, created_at, id)
  WHERE state IN ('exhausted', 'cancelled', 'skipped');
CREATE INDEX deliveries_troubled_of_webhook ON deliveries_settled (webhook_id, last_outcome, created_at, id)
  WHERE last_outcome IN ('failure', 'error');
`;
