// The queries that both databases share, as operations of a database's own session.

import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

type Queries = Readonly<Record<string, (db: Kysely<Schema>, ...args: never[]) => unknown>>;

/** The same queries, each asked with a session first, in whose transaction it runs. */
export type InSession<Session, Of extends Queries> = {
  [Name in keyof Of]: (session: Session, ...args: ArgsOf<Of[Name]>) => ReturnType<Of[Name]>;
};

type ArgsOf<Query> = Query extends (db: Kysely<Schema>, ...args: infer Args) => unknown ? Args : never;

/** Makes operations of queries. */
export function inSession<Session extends { readonly db: Kysely<Schema> }>() {
  return <Of extends Queries>(queries: Of): InSession<Session, Of> => {
    const entries = Object.entries(queries).map(([name, query]) => [
      name,
      (session: Session, ...args: never[]) => query(session.db, ...args),
    ]);
    return Object.fromEntries(entries) as InSession<Session, Of>;
  };
}
