// Deliveries of one ordering key wait for each other: who comes last stands behind, and when the first has ended, by whatever
// statement, the next is due. Who adds to the lines of a webhook holds them for itself, and who ends something of them holds them
// together with others who do; so an addition sees the ends before it, and an end the additions.

import { behindOthers } from '../../../domain/ordering.ts';

export const order = `
ALTER TABLE deliveries ADD COLUMN ordering_key TEXT COLLATE "C", ADD COLUMN position BIGINT;
CREATE INDEX deliveries_in_line ON deliveries_waiting (webhook_id, ordering_key, position) WHERE ordering_key IS NOT NULL;

-- They never begin anew: what ended lies below what waits, where nobody looks who looks from above.
CREATE SEQUENCE positions;

CREATE FUNCTION lines_of(webhook_id TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE
  AS $$ SELECT hashtextextended(webhook_id, 28) $$;

CREATE FUNCTION place_in_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(lines_of(NEW.webhook_id));
  PERFORM 1 FROM deliveries_waiting WHERE webhook_id = NEW.webhook_id AND ordering_key = NEW.ordering_key
    ORDER BY position DESC LIMIT 1;
  IF FOUND THEN NEW.due_at := ${behindOthers}; END IF;
  NEW.position := nextval('positions');
  RETURN NEW;
END $$;
CREATE TRIGGER place_in_line BEFORE INSERT ON deliveries_waiting FOR EACH ROW
  WHEN (NEW.ordering_key IS NOT NULL) EXECUTE FUNCTION place_in_line();

-- The next is due as the one before it was, so that no clock but the nodes' counts; of one that was cancelled before its time, now.
CREATE FUNCTION move_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(lines_of(OLD.webhook_id));
  UPDATE deliveries_waiting
    SET due_at = greatest(created_at, least(OLD.due_at, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint))
    WHERE due_at = ${behindOthers} AND id = (
      SELECT id FROM deliveries_waiting
      WHERE webhook_id = OLD.webhook_id AND ordering_key = OLD.ordering_key AND position > OLD.position
      ORDER BY position LIMIT 1);
  RETURN NULL;
END $$;
CREATE TRIGGER move_up AFTER DELETE ON deliveries_waiting FOR EACH ROW
  WHEN (OLD.ordering_key IS NOT NULL AND OLD.due_at < ${behindOthers}) EXECUTE FUNCTION move_up();
`;
