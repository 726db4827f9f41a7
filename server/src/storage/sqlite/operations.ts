// Every operation by its name, as SQLite runs it: the hot ones as prepared statements, the others as shared queries.

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
import { publish } from './publish.ts';
import { inOrder } from './in-order.ts';
import { purge, purgeTenants } from './purge.ts';
import { record, saveHealth } from './record.ts';
import type { Session } from './session.ts';
import { touch } from './touch.ts';

const ofSession = inSession<Session>();

export const writes: InSession<Writes> = {
  ...ofSession(sharedWrites),
  ...inOrder,
  publish,
  record,
  saveHealth,
  purge,
  purgeTenants,
  touch,
};

export const reads: InSession<Reads> = {
  ...ofSession(sharedLookUps),
  ...ofSession(sharedSearches),
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
