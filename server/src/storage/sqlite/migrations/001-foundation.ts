// The first schema of the SQLite database.
//
// Small rows that are looked up by their id live in WITHOUT ROWID tables (one B-tree instead of two). Events, attempts
// and last exchanges carry payloads and keep a rowid, whose leaves hold big rows better. No foreign key points at a
// tenant or a webhook from history: history outlives both.

import { latencyBoundsMs } from '../../../domain/statistics.ts';

const latencyColumns = Array.from(
  { length: latencyBoundsMs.length + 1 },
  (_, bucket) => `latency_${bucket} INTEGER NOT NULL DEFAULT 0`,
);

export const foundation = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tenants_name ON tenants (name) WHERE deleted_at IS NULL;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('user')),
  username TEXT NOT NULL,
  username_key TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role_id TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX users_of_tenant ON users (tenant_id, created_at, id);
CREATE INDEX users_of_role ON users (role_id);

CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_of_tenant ON api_keys (tenant_id, created_at, id);

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  dialect TEXT NOT NULL,
  wire_number INTEGER,
  wire_text TEXT,
  state TEXT NOT NULL,
  state_reason TEXT,
  state_since INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  definition TEXT NOT NULL,
  password TEXT,
  signing_keys TEXT NOT NULL,
  CHECK (wire_number IS NULL OR wire_text IS NULL),
  CHECK (CASE state
    WHEN 'active' THEN state_reason IS NULL AND state_since IS NULL
    WHEN 'paused' THEN state_reason IS NULL AND state_since IS NOT NULL
    WHEN 'disabled' THEN state_reason IN ('client', 'failing', 'expired', 'gone') AND state_since IS NOT NULL
    ELSE 0 END)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_of_tenant ON webhooks (tenant_id, created_at, id);
CREATE UNIQUE INDEX webhooks_wire_number ON webhooks (tenant_id, dialect, wire_number) WHERE wire_number IS NOT NULL;
CREATE UNIQUE INDEX webhooks_wire_text ON webhooks (tenant_id, dialect, wire_text) WHERE wire_text IS NOT NULL;

