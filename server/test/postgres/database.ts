// A database for one test file, on the run's own server or on the one that TEST_DATABASE_URL names.

import { createHash } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { inject, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the URL of the run's server. */
    readonly postgresAt: string;
  }
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Settings of a server that keeps its data there. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a statement as somebody else would. */
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement in a transaction that stays open until it is disposed of, as a backup's does. */
  hold(sql: string): Promise<AsyncDisposable>;
  /** Ends once somebody waits for a lock in this database, on a connection of that name if there is one. */
  lockAwaited(application?: string): Promise<void>;
  /** Whether somebody does now. */
  isLockAwaited(application?: string): Promise<boolean>;
}

/** 32 bytes for every database of the tests. */
export const masterKey = createHash('sha256').update('the tests').digest('base64');

let made = 0;

/** New and empty; removed with all that is connected to it. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `posthorn_test_${process.pid}_${made++}`;
  await once(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    env: postgresEnvironment(url.href),
    query: (sql, values) => once(url.href, sql, values),
    hold: (sql) => hold(url.href, sql),
    lockAwaited: (application) => lockAwaited(url.href, application),
    isLockAwaited: (application) => isLockAwaited(url.href, application),
    async [Symbol.asyncDispose]() {
      await once(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

export function postgresEnvironment(url: string): Readonly<Record<string, string>> {
  return {
    POSTHORN_DATABASE_URL: url,
    POSTHORN_MASTER_KEY: masterKey,
    // A server that is started again after its death has not to wait for long.
    POSTHORN_SHARD_LEASE_SECONDS: '3',
  };
}

async function serverUrl(): Promise<string> {
  const named = process.env['TEST_DATABASE_URL'];
  if (named !== undefined && named !== '') return named;
  const answer = await fetch(inject('postgresAt'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function once<Row extends QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql, values as unknown[])).rows;
  } finally {
    await client.end();
  }
}

async function hold(url: string, sql: string): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await client.query(`BEGIN; ${sql}`);
  return { [Symbol.asyncDispose]: () => client.end() };
}

async function lockAwaited(url: string, application?: string): Promise<void> {
  await vi.waitUntil(() => isLockAwaited(url, application), { timeout: 20_000 });
}

async function isLockAwaited(url: string, application = '%'): Promise<boolean> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE $1`;
  return (await once(url, waiting, [application])).length > 0;
}
