// What an existing database knows of its master key: something sealed with it, which only that key opens.

import { Secret } from '../domain/secret.ts';
import type { Place, Sealer } from './seal.ts';
import { StoreRefusal } from './store-refusal.ts';

export const keyCheckPlace: Place = { table: 'meta', id: 'key_check', column: 'value' };

export function makeKeyCheck(sealer: Sealer): string {
  return sealer.seal(new Secret('posthorn'), keyCheckPlace);
}

/** Refuses any key but the one that the database was begun with. `database` and `advice` are for the operator. */
export function refuseOtherKey(
  database: string,
  advice: string,
  keyCheck: string | undefined,
  sealer: Sealer,
): void {
  if (keyCheck === undefined || sealer.open(keyCheck, keyCheckPlace).readable) return;
  throw new StoreRefusal(
    'master_key',
    `The master key is not the one of ${database}, so its secrets can't be read: ${advice}`,
  );
}
