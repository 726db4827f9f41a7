// The files around a database: its directory, and the marker that says that it was there before.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StoreRefusal } from '../store-refusal.ts';

function markerOf(path: string): string {
  return `${path}.initialised`;
}

/** Makes sure of a directory that can be written: one that is missing is made, with mode 0700, if its parent is there. */
export function prepareDirectory(directory: string): void {
  try {
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 });
    if (!statSync(directory).isDirectory()) {
      throw new StoreRefusal('directory', `${directory} is a file, but the database needs a directory there`);
    }
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StoreRefusal) throw error;
    throw new StoreRefusal('directory', directoryProblem(directory, error as NodeJS.ErrnoException), {
      cause: error,
    });
  }
}

function directoryProblem(directory: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `The directory ${dirname(directory)}, in which the data directory would be made, doesn't exist`;
    case 'ENOTDIR':
      return `${dirname(directory)} is a file, but the data directory would be made in it`;
    case 'EACCES':
    case 'EPERM':
      return `The data directory ${directory} can't be written by this user`;
    case 'EROFS':
      return `The data directory ${directory} is on a read-only file system`;
    default:
      return `The data directory ${directory} can't be used: ${message}`;
  }
}

/** Nothing is put beside what can't be a database: a directory, a device, a socket. */
export function refuseOddFile(path: string): void {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined || file.isFile()) return;
  const what = file.isDirectory() ? 'a directory' : 'no regular file';
  throw new StoreRefusal('not_a_database', `${path} is ${what}, but should be the database file`);
}

/**
 * Whether the database is a new one. A database that was there before must be there again: an empty one in its place
 * would look like all is well.
 */
export function isNewDatabase(path: string): boolean {
  const wasThere = existsSync(markerOf(path));
  const file = statSync(path, { throwIfNoEntry: false });
  if (wasThere && file === undefined) {
    throw new StoreRefusal(
      'database_missing',
      `The database ${path} is missing, but ${markerOf(path)} says that it was there: restore it, or remove the marker to begin with an empty one`,
    );
  }
  if (wasThere && file?.size === 0) {
    throw new StoreRefusal(
      'damaged',
      `The database ${path} is empty, but it was not before: restore it from a backup`,
    );
  }
  if (file !== undefined) checkAccess(path);
  return file === undefined || file.size === 0;
}

function checkAccess(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new StoreRefusal('directory', `The database ${path} can't be read and written by this user`, {
      cause: error,
    });
  }
}

/** The log and the shared memory get the mode of the database file. */
export function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

/** From now on a missing database is a loss, not a first start. */
export function mark(path: string): void {
  if (!existsSync(markerOf(path))) {
    writeSynced(
      markerOf(path),
      'The database beside this file was set up; without it Posthorn will not start.\n',
    );
  }
}

/** Writes a file and makes sure that it outlives a power cut. */
export function writeSynced(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  syncDirectory(dirname(file));
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
