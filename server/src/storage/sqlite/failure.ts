// What SQLite's errors mean for the store.

import BetterSqlite3 from 'better-sqlite3';
import { failureOfStore, type Failure } from '../failure.ts';

/** Codes after which the file can't be trusted: a write or fsync that failed may have lost pages for good. */
const breaking = /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/;
/** The shared-memory file can't grow: it is as small as a file can be, so the disk is full. */
const full = /^SQLITE_(FULL|IOERR_SHMSIZE)/;
const busy = /^SQLITE_(BUSY|LOCKED)/;

export function failureOf(error: unknown): Failure {
  if (error instanceof BetterSqlite3.SqliteError) {
    const told = `${error.message} (${error.code})`;
    if (full.test(error.code)) return { kind: 'full', message: told };
    if (breaking.test(error.code)) return { kind: 'broken', message: told };
    if (busy.test(error.code)) return { kind: 'unavailable', message: told };
  }
  return failureOfStore(error);
}