CREATE TABLE webhook_health (
  webhook_id TEXT PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
  health TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The last number given out under a name; rows are never removed, so that no number comes twice.
CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE event_types (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  type_group TEXT,
  schemas TEXT NOT NULL,
  examples TEXT NOT NULL,
  archived_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE routings (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  decision TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX routings_of_tenant ON routings (tenant_id, used_at);

-- \`data\` is the last column: what doesn't read it never touches its overflow pages.
CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  context TEXT NOT NULL,
  routing_id TEXT NOT NULL,
  deliveries INTEGER NOT NULL,
  publisher_source TEXT,
  publisher_id TEXT,
  body_hash TEXT,
  data BLOB NOT NULL,
  CHECK ((publisher_id IS NULL) = (publisher_source IS NULL) AND (publisher_id IS NULL) = (body_hash IS NULL))
) STRICT;
CREATE INDEX events_of_tenant ON events (tenant_id, accepted_at, id);
CREATE INDEX events_of_type ON events (tenant_id, type, accepted_at, id);
CREATE UNIQUE INDEX events_published ON events (tenant_id, publisher_source, publisher_id) WHERE publisher_id IS NOT NULL;

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES events (id),
  event_type TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  state TEXT NOT NULL,
  due_at INTEGER,
  settled_at INTEGER,
  reason TEXT,
  created_at INTEGER NOT NULL,
  redelivery_of TEXT,
  last_outcome TEXT CHECK (last_outcome IN ('success', 'failure', 'error')),
  last_status INTEGER,
  last_error TEXT,
  last_attempt_at INTEGER,
  CHECK ((state = 'scheduled') = (due_at IS NOT NULL)),
  CHECK ((state = 'scheduled') = (settled_at IS NULL)),
  CHECK (CASE state
    WHEN 'scheduled' THEN reason IS NULL
    WHEN 'delivered' THEN reason IS NULL AND attempts > 0
    WHEN 'exhausted' THEN reason IN ('attempts', 'age')
    WHEN 'cancelled' THEN reason IN ('person', 'webhook_deleted')
    WHEN 'skipped' THEN reason IN ('breaker_open', 'too_many_in_flight')
    ELSE 0 END)
) STRICT, WITHOUT ROWID;
-- The queue: only what waits is in it, so it stays as small as the backlog. \`created_at\` lets it answer for age too.
CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at, id, created_at) WHERE state = 'scheduled';
-- The same for people: without it, the few that wait would be looked for in all of a tenant's history.
CREATE INDEX deliveries_waiting ON deliveries (tenant_id, created_at, id) WHERE state = 'scheduled';
CREATE INDEX deliveries_of_event ON deliveries (event_id);
CREATE INDEX deliveries_of_tenant ON deliveries (tenant_id, created_at, id);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_of_type ON deliveries (tenant_id, event_type, created_at, id);
-- The exceptions that people look for. A delivery that goes well is in neither and pays nothing for them.
CREATE INDEX deliveries_given_up ON deliveries (tenant_id, state, created_at, id)
  WHERE state IN ('exhausted', 'cancelled', 'skipped');
CREATE INDEX deliveries_troubled ON deliveries (tenant_id, last_outcome, created_at, id)
  WHERE last_outcome IN ('failure', 'error');

CREATE TABLE attempts (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  delivery_id TEXT NOT NULL REFERENCES deliveries (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  started_at INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  retry_after_ms INTEGER,
  error TEXT,
  error_detail TEXT,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  request_headers TEXT NOT NULL,
  timing TEXT NOT NULL,
  response_status INTEGER,
  response_reason TEXT,
  response_headers TEXT,
  response_length INTEGER,
  response_sha256 TEXT,
  response_truncated INTEGER,
  response_body BLOB,
  CHECK (CASE outcome
    WHEN 'success' THEN status IS NOT NULL AND error IS NULL
    WHEN 'failure' THEN status IS NOT NULL AND error IS NULL
    WHEN 'error' THEN status IS NULL AND error IS NOT NULL
    ELSE 0 END)
) STRICT;
CREATE INDEX attempts_of_delivery ON attempts (delivery_id, number);

CREATE TABLE last_exchanges (
  webhook_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  outcome TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  attempt_number INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  response_body BLOB,
  request_body BLOB NOT NULL,
  PRIMARY KEY (webhook_id, event_type, outcome)
) STRICT;

CREATE TABLE statistics (
  webhook_id TEXT NOT NULL,
  minute INTEGER NOT NULL,
  event_type TEXT NOT NULL,
  successes INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  ${latencyColumns.join(',\n  ')},
  PRIMARY KEY (webhook_id, minute, event_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  tenant_id TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('answer', 'accepted')),
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant_id, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE audit (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  address TEXT,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_tenant ON audit (tenant_id, at, id);
CREATE INDEX audit_of_subject ON audit (tenant_id, subject_id, at, id);
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;

-- What a grown installation looks like, told to the planner once instead of measured again and again: rows, then rows
-- per value of the first column, of the first two, and so on. Without it a page of one event's deliveries would be
-- looked for in all of its tenant's.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('events', 'sqlite_autoindex_events_1', '1000000 1'),
  ('events', 'events_of_tenant', '1000000 100000 1 1'),
  ('events', 'events_of_type', '1000000 100000 10000 1 1'),
  ('deliveries', 'deliveries', '1000000 1'),
  ('deliveries', 'deliveries_due', '10000 100 1 1 1'),
  ('deliveries', 'deliveries_waiting', '10000 1000 1 1'),
  ('deliveries', 'deliveries_of_event', '1000000 2'),
  ('deliveries', 'deliveries_of_tenant', '1000000 100000 1 1'),
  ('deliveries', 'deliveries_of_webhook', '1000000 10000 1 1'),
  ('deliveries', 'deliveries_of_type', '1000000 100000 10000 1 1'),
  ('deliveries', 'deliveries_given_up', '1000 100 50 1 1'),
  ('deliveries', 'deliveries_troubled', '1000 100 50 1 1'),
  ('attempts', 'attempts_of_delivery', '1000000 1 1');
ANALYZE sqlite_schema;
`;
