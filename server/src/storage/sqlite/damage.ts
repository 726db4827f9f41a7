// Whether the database file is what was written, asked before anything may change it.

import BetterSqlite3 from 'better-sqlite3';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { StoreRefusal } from '../store-refusal.ts';
import { syncDirectory, writeSynced } from './files.ts';
import { applicationId } from './migrate.ts';

/** In bigger files only the tables that stay small are looked at: the others would hold up the start for long. */
const wholeLookBytesMax = 512 * 1024 * 1024;
const historyTables = new Set(['events', 'deliveries', 'attempts', 'statistics']);

const magic = 'SQLite format 3\0';

/**
 * Refuses a file that isn't ours or is damaged, and leaves it untouched. After a clean stop the file must have the
 * checksum that was noted then, which shows any flipped bit; after a kill its structure is checked instead, with what
 * the log holds. Forgets the note, since the file is about to change.
 */
export function refuseDamage(path: string): void {
  refuseOtherFiles(path);
  const note = readNote(path);
  const { size } = statSync(path);
  if (note === undefined) checkStructure(path, size);
  else if (note !== noteOf(path, size))
    throw damaged(path, `it is not what was closed; if you changed it yourself, remove ${noteFile(path)}`);
  forgetNote(path);
}

/** Notes the checksum of a file that is closed and complete: without a log beside it. */
export function noteCleanStop(path: string): void {
  if (!existsSync(`${path}-wal`)) writeSynced(noteFile(path), noteOf(path, statSync(path).size));
}

function noteFile(path: string): string {
  return `${path}.clean`;
}

function readNote(path: string): string | undefined {
  return existsSync(noteFile(path)) ? readFileSync(noteFile(path), 'utf8') : undefined;
}

/** Gone for good before the first change: a note that came back after a power cut would condemn a good file. */
function forgetNote(path: string): void {
  if (!existsSync(noteFile(path))) return;
  rmSync(noteFile(path));
  syncDirectory(dirname(path));
}

function noteOf(path: string, size: number): string {
  const checksum = size <= wholeLookBytesMax ? checksumOf(path) : 'not computed';
  return `${size} bytes, crc32 ${checksum}\n`;
}

function checksumOf(path: string): string {
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  const handle = openSync(path, 'r');
  let checksum = 0;
  try {
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
      checksum = crc32(chunk.subarray(0, read), checksum);
    }
  } finally {
    closeSync(handle);
  }
  return checksum.toString(16).padStart(8, '0');
}

function refuseOtherFiles(path: string): void {
  const head = Buffer.alloc(72);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, head);
  } finally {
    closeSync(handle);
  }
  if (head.toString('latin1', 0, 16) !== magic) {
    throw damaged(path, 'its beginning is not that of a database; is it another file?');
  }
  const application = head.readUInt32BE(68);
  // 0 in the file means that the first migration is still in the log, or never came to its end.
  if (application !== applicationId && application !== 0) {
    throw new StoreRefusal('not_a_database', `${path} is a database of another program`);
  }
}

/** Read-only, so that closing it moves nothing from the log into a file that may be damaged. */
function checkStructure(path: string, size: number): void {
  try {
    const connection = new BetterSqlite3(path, { readonly: true });
    try {
      for (const scope of size <= wholeLookBytesMax ? ['1'] : smallTables(connection)) {
        const found = connection.pragma(`quick_check(${scope})`, { simple: true });
        if (found !== 'ok') throw damaged(path, String(found));
      }
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof BetterSqlite3.SqliteError)) throw error;
    throw damaged(path, `${error.message} (${error.code})`);
  }
}

function smallTables(connection: BetterSqlite3.Database): readonly string[] {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return (tables as string[]).filter((name) => !historyTables.has(name) && !name.startsWith('sqlite_'));
}

function damaged(path: string, why: string): StoreRefusal {
  return new StoreRefusal(
    'damaged',
    `The database ${path} is damaged and was left as it is: ${why.replaceAll('\n', ' ')}; restore it from a backup`,
  );
}
