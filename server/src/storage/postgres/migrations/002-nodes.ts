// Nodes that share the database: who they are, and which shard of the webhooks each owns (decision 16).
//
// Epochs come from one sequence, so that one tells its shard. The unique index on them makes a change of the owner wait
// for records that hold the old epoch, and lets a renewal pass them.

const text = 'TEXT COLLATE "C"';

export const nodes = `
CREATE TABLE nodes (
  id ${text} PRIMARY KEY,
  name ${text} NOT NULL,
  url ${text} NOT NULL,
  version ${text} NOT NULL,
  started_at BIGINT NOT NULL,
  heartbeat_at BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  leaving BOOLEAN NOT NULL
);

CREATE SEQUENCE shard_epochs;
CREATE TABLE shards (
  shard BIGINT PRIMARY KEY,
  epoch BIGINT NOT NULL DEFAULT nextval('shard_epochs') UNIQUE,
  owner ${text},
  leased_until BIGINT,
  CHECK ((owner IS NULL) = (leased_until IS NULL))
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
INSERT INTO shards (shard) SELECT generate_series(0, 63);

-- What more a change has to tell.
ALTER TABLE changes ADD COLUMN detail ${text};
`;
