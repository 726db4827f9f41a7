// Every operation by its name, as SQLite runs it: the hot ones as prepared statements, the others as shared queries.

import type { Kysely } from 'kysely';
import type { Reads, Writes } from '../executor.ts';
import { sharedLookUps, sharedSearches, sharedWrites } from '../queries/operations.ts';
import type { Schema } from '../schema.ts';
import {
  backlog,
  loadDue,
  loadEvent,
  loadHealth,
  unrecordedAttempts,
  waitingExpress,
  waitingWebhooks,
} from './due.ts';
import { publish } from './publish.ts';
import { purge, purgeTenants } from './purge.ts';
import { record, saveHealth } from './record.ts';
import type { Session } from './session.ts';
import { touch } from './touch.ts';

export const writes: InSession<Writes> = {
  ...inSession(sharedWrites),
  publish,
  record,
  saveHealth,
  purge,
  purgeTenants,
  touch,
};

export const reads: InSession<Reads> = {
  ...inSession(sharedLookUps),
  ...inSession(sharedSearches),
  loadDue,
  loadEvent,
  loadHealth,
  waitingWebhooks,
  waitingExpress,
  unrecordedAttempts,
  backlog,
};

/** Reads that people wait for, not requests or lanes: they may take their time, apart from the others. */
export const patientSearches: ReadonlySet<string> = new Set([...Object.keys(sharedSearches), 'backlog']);

type InSession<Operations> = {
  [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => infer Result
    ? (session: Session, ...args: Args) => Result
    : never;
};

function inSession<Queries extends Record<string, (db: Kysely<Schema>, ...args: never[]) => unknown>>(
  queries: Queries,
): {
  [Name in keyof Queries]: (session: Session, ...args: ArgsOf<Queries[Name]>) => ReturnType<Queries[Name]>;
} {
  const entries = Object.entries(queries).map(([name, query]) => [
    name,
    (session: Session, ...args: never[]) => query(session.db, ...args),
  ]);
  return Object.fromEntries(entries) as ReturnType<typeof inSession<Queries>>;
}

type ArgsOf<Query> = Query extends (db: Kysely<Schema>, ...args: infer Args) => unknown ? Args : never;
