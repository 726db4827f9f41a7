// One connection to PostgreSQL: how statements are run on it, and what is made sure of when it opens.

import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import {
  type ClientBase,
  type CustomTypesConfig,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
  types as driverTypes,
} from 'pg';
import type { Schema } from '../schema.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { storable } from './arrays.ts';
import { ask } from './ask.ts';
import { ConnectionLost, isLost, isOverBefore } from './failure.ts';

export type Session = {
  readonly db: Kysely<Schema>;
  /**
   * Whether a pooler such as PgBouncer stands between, so that the next transaction may run on another connection of
   * the server: then settings are made in each transaction and statements are not prepared.
   */
  readonly pooled: boolean;
  /** Settings for transactions on a connection that keeps none. */
  readonly settings: Settings;
  readonly query: <Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    withinMs?: number,
  ) => Promise<QueryResult<Row>>;
  /** Prepared once per connection, under its name. Rejects with `ConnectionLost` when no answer comes within the time. */
  readonly prepared: <Row extends QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
    withinMs?: number,
  ) => Promise<Row[]>;
};

/** What of the server's configuration holds in a session. */
export type Settings = Readonly<Record<string, string>>;

/**
 * For statements on tables whose size changes by the minute, with parameters of which the planner knows nothing: it is
 * told to follow the indexes, whatever it believes of the sizes.
 */
export const alongIndexes: Settings = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/** Planned once besides, whatever the parameters. */
export const hot: Settings = { ...alongIndexes, plan_cache_mode: 'force_generic_plan' };

/**
 * For pages of a list, whose order an index has: to plan a question over the days of a history takes longer than to answer
 * it, so that each is planned once; and as a plan made for any limit expects a page to be long, it is told not to sort.
 */
export const pages: Settings = {
  plan_cache_mode: 'force_generic_plan',
  enable_sort: 'off',
  enable_bitmapscan: 'off',
  enable_seqscan: 'off',
};

const oldestVersion = 140_000;

const int8: number = driverTypes.builtins.INT8;
/** Whole numbers up to 2^53 are numbers here; all that is stored is smaller. */
export const types: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : driverTypes.getTypeParser(oid, format)) as never,
};

/**
 * Refuses a server that can't keep what it commits, then makes the session's settings and reads back that a commit
 * waits for the disk. A stronger setting of the operator's (`remote_apply`) is left alone. Each answer is waited for up to
 * `withinMs` milliseconds.
 */
export async function prepareSession(
  client: ClientBase,
  settings: Settings,
  withinMs: number,
): Promise<{ pooled: boolean }> {
  const look = async (): Promise<Server> => {
    const { rows } = await ask<Server>(client, { text: aboutServer }, withinMs);
    return rows[0]!;
  };
  const server = await look();
  refuseServer(server);
  const pooled = server.pid !== (client as { processID?: number }).processID;
  if (pooled) return { pooled };
  const [text, values] = setting(durableSettings(server, settings), false);
  await ask(client, { text, values }, withinMs);
  if (!waitsForDisk(await look())) {
    throw new StoreRefusal(
      'not_durable',
      'The PostgreSQL server does not let synchronous_commit be set to on',
    );
  }
  return { pooled };
}

type Server = {
  readonly pid: number;
  readonly version: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly encoding: string;
};

const aboutServer = `SELECT pg_backend_pid() AS pid, current_setting('server_version_num')::int AS version,
  current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
  current_setting('synchronous_commit') AS synchronous_commit, current_setting('server_encoding') AS encoding`;

function refuseServer({ version, encoding, ...server }: Server): void {
  if (version < oldestVersion) {
    throw new StoreRefusal(
      'failed',
      `PostgreSQL ${Math.floor(version / 10_000)} is too old: 14 is the oldest`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new StoreRefusal('failed', `The database has the encoding ${encoding}, but must have UTF8`);
  }
  for (const name of ['fsync', 'full_page_writes'] as const) {
    if (server[name] === 'on') continue;
    throw new StoreRefusal(
      'not_durable',
      `The PostgreSQL server runs with ${name}=${server[name]}, so that a power cut loses what it committed: set it to on`,
    );
  }
}

function durableSettings(server: Server, settings: Settings): Settings {
  return waitsForDisk(server) ? settings : { ...settings, synchronous_commit: 'on' };
}

function waitsForDisk({ synchronous_commit }: Server): boolean {
  return synchronous_commit === 'on' || synchronous_commit === 'remote_apply';
}

/** Answers are waited for up to `withinMs` milliseconds, unless a statement says otherwise. */
export function makeSession(
  client: ClientBase,
  pooled: boolean,
  settings: Settings,
  withinMs: number,
): Session {
  const asked = <Row extends QueryResultRow>(
    query: QueryConfig,
    within = withinMs,
  ): Promise<QueryResult<Row>> => ask(client, query, within);
  const query: Session['query'] = (text, values = [], within) =>
    asked({ text, values: values.map(storable) }, within);
  const keepsPlans = !pooled && settings['plan_cache_mode'] !== undefined;
  return {
    db: kyselyOn((text, values) =>
      keepsPlans ? asked({ name: nameOf(text), text, values: values.map(storable) }) : query(text, values),
    ),
    pooled,
    settings,
    query,
    async prepared(name, text, values, within) {
      const named = pooled ? {} : { name };
      const { rows } = await asked({ ...named, text, values: values as unknown[] }, within);
      return rows as never;
    },
  };
}

/** Under which a statement is prepared: PostgreSQL takes 63 bytes. */
function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The shared queries on this one connection. */
function kyselyOn(query: (text: string, values: readonly unknown[]) => Promise<QueryResult>): Kysely<Schema> {
  const client = {
    query,
    release: () => {},
  };
  return new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => client as unknown as PostgresPoolClient,
        end: async () => {},
        options: {},
      },
    }),
  });
}

/** Runs one statement that is a transaction by itself. */
export function durably<Result>(session: Session, act: () => Promise<Result>): Promise<Result> {
  return session.pooled ? inTransaction(session, act) : act();
}

/** The transaction may have been committed, or not. */
export class CommitUnknown extends ConnectionLost {
  override name = 'CommitUnknown';
}

/** Rejects with what `act` rejected with, after a rollback; when the commit gets no answer, with `CommitUnknown`. */
export async function inTransaction<Result>(
  session: Session,
  act: () => Promise<Result>,
  begin = 'BEGIN',
): Promise<Result> {
  await session.query(begin);
  let result: Result;
  try {
    if (session.pooled) await setLocally(session, { ...session.settings, synchronous_commit: 'on' });
    result = await act();
  } catch (error) {
    if (!isLost(error)) await session.query('ROLLBACK').catch(() => {});
    throw error;
  }
  try {
    const { command } = await session.query('COMMIT');
    // What a failed statement has spoiled is rolled back without an error.
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
  } catch (error) {
    const isUnknown = isLost(error) && !isOverBefore(error);
    throw isUnknown ? new CommitUnknown((error as Error).message, { cause: error }) : error;
  }
  return result;
}

/** For the rest of the transaction. */
export async function setLocally(session: Session, settings: Settings): Promise<void> {
  await session.query(...setting(settings, true));
}

function setting(settings: Settings, locally: boolean): [text: string, values: string[]] {
  const entries = Object.entries(settings);
  const calls = entries.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, ${locally})`);
  return [`SELECT ${calls.join(', ')}`, entries.flat()];
}
