// Replays, and what each has left to do for which webhook.

const text = 'TEXT COLLATE "C"';

export const replays = `
CREATE TABLE replays (
  id ${text} PRIMARY KEY,
  tenant_id ${text} NOT NULL,
  webhook_id ${text},
  plan ${text} NOT NULL,
  state ${text} NOT NULL CHECK (state IN ('running', 'paused', 'completed', 'cancelled')),
  state_at BIGINT NOT NULL,
  state_by ${text},
  counted BIGINT NOT NULL,
  counted_exactly BIGINT NOT NULL,
  made BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by ${text} NOT NULL,
  CHECK ((state IN ('paused', 'cancelled')) = (state_by IS NOT NULL))
);
CREATE INDEX replays_of_tenant ON replays (tenant_id, created_at, id);
CREATE INDEX replays_over ON replays (state_at) WHERE state IN ('completed', 'cancelled');

CREATE TABLE replay_parts (
  replay_id ${text} NOT NULL REFERENCES replays (id) ON DELETE CASCADE,
  webhook_id ${text} NOT NULL,
  tenant_id ${text} NOT NULL,
  cursor_at BIGINT,
  cursor_id ${text},
  steps BIGINT NOT NULL,
  counted BIGINT,
  made BIGINT NOT NULL,
  PRIMARY KEY (replay_id, webhook_id),
  CHECK ((cursor_at IS NULL) = (cursor_id IS NULL))
);
`;
