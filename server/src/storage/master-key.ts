// The key that seals secrets at rest: the operator's, or one generated beside a new SQLite database.

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { StoreRefusal } from './store-refusal.ts';

const keyBytes = 32;

/** Reads a key of 32 bytes in base64. `from` names its origin for the refusal, which never repeats the text. */
export function parseMasterKey(text: string, from: string): Uint8Array {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed);
  if (!isBase64 || key.byteLength !== keyBytes) {
    throw new StoreRefusal(
      'master_key',
      `${from} must be 32 bytes in base64, as \`openssl rand -base64 32\` prints them`,
    );
  }
  return new Uint8Array(key);
}

/**
 * The key for a database: as given, else from the file beside it, which is generated with mode 0600 for a new database
 * only. An existing one without its key is refused: a new key could not open its secrets.
 */
export function masterKeyFor(database: string, isNew: boolean, given: string | undefined): Uint8Array {
  if (given !== undefined) return parseMasterKey(given, 'POSTHORN_MASTER_KEY');
  const file = `${database}.key`;
  const kept = readKey(file);
  if (kept !== undefined) return parseMasterKey(kept, `The master key in ${file}`);
  if (isNew) return generateKey(file);
  throw new StoreRefusal(
    'master_key',
    `The database ${database} exists but its master key ${file} is missing: put the file back, or set POSTHORN_MASTER_KEY to its content`,
  );
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StoreRefusal(
      'master_key',
      `The master key ${file} can't be read: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function generateKey(file: string): Uint8Array {
  const key = randomBytes(keyBytes);
  // `wx`: never over a file that came in between. Synced before the database exists that needs it.
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${key.toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return new Uint8Array(key);
}
