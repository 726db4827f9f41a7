// Every operation by its name, as PostgreSQL runs it, and which connections it uses.

import type { Reads, Writes } from '../executor.ts';
import { inSession } from '../in-session.ts';
import { sharedLookUps, sharedSearches, sharedWrites } from '../queries/operations.ts';
import {
  backlog,
  loadDue,
  loadEvent,
  loadHealth,
  unrecordedAttempts,
  waitingExpress,
  waitingWebhooks,
} from './due.ts';
import { getDelivery, listAttempts } from './delivery.ts';
import { endedInBulk } from './in-line.ts';
import { owedAgain } from './owed.ts';
import { purge, purgeTenants } from './purge.ts';
import { replaySearches, stepReplay } from './replay.ts';
import type { Session } from './session.ts';

const ofSession = inSession<Session>();

/** A write that means nothing, to find out whether the database can. */
export async function touch({ query }: Session): Promise<void> {
  await query(
    `INSERT INTO meta (key, value) VALUES ('touched', clock_timestamp()::text)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
}

/** Changes of the control plane take turns, over all nodes: each sees what the one before it did, audit log included. */
export const changes = { ...ofSession(sharedWrites), ...owedAgain };

/** Steps of several statements beside the control plane: each is a transaction. */
export const steps = { ...endedInBulk, stepReplay };

/** Steps of the chores, with transactions of their own. */
export const cleaning = { purge, purgeTenants };

/** What the lanes wait for. */
export const loads = { loadDue, loadEvent, loadHealth, waitingWebhooks, waitingExpress, unrecordedAttempts };

export const lookUps = { ...ofSession(sharedLookUps), getDelivery, listAttempts };

/** What may read many rows, and what has to be of one moment. */
export const searches = { ...ofSession(sharedSearches), ...replaySearches, backlog };

/** Look-ups of several statements, which must see one moment; the others are of one. */
export const severalStatements: ReadonlySet<string> = new Set(['getEvent', 'getDelivery', 'listAttempts']);

export type InSession<Operations> = {
  [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => infer Result
    ? (session: Session, ...args: Args) => Result | Promise<Awaited<Result>>
    : never;
};

// Held against the executor's lists: every operation is here.
({ ...changes, ...steps, ...cleaning, touch }) satisfies Omit<
  InSession<Writes>,
  'publish' | 'record' | 'saveHealth'
>;
({ ...lookUps, ...searches, ...loads }) satisfies InSession<Reads>;
