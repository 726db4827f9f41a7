// What an existing database knows of its master key: something sealed with it, which only that key opens.

import { Secret } from '../../domain/secret.ts';
import type { Place, Sealer } from '../seal.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { versionOf } from './migrate.ts';
import type { Connection } from './session.ts';

const place: Place = { table: 'meta', id: 'key_check', column: 'value' };

export function makeKeyCheck(sealer: Sealer): string {
  return sealer.seal(new Secret('posthorn'), place);
}

/** Undefined for a database that no key was used for yet. */
export function readKeyCheck(connection: Connection): string | undefined {
  if (versionOf(connection) === 0) return undefined;
  const row = connection.prepare('SELECT value FROM meta WHERE key = ?').get(place.id) as
    | { value: string }
    | undefined;
  return row?.value;
}

export function keepKeyCheck(connection: Connection, keyCheck: string): void {
  connection.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(place.id, keyCheck);
}

/** Refuses any key but the one that the database was begun with. */
export function refuseOtherKey(path: string, keyCheck: string | undefined, sealer: Sealer): void {
  if (keyCheck === undefined || sealer.open(keyCheck, place).readable) return;
  throw new StoreRefusal(
    'master_key',
    `The master key is not the one of the database ${path}, so its secrets can't be read: set POSTHORN_MASTER_KEY to the key that it was begun with, or put its key file back`,
  );
}
