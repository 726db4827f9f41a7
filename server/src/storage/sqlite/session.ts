// One connection with its prepared statements, the shared queries on top of it, and what a transaction gathers on the way.

import type BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Schema } from '../schema.ts';
import { Gathered } from './gathered.ts';

export type Connection = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement;

export type Session = {
  readonly connection: Connection;
  readonly db: Kysely<Schema>;
  /** Prepares a statement once per connection. */
  readonly statement: (sql: string) => Statement;
  readonly gathered: Gathered;
  /** Routings known to be stored, and when an event last used them. Forgotten when a transaction is rolled back. */
  readonly routingsUsedAt: Map<string, number>;
  /** Where the search for what can be purged goes on. */
  purgedUpTo: { readonly tenantId: string; readonly at: number; readonly id: string } | null;
};

export function makeSession(connection: Connection): Session {
  const prepared = new Map<string, Statement>();
  return {
    connection,
    db: new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) }),
    statement(sql) {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        statement = connection.prepare(sql);
        prepared.set(sql, statement);
      }
      return statement;
    },
    gathered: new Gathered(),
    routingsUsedAt: new Map(),
    purgedUpTo: null,
  };
}
