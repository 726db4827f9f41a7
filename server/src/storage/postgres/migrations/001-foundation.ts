// The first schema of the PostgreSQL database: the same tables as SQLite's, laid out for many writers and a long history.
//
// What waits is in tables of its own that stay as small as the backlog. What is over lies in days: partitions by the
// time in the event's id, so that a look-up by that id touches one of them, and retention drops a day as a whole
// (decision 14). A default partition takes what belongs to no day. Texts compare by their bytes, as in SQLite.

import { latencyBoundsMs } from '../../../domain/statistics.ts';

const latencyColumns = Array.from(
  { length: latencyBoundsMs.length + 1 },
  (_, bucket) => `latency_${bucket} BIGINT NOT NULL DEFAULT 0`,
);

const text = 'TEXT COLLATE "C"';

/** Rows come and go by the thousand: dead ones are cleared away before they slow down the look for live ones. */
const churning = 'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0';

export const foundation = `
CREATE TABLE meta (key ${text} PRIMARY KEY, value ${text} NOT NULL);

CREATE TABLE tenants (
  id ${text} PRIMARY KEY,
  uuid ${text} NOT NULL UNIQUE,
  name ${text} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX tenants_name ON tenants (name) WHERE deleted_at IS NULL;

CREATE TABLE principals (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  kind ${text} NOT NULL,
  display_name ${text} NOT NULL,
  role_id ${text} NOT NULL,
  username ${text},
  username_key ${text} UNIQUE,
  email ${text},
  password_hash ${text},
  client_id ${text} UNIQUE,
  secret_hash ${text},
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CHECK ((username IS NULL) = (username_key IS NULL) AND (username IS NULL) = (password_hash IS NULL)),
  CHECK ((client_id IS NULL) = (secret_hash IS NULL)),
  CHECK (CASE kind
    WHEN 'user' THEN username IS NOT NULL AND client_id IS NULL
    WHEN 'client' THEN username IS NULL AND client_id IS NOT NULL AND email IS NULL
    ELSE FALSE END)
);
CREATE INDEX principals_of_tenant ON principals (tenant_id, created_at, id);
CREATE INDEX principals_of_role ON principals (role_id);

CREATE TABLE roles (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  name ${text} NOT NULL,
  permissions ${text} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (tenant_id, name)
);

CREATE TABLE api_keys (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  name ${text} NOT NULL,
  permissions ${text} NOT NULL,
  hash ${text} NOT NULL UNIQUE,
  prefix ${text} NOT NULL,
  expires_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by ${text} NOT NULL
);
CREATE INDEX api_keys_of_tenant ON api_keys (tenant_id, created_at, id);

CREATE TABLE webhook_policies (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  wire_number BIGINT NOT NULL UNIQUE,
  name ${text} NOT NULL UNIQUE,
  algorithm ${text} NOT NULL,
  audience ${text},
  expires_in_minutes BIGINT CHECK (expires_in_minutes >= 1),
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  keys ${text} NOT NULL
);
CREATE INDEX webhook_policies_of_tenant ON webhook_policies (tenant_id, created_at, id);

CREATE TABLE webhooks (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  dialect ${text} NOT NULL,
  wire_number BIGINT,
  wire_text ${text},
  state ${text} NOT NULL,
  state_reason ${text},
  state_since BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  definition ${text} NOT NULL,
  password ${text},
  signing_keys ${text} NOT NULL,
  name_key ${text} NOT NULL,
  expires_at BIGINT,
  policy_id ${text} REFERENCES webhook_policies (id),
  CHECK (wire_number IS NULL OR wire_text IS NULL),
  CHECK (CASE state
    WHEN 'active' THEN state_reason IS NULL AND state_since IS NULL
    WHEN 'paused' THEN state_reason IS NULL AND state_since IS NOT NULL
    WHEN 'disabled' THEN state_reason IN ('client', 'failing', 'expired', 'gone') AND state_since IS NOT NULL
    ELSE FALSE END)
);
CREATE INDEX webhooks_of_tenant ON webhooks (tenant_id, created_at, id);
CREATE INDEX webhooks_of_dialect ON webhooks (tenant_id, dialect, name_key);
CREATE INDEX webhooks_of_policy ON webhooks (policy_id) WHERE policy_id IS NOT NULL;
CREATE INDEX webhooks_number ON webhooks (dialect, wire_number) WHERE wire_number IS NOT NULL;
CREATE UNIQUE INDEX webhooks_wire_number ON webhooks (tenant_id, dialect, wire_number) WHERE wire_number IS NOT NULL;
CREATE UNIQUE INDEX webhooks_wire_text ON webhooks (tenant_id, dialect, wire_text) WHERE wire_text IS NOT NULL;

CREATE TABLE webhook_health (
  webhook_id ${text} PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
  health ${text} NOT NULL
) WITH (${churning});

-- The last number given out under a name; rows are never removed, so that no number comes twice.
CREATE TABLE sequences (name ${text} PRIMARY KEY, value BIGINT NOT NULL) WITH (${churning});

CREATE TABLE event_types (
  id ${text} NOT NULL,
  tenant_id ${text} NOT NULL,
  name ${text} NOT NULL,
  description ${text} NOT NULL,
  type_group ${text},
  schemas ${text} NOT NULL,
  examples ${text} NOT NULL,
  archived_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE routings (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  decided_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  decision ${text} NOT NULL
);
CREATE INDEX routings_of_tenant ON routings (tenant_id, used_at);

-- The days that have partitions of their own: each begins at its instant and lasts 24 hours.
CREATE TABLE history_days (starts_at BIGINT PRIMARY KEY);

CREATE TABLE events (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  type ${text} NOT NULL,
  occurred_at BIGINT NOT NULL,
  accepted_at BIGINT NOT NULL,
  context ${text} NOT NULL,
  routing_id ${text} NOT NULL,
  deliveries BIGINT NOT NULL,
  publisher_source ${text},
  publisher_id ${text},
  body_hash ${text},
  data BYTEA NOT NULL,
  CHECK ((publisher_id IS NULL) = (publisher_source IS NULL) AND (publisher_id IS NULL) = (body_hash IS NULL))
) PARTITION BY RANGE (id);
CREATE INDEX events_of_tenant ON events (tenant_id, accepted_at, id);
CREATE INDEX events_of_type ON events (tenant_id, type, accepted_at, id);
CREATE TABLE events_other PARTITION OF events DEFAULT;

-- Unique over all days, which no index of a partitioned table can be.
CREATE TABLE publisher_keys (
  tenant_id ${text} NOT NULL,
  source ${text} NOT NULL,
  id ${text} NOT NULL,
  event_id ${text} NOT NULL,
  body_hash ${text} NOT NULL,
  deliveries BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, source, id)
);
CREATE INDEX publisher_keys_of_event ON publisher_keys (event_id);

-- A delivery moves from what waits to its event's day by the change of its state.
CREATE TABLE deliveries (
  id ${text} NOT NULL,
  tenant_id ${text} NOT NULL,
  webhook_id ${text} NOT NULL,
  event_id ${text} NOT NULL,
  event_type ${text} NOT NULL,
  purpose ${text} NOT NULL DEFAULT 'event' CHECK (purpose IN ('event', 'verification', 'test')),
  attempts BIGINT NOT NULL CHECK (attempts >= 0),
  state ${text} NOT NULL,
  due_at BIGINT,
  settled_at BIGINT,
  reason ${text},
  created_at BIGINT NOT NULL,
  redelivery_of ${text},
  last_outcome ${text} CHECK (last_outcome IN ('success', 'failure', 'error')),
  last_status BIGINT,
  last_error ${text},
  last_attempt_at BIGINT,
  CHECK ((state = 'scheduled') = (due_at IS NOT NULL)),
  CHECK ((state = 'scheduled') = (settled_at IS NULL)),
  CHECK (CASE state
    WHEN 'scheduled' THEN reason IS NULL
    WHEN 'delivered' THEN reason IS NULL AND attempts > 0
    WHEN 'exhausted' THEN reason IN ('attempts', 'age', 'not_retried')
    WHEN 'cancelled' THEN reason IN ('person', 'webhook_deleted', 'superseded', 'webhook_disabled', 'target_changed')
    WHEN 'skipped' THEN reason IN ('breaker_open', 'too_many_in_flight')
    ELSE FALSE END)
) PARTITION BY LIST (state);

CREATE TABLE deliveries_waiting PARTITION OF deliveries FOR VALUES IN ('scheduled') WITH (${churning});
CREATE UNIQUE INDEX deliveries_waiting_id ON deliveries_waiting (id);
-- The queue of the lanes, and what goes out beside them.
CREATE INDEX deliveries_due ON deliveries_waiting (webhook_id, due_at, id) WHERE purpose = 'event';
CREATE INDEX deliveries_express ON deliveries_waiting (webhook_id, due_at, id) WHERE purpose <> 'event';
-- For people.
CREATE INDEX deliveries_waiting_of_tenant ON deliveries_waiting (tenant_id, created_at, id);
CREATE INDEX deliveries_waiting_of_webhook ON deliveries_waiting (webhook_id, created_at, id);
CREATE INDEX deliveries_waiting_of_event ON deliveries_waiting (event_id);

CREATE TABLE deliveries_settled PARTITION OF deliveries
  FOR VALUES IN ('delivered', 'exhausted', 'cancelled', 'skipped') PARTITION BY RANGE (event_id);
CREATE INDEX deliveries_settled_id ON deliveries_settled (id);
CREATE INDEX deliveries_of_event ON deliveries_settled (event_id);
-- What was settled when, for retention: rows come in that order, so that a few pages tell.
CREATE INDEX deliveries_settled_when ON deliveries_settled USING brin (settled_at);
CREATE INDEX deliveries_of_tenant ON deliveries_settled (tenant_id, created_at, id);
CREATE INDEX deliveries_of_webhook ON deliveries_settled (webhook_id, created_at, id);
CREATE INDEX deliveries_of_type ON deliveries_settled (tenant_id, event_type, created_at, id);
-- The exceptions that people look for. A delivery that goes well is in neither and pays nothing for them.
CREATE INDEX deliveries_given_up ON deliveries_settled (tenant_id, state, created_at, id)
  WHERE state IN ('exhausted', 'cancelled', 'skipped');
CREATE INDEX deliveries_troubled ON deliveries_settled (tenant_id, last_outcome, created_at, id)
  WHERE last_outcome IN ('failure', 'error');
CREATE TABLE deliveries_other PARTITION OF deliveries_settled DEFAULT;

CREATE SEQUENCE attempts_n;
CREATE TABLE attempts (
  n BIGINT NOT NULL DEFAULT nextval('attempts_n'),
  id ${text} NOT NULL,
  delivery_id ${text} NOT NULL,
  event_id ${text} NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  started_at BIGINT NOT NULL,
  duration_ms DOUBLE PRECISION NOT NULL,
  outcome ${text} NOT NULL,
  status BIGINT,
  retry_after_ms BIGINT,
  error ${text},
  error_detail ${text},
  method ${text} NOT NULL,
  url ${text} NOT NULL,
  request_headers ${text} NOT NULL,
  timing ${text} NOT NULL,
  response_status BIGINT,
  response_reason ${text},
  response_headers ${text},
  response_length BIGINT,
  response_sha256 ${text},
  response_truncated BIGINT,
  response_body BYTEA,
  CHECK (CASE outcome
    WHEN 'success' THEN status IS NOT NULL AND error IS NULL
    WHEN 'failure' THEN status IS NOT NULL AND error IS NULL
    WHEN 'error' THEN status IS NULL AND error IS NOT NULL
    ELSE FALSE END)
) PARTITION BY RANGE (event_id);
CREATE INDEX attempts_of_delivery ON attempts (delivery_id, number);
CREATE TABLE attempts_other PARTITION OF attempts DEFAULT;

CREATE TABLE last_exchanges (
  webhook_id ${text} NOT NULL,
  event_type ${text} NOT NULL,
  outcome ${text} NOT NULL,
  tenant_id ${text} NOT NULL,
  attempt_number BIGINT NOT NULL,
  attempt ${text} NOT NULL,
  response_body BYTEA,
  request_body BYTEA NOT NULL,
  PRIMARY KEY (webhook_id, event_type, outcome)
);

CREATE TABLE statistics (
  webhook_id ${text} NOT NULL,
  minute BIGINT NOT NULL,
  event_type ${text} NOT NULL,
  successes BIGINT NOT NULL DEFAULT 0,
  failures BIGINT NOT NULL DEFAULT 0,
  errors BIGINT NOT NULL DEFAULT 0,
  ${latencyColumns.join(',\n  ')},
  PRIMARY KEY (webhook_id, minute, event_type)
) PARTITION BY RANGE (minute);
CREATE TABLE statistics_other PARTITION OF statistics DEFAULT;

CREATE TABLE idempotency_keys (
  tenant_id ${text} NOT NULL,
  route ${text} NOT NULL,
  key ${text} NOT NULL,
  body_hash ${text} NOT NULL,
  expires_at BIGINT NOT NULL,
  kind ${text} NOT NULL CHECK (kind IN ('answer', 'accepted')),
  answer ${text} NOT NULL,
  PRIMARY KEY (tenant_id, route, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE audit (
  n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id ${text} NOT NULL,
  tenant_id ${text} NOT NULL,
  at BIGINT NOT NULL,
  actor_kind ${text} NOT NULL,
  actor_id ${text} NOT NULL,
  actor_name ${text} NOT NULL,
  address ${text},
  action ${text} NOT NULL,
  subject_kind ${text} NOT NULL,
  subject_id ${text} NOT NULL,
  before ${text} NOT NULL,
  after ${text} NOT NULL,
  hash ${text} NOT NULL
);
CREATE INDEX audit_of_tenant ON audit (tenant_id, at, id);
CREATE INDEX audit_of_subject ON audit (tenant_id, subject_id, at, id);
CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'audit entries are never changed or removed'; END $$;
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_refuses();

-- What other processes follow: written by whatever changes a row, in its transaction, and told to who listens.
CREATE TABLE changes (
  n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  kind ${text} NOT NULL,
  id ${text} NOT NULL,
  tenant_id ${text} NOT NULL
);
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE changed record;
  BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    INSERT INTO changes (kind, id, tenant_id)
      SELECT TG_ARGV[0], to_jsonb(changed) ->> 'id', coalesce(to_jsonb(changed) ->> 'tenant_id', to_jsonb(changed) ->> 'id');
    PERFORM pg_notify('posthorn_changes', '');
    RETURN NULL;
  END $$;
CREATE TRIGGER webhooks_told AFTER INSERT OR UPDATE OR DELETE ON webhooks
  FOR EACH ROW EXECUTE FUNCTION tell_change('webhook');
CREATE TRIGGER webhook_policies_told AFTER INSERT OR UPDATE OR DELETE ON webhook_policies
  FOR EACH ROW EXECUTE FUNCTION tell_change('policy');
CREATE TRIGGER tenants_told AFTER INSERT OR UPDATE OR DELETE ON tenants
  FOR EACH ROW EXECUTE FUNCTION tell_change('tenant');
`;
