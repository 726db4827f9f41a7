// How a delivery's last attempt failed, as an expression that indexes and queries share word for word: the webhook, and
// the code of the error or the status of the answer. Released migrations have it too, so it never changes.

export const failureSql = `webhook_id || ' ' || coalesce(last_error, CAST(last_status AS TEXT))`;

/** Deliveries of events that failed at last and are still owed, or were given up and not delivered again since. */
export const openFailuresSql = `last_outcome IN ('failure', 'error') AND state IN ('scheduled', 'exhausted') AND purpose = 'event' AND redelivered = 0`;
