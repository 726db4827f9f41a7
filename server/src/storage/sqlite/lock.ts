// One server per database: a lock held by the operating system, so that a killed holder leaves nothing to clean up.

import BetterSqlite3 from 'better-sqlite3';
import { setTimeout } from 'node:timers/promises';
import { StoreRefusal } from '../store-refusal.ts';

export type Lock = { release(): void };

const waitMs = 1_000;
const pauseMs = 50;

/**
 * Takes the lock beside the database, waiting up to a second for a holder that is about to end. Refuses with the
 * holder's process id. The lock is SQLite's own on a small database of its own: readers can still ask who has it.
 */
export async function lockDatabase(path: string): Promise<Lock> {
  const lock = openLock(path);
  try {
    for (let waitedMs = 0; !take(lock); waitedMs += pauseMs) {
      if (waitedMs >= waitMs) throw new StoreRefusal('in_use', inUse(path, lock));
      await setTimeout(pauseMs);
    }
  } catch (error) {
    lock.close();
    throw error;
  }
  return { release: () => lock.close() };
}

function openLock(path: string): BetterSqlite3.Database {
  try {
    return new BetterSqlite3(`${path}.lock`, { timeout: 0 });
  } catch (error) {
    throw new StoreRefusal(
      'directory',
      `The lock ${path}.lock can't be opened: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** Says who we are, then holds the write lock for as long as the connection is open. */
function take(lock: BetterSqlite3.Database): boolean {
  try {
    lock.exec(
      'BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder',
    );
    lock.prepare('INSERT INTO holder (pid) VALUES (?)').run(process.pid);
    lock.exec('COMMIT; BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (lock.inTransaction) lock.exec('ROLLBACK');
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw new StoreRefusal('directory', `The lock ${lock.name} can't be taken: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function inUse(path: string, lock: BetterSqlite3.Database): string {
  const holder = lock.prepare('SELECT pid FROM holder').get() as { pid: number } | undefined;
  return `Another server uses the database ${path}: process ${holder?.pid ?? 'unknown'}. Stop it first`;
}
