// What PostgreSQL's errors, and a connection that is lost, mean for the store.

import { DatabaseError } from 'pg';
import { failureOfStore, type Failure } from '../failure.ts';
import { StoreUnavailable } from '../port/store-errors.ts';

/** The connection ended or gave no answer in time. Whether what was being asked happened is unknown. */
export class ConnectionLost extends StoreUnavailable {
  override name = 'ConnectionLost';
}

/** The connection had ended before: the statement was not sent. */
export class NotAsked extends ConnectionLost {
  override name = 'NotAsked';
}

/** The disk of the database. */
const full = /^53100$/;
/**
 * What passes, or what an operator repairs while we wait: lost and refused connections (08, 28, 3D), no resources (53),
 * a lock or an answer that took too long (55P03, 57014), a server that stops or starts (57P), a standby (25006), a
 * transaction that waited too long (25P), conflicts that outlasted their retries (40), and faults of the machine or of
 * the database itself (58, XX): another node's data is as safe as ours, so there is no reason to stop.
 */
const passing = /^(08|28|3D|53|55P03|57014|57P|25006|25P|40|58|XX)/;
/** Another transaction was faster: the same again may do. */
const contended = /^(40001|40P01|23503)$/;
/** `idle_in_transaction_session_timeout`. */
const silentTooLong = '25P03';
/** The server ended the session; a statement that was under way may have been committed just before. */
const ending = /^(57P|08)/;

export function failureOf(error: unknown): Failure {
  if (error instanceof DatabaseError) {
    const code = error.code ?? '';
    const told = `${error.message} (SQLSTATE ${code})`;
    if (full.test(code)) return { kind: 'full', message: told };
    if (passing.test(code) || isOutdated(error)) return { kind: 'unavailable', message: told };
  }
  if (error instanceof StoreUnavailable) return { kind: 'unavailable', message: error.message };
  return failureOfStore(error);
}

/** Whether it is unknown what became of the statement that failed: the session ended with it. */
export function isLost(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  if (!(error instanceof DatabaseError)) return false;
  return ending.test(error.code ?? '') || error.severity === 'FATAL' || error.severity === 'PANIC';
}

/** Whether the transaction was over before its commit was asked for: nothing of it was done. */
export function isOverBefore(error: unknown): boolean {
  if (error instanceof NotAsked) return true;
  return error instanceof DatabaseError && error.code === silentTooLong;
}

/** Whether the server must not write any more, as after a failover: another connection may find the one that may. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '25006';
}

/**
 * Whether the statement was prepared before a newer node gave its table another column: nothing of it was done, and whatever
 * this connection has prepared may be as old. Told by who says so in the server, since the words are in its language.
 */
export function isOutdated(error: unknown): boolean {
  return (
    error instanceof DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
  );
}

/** Whether another transaction was in the way, a migration too, so that the same may succeed now. */
export function isContended(error: unknown): boolean {
  return isOutdated(error) || (error instanceof DatabaseError && contended.test(error.code ?? ''));
}

/** Whether a lock was not to be had in time. */
export function isLockedOut(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03';
}

/** Whether a unique key of this name was taken. */
export function isTaken(error: unknown, constraint: RegExp): boolean {
  return error instanceof DatabaseError && error.code === '23505' && constraint.test(error.constraint ?? '');
}
