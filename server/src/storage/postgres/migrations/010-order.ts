// Deliveries of one ordering key wait for each other: who comes last stands behind, and when the first has ended, by whatever
// statement, the next is due. Whoever adds one locks its webhook's row as nobody else does, and whoever ends one as everybody
// may who reads it; so an addition sees the ends before it, and an end the additions.

import { behindOthers } from '../../../domain/ordering.ts';

export const order = `
ALTER TABLE deliveries ADD COLUMN ordering_key TEXT COLLATE "C", ADD COLUMN position BIGINT;
CREATE INDEX deliveries_in_line ON deliveries_waiting (webhook_id, ordering_key, position) WHERE ordering_key IS NOT NULL;

CREATE FUNCTION place_in_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last BIGINT;
BEGIN
  PERFORM 1 FROM webhooks WHERE id = NEW.webhook_id FOR UPDATE;
  SELECT max(position) INTO last FROM deliveries_waiting
    WHERE webhook_id = NEW.webhook_id AND ordering_key = NEW.ordering_key;
  NEW.position := coalesce(last, 0) + 1;
  IF last IS NOT NULL THEN NEW.due_at := ${behindOthers}; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER place_in_line BEFORE INSERT ON deliveries_waiting FOR EACH ROW
  WHEN (NEW.ordering_key IS NOT NULL) EXECUTE FUNCTION place_in_line();

CREATE FUNCTION move_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM webhooks WHERE id = OLD.webhook_id FOR KEY SHARE;
  UPDATE deliveries_waiting SET due_at = created_at
    WHERE due_at = ${behindOthers} AND id = (
      SELECT id FROM deliveries_waiting
      WHERE webhook_id = OLD.webhook_id AND ordering_key = OLD.ordering_key AND position > OLD.position
      ORDER BY position LIMIT 1);
  RETURN NULL;
END $$;
CREATE TRIGGER move_up AFTER DELETE ON deliveries_waiting FOR EACH ROW
  WHEN (OLD.ordering_key IS NOT NULL AND OLD.due_at < ${behindOthers}) EXECUTE FUNCTION move_up();
`;
