// Replays, and what each has left to do for which webhook.

export const replays = `
CREATE TABLE replays (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  webhook_id TEXT,
  plan TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'completed', 'cancelled')),
  state_at INTEGER NOT NULL,
  state_by TEXT,
  counted INTEGER NOT NULL,
  counted_exactly INTEGER NOT NULL,
  made INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  CHECK ((state IN ('paused', 'cancelled')) = (state_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX replays_of_tenant ON replays (tenant_id, created_at, id);
CREATE INDEX replays_over ON replays (state_at) WHERE state IN ('completed', 'cancelled');

CREATE TABLE replay_parts (
  replay_id TEXT NOT NULL REFERENCES replays (id) ON DELETE CASCADE,
  webhook_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  cursor_at INTEGER,
  cursor_id TEXT,
  steps INTEGER NOT NULL,
  counted INTEGER,
  made INTEGER NOT NULL,
  PRIMARY KEY (replay_id, webhook_id),
  CHECK ((cursor_at IS NULL) = (cursor_id IS NULL))
) STRICT, WITHOUT ROWID;
`;
