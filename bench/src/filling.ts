// The database of a stopped server, to be filled by statements as fast as it takes them: nothing is durable until it settles.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { dayMs, minuteMs } from '../../server/src/domain/clock.ts';
import { makeDays } from '../../server/src/storage/postgres/days.ts';
import { inTransaction, makeSession, types } from '../../server/src/storage/postgres/session.ts';
import { openConnection } from '../../server/src/storage/sqlite/connection.ts';

export type Value = string | number | null | Uint8Array;

export interface Filling extends AsyncDisposable {
  run(sql: string): Promise<void>;
  /** The only row that the condition selects. */
  rowOf(table: string, condition: string): Promise<Readonly<Record<string, Value>>>;
  /** Bytes as SQL has them. */
  bytes(hex: string): string;
  /** What a history that begins then lies in. */
  prepare(startsAt: number): Promise<void>;
  /** Everything that was written is on the disk, and the planner knows of it. */
  settle(): Promise<void>;
}

export function openFilling(settings: Readonly<Record<string, string>>, dataDir: string): Promise<Filling> {
  const url = settings['POSTHORN_DATABASE_URL'];
  return url === undefined ? onSqlite(join(dataDir, 'posthorn.db')) : onPostgres(url);
}

async function onSqlite(path: string): Promise<Filling> {
  // What was closed is about to be another file.
  rmSync(`${path}.clean`, { force: true });
  const connection = openConnection(path);
  for (const pragma of [
    'journal_mode = MEMORY',
    'synchronous = OFF',
    'foreign_keys = OFF',
    'cache_size = -1000000',
  ])
    connection.pragma(pragma);
  return {
    async run(sql) {
      connection.exec(sql);
    },
    rowOf: async (table, condition) =>
      connection.prepare(`SELECT * FROM ${table} WHERE ${condition}`).get() as Record<string, Value>,
    bytes: (hex) => `x'${hex}'`,
    async prepare() {},
    async settle() {
      connection.pragma('synchronous = FULL');
      connection.pragma('journal_mode = WAL');
    },
    async [Symbol.asyncDispose]() {
      connection.close();
    },
  };
}

async function onPostgres(url: string): Promise<Filling> {
  const client = new Client({ connectionString: url, types });
  await client.connect();
  await client.query('SET synchronous_commit = off');
  return {
    async run(sql) {
      await client.query(sql);
    },
    rowOf: async (table, condition) =>
      (await client.query<Record<string, Value>>(`SELECT * FROM ${table} WHERE ${condition}`)).rows[0]!,
    bytes: (hex) => `decode('${hex}', 'hex')`,
    async prepare(startsAt) {
      const session = makeSession(client, false, {}, minuteMs);
      for (let at = startsAt; at < Date.now(); at += dayMs)
        await inTransaction(session, () => makeDays(session, at));
    },
    async settle() {
      await client.query('VACUUM (ANALYZE)');
      await client.query('CHECKPOINT');
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
