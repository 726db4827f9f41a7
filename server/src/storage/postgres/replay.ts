// Replays on PostgreSQL: what a step must keep others from changing, and how the searches are planned.

import type { Kysely } from 'kysely';
import { inSession } from '../in-session.ts';
import { countReplay, deliveriesToReplay, missedEvents, stepReplay as step } from '../queries/replays.ts';
import type { PartKey } from '../rows/replay-row.ts';
import type { Schema } from '../schema.ts';
import { keepEvents } from './owed.ts';
import { alongIndexes, setLocally, type Session } from './session.ts';

/** The replay keeps its state until the step is done, and neither its webhook nor an event of it is removed meanwhile. */
export async function stepReplay(
  session: Session,
  key: PartKey,
  ...rest: StepArguments
): Promise<Awaited<ReturnType<typeof step>>> {
  await session.query('SELECT 1 FROM replays WHERE id = $1 FOR UPDATE', [key.replayId]);
  // Before what keeps events, as in the deletion of a webhook, so that nobody waits in a circle.
  await session.query('SELECT 1 FROM webhooks WHERE id = $1 FOR KEY SHARE', [key.webhookId]);
  await keepEvents(session);
  return step(session.db, key, ...rest);
}

type StepArguments = Parameters<typeof step> extends [Kysely<Schema>, PartKey, ...infer Rest] ? Rest : never;

const found = inSession<Session>()({ countReplay, deliveriesToReplay, missedEvents });

/** Of the deliveries of an event each is looked for by the event, however many events the planner believes there are. */
export const replaySearches = {
  countReplay: following(found.countReplay),
  deliveriesToReplay: following(found.deliveriesToReplay),
  missedEvents: following(found.missedEvents),
};

function following<Args extends readonly unknown[], Answer>(
  search: (session: Session, ...args: Args) => Promise<Answer>,
): (session: Session, ...args: Args) => Promise<Answer> {
  return async (session, ...args) => {
    await setLocally(session, alongIndexes);
    return search(session, ...args);
  };
}
