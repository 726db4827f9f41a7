// Opens a connection and makes sure that it keeps what a commit promises.

import BetterSqlite3 from 'better-sqlite3';
import { StoreRefusal } from '../store-refusal.ts';
import type { Connection } from './session.ts';

const busyTimeoutMs = 5_000;

export type ConnectionOptions = {
  readonly readonly?: boolean;
  /** Whether its commits checkpoint from time to time; else another connection must. */
  readonly checkpoints?: boolean;
  /** Memory for pages: what a transaction changes beyond it is written twice. */
  readonly cacheKiB?: number;
};

/** For each connection that is opened, including read-only ones. `:memory:` has no log and no power to lose. */
export function openConnection(path: string | Buffer, options: ConnectionOptions = {}): Connection {
  const connection = new BetterSqlite3(path, { timeout: busyTimeoutMs, readonly: options.readonly === true });
  try {
    // better-sqlite3 opens a WAL database with synchronous=NORMAL, which loses acknowledged events at a power cut.
    if (options.readonly !== true) connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    if (options.checkpoints !== true) connection.pragma('wal_autocheckpoint = 0');
    connection.pragma('temp_store = MEMORY');
    if (options.cacheKiB !== undefined) connection.pragma(`cache_size = -${options.cacheKiB}`);
    verify(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** What is in force, not what was asked for. */
export function pragmasOf(connection: Connection): Readonly<Record<string, unknown>> {
  const names = ['synchronous', 'journal_mode', 'foreign_keys', 'busy_timeout', 'wal_autocheckpoint'];
  return Object.fromEntries(names.map((name) => [name, connection.pragma(name, { simple: true })]));
}

function verify(connection: Connection): void {
  const inForce = pragmasOf(connection);
  const durable =
    Number(inForce['synchronous']) >= 2 &&
    inForce['journal_mode'] === (connection.memory ? 'memory' : 'wal') &&
    inForce['foreign_keys'] === 1 &&
    Number(inForce['busy_timeout']) > 0;
  if (!durable) {
    throw new StoreRefusal(
      'not_durable',
      `The database ${connection.name} can't keep what it commits on this file system: ${JSON.stringify(inForce)}`,
    );
  }
}
