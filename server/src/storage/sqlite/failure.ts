// What SQLite's errors mean for the store, as names that cross from thread to thread.

import BetterSqlite3 from 'better-sqlite3';
import type { WebhookLimit } from '../../domain/webhook.ts';
import {
  KeyUsed,
  LimitReached,
  PolicyMissing,
  StoreBroken,
  StoreFull,
  StoreUnavailable,
} from '../port/store-errors.ts';

export type Failure = {
  readonly kind: 'full' | 'unavailable' | 'broken' | 'key_used' | 'policy_missing' | WebhookLimit | 'bug';
  readonly message: string;
  readonly stack?: string | undefined;
};

/** Codes after which the file can't be trusted: a write or fsync that failed may have lost pages for good. */
const breaking = /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/;
/** The shared-memory file can't grow: it is as small as a file can be, so the disk is full. */
const full = /^SQLITE_(FULL|IOERR_SHMSIZE)/;
const busy = /^SQLITE_(BUSY|LOCKED)/;

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof KeyUsed) return { kind: 'key_used', message };
  if (error instanceof PolicyMissing) return { kind: 'policy_missing', message };
  if (error instanceof LimitReached) return { kind: error.limit, message };
  if (error instanceof BetterSqlite3.SqliteError) {
    const told = `${message} (${error.code})`;
    if (full.test(error.code)) return { kind: 'full', message: told };
    if (breaking.test(error.code)) return { kind: 'broken', message: told };
    if (busy.test(error.code)) return { kind: 'unavailable', message: told };
  }
  return { kind: 'bug', message, stack: error instanceof Error ? error.stack : undefined };
}

/** Whether the operation itself said no, rather than the database. */
export function isDeclined({ kind }: Failure): boolean {
  switch (kind) {
    case 'key_used':
    case 'policy_missing':
    case 'name_taken':
    case 'all_max':
    case 'active_max':
      return true;
    case 'full':
    case 'unavailable':
    case 'broken':
    case 'bug':
      return false;
  }
}

export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'full':
      return new StoreFull(failure.message);
    case 'unavailable':
      return new StoreUnavailable(failure.message);
    case 'broken':
      return new StoreBroken(failure.message);
    case 'key_used':
      return new KeyUsed(failure.message);
    case 'policy_missing':
      return new PolicyMissing(failure.message);
    case 'name_taken':
    case 'all_max':
    case 'active_max':
      return new LimitReached(failure.kind);
    case 'bug': {
      const error = new Error(failure.message);
      if (failure.stack !== undefined) error.stack = failure.stack;
      return error;
    }
  }
}
