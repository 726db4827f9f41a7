// Opens the database, and says what the operator must do where that fails.

import { hkdfSync } from 'node:crypto';
import { resolve } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import { masterKeyFor } from '../storage/master-key.ts';
import { openSqliteStore } from '../storage/sqlite/open.ts';
import type { Store } from '../storage/store.ts';
import { StoreRefusal } from '../storage/store-refusal.ts';

export type Opened = {
  readonly store: Store;
  /** Authenticates page cursors: the same at every start, so that a restart keeps them good. */
  readonly cursorKey: Uint8Array;
  /** Signs the access tokens of clients. */
  readonly accessTokenKey: Uint8Array;
  /** Makes the codes with which receivers verify webhooks. */
  readonly verificationKey: Uint8Array;
};

/** Undefined when `stopping` came first. Rejects with `CannotStart`. */
export async function openStore(
  { databaseUrl: { path }, masterKey: given }: Pick<Config, 'databaseUrl' | 'masterKey'>,
  clock: Clock,
  stopping?: AbortSignal,
): Promise<Opened | undefined> {
  const masterKey = given?.reveal();
  try {
    const signal = stopping === undefined ? {} : { signal: stopping };
    const store = await openSqliteStore({ path, masterKey, clock, ...signal });
    const key = masterKeyFor(resolve(path), false, masterKey);
    return {
      store,
      cursorKey: derived(key, 'cursors'),
      accessTokenKey: derived(key, 'access tokens'),
      verificationKey: derived(key, 'verification codes'),
    };
  } catch (error) {
    if (stopping?.aborted === true) return undefined;
    if (error instanceof StoreRefusal) throw new CannotStart(complaintOf(error), { cause: error });
    throw error;
  }
}

function complaintOf({ code, message }: StoreRefusal): string {
  return code === 'directory' ? `${message}; DATABASE_URL says where the data is` : message;
}

/** A key of its own for each purpose (RFC 5869). */
function derived(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `posthorn ${purpose}`, 32));
}
