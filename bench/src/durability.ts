// How durable a commit is while the benchmarks run: read back from a connection as the server opens it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnection, pragmasOf } from '../../server/src/storage/sqlite/connection.ts';

export function durability(): string {
  const directory = mkdtempSync(join(tmpdir(), 'posthorn-bench-'));
  const connection = openConnection(join(directory, 'posthorn.db'));
  const { journal_mode: journal, synchronous } = pragmasOf(connection);
  connection.close();
  rmSync(directory, { recursive: true });
  return `SQLite ${String(journal)}, synchronous=${synchronous === 2 ? 'FULL' : String(synchronous)}`;
}
