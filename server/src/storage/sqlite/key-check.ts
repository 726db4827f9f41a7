// Where a SQLite database keeps what it knows of its master key.

import { keyCheckPlace } from '../key-check.ts';
import { versionOf } from './migrate.ts';
import type { Connection } from './session.ts';

/** Undefined for a database that no key was used for yet. */
export function readKeyCheck(connection: Connection): string | undefined {
  if (versionOf(connection) === 0) return undefined;
  const row = connection.prepare('SELECT value FROM meta WHERE key = ?').get(keyCheckPlace.id) as
    | { value: string }
    | undefined;
  return row?.value;
}

export function keepKeyCheck(connection: Connection, keyCheck: string): void {
  connection.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(keyCheckPlace.id, keyCheck);
}
