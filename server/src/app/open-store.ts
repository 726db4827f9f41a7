// Opens the database, and says what the operator must do where that fails.

import { hkdfSync } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config.ts';
import type { DatabaseUrl } from '../config/kinds.ts';
import type { Clock } from '../domain/clock.ts';
import { openInFlightFile, type InFlightFile } from '../storage/in-flight-file.ts';
import { masterKeyFor, parseMasterKey } from '../storage/master-key.ts';
import type { SchemaWaits } from '../storage/postgres/migrate.ts';
import { openPostgresStore } from '../storage/postgres/open.ts';
import { openSqliteStore } from '../storage/sqlite/open.ts';
import type { LiveLink, ShardStore, Store } from '../storage/store.ts';
import { StoreRefusal } from '../storage/store-refusal.ts';

export type Opened = {
  readonly store: Store;
  /** How nodes share the database; null where it is embedded. */
  readonly shards: ShardStore | null;
  /** How nodes tell each other what people who look on want to know; null where there is one. */
  readonly live: LiveLink | null;
  /** Authenticates page cursors: the same at every start, so that a restart keeps them good. */
  readonly cursorKey: Uint8Array;
  /** Signs the access tokens of clients. */
  readonly accessTokenKey: Uint8Array;
  /** Signs the sessions of people. */
  readonly sessionKey: Uint8Array;
  /** Makes the codes with which receivers verify webhooks. */
  readonly verificationKey: Uint8Array;
};

/** Undefined when `stopping` came first. `onWait` is told what the schema waits for. Rejects with `CannotStart`. */
export async function openStore(
  { databaseUrl, masterKey: given, saveMemory }: Pick<Config, 'databaseUrl' | 'masterKey' | 'saveMemory'>,
  clock: Clock,
  stopping?: AbortSignal,
  onWait: OnWait = () => {},
): Promise<Opened | undefined> {
  const signal = stopping === undefined ? {} : { signal: stopping };
  const common = { masterKey: given?.reveal(), clock, saveMemory, ...signal };
  try {
    const { store, shards, live, masterKey } = await openDatabase(databaseUrl, common, onWait);
    return {
      store,
      shards,
      live,
      cursorKey: derived(masterKey, 'cursors'),
      accessTokenKey: derived(masterKey, 'access tokens'),
      sessionKey: derived(masterKey, 'sessions'),
      verificationKey: derived(masterKey, 'verification codes'),
    };
  } catch (error) {
    if (stopping?.aborted === true) return undefined;
    if (error instanceof StoreRefusal) throw new CannotStart(complaintOf(error), { cause: error });
    throw error;
  }
}

type OnWait = (waitsFor: SchemaWaits) => void;

type Common = {
  readonly masterKey: string | undefined;
  readonly clock: Clock;
  readonly saveMemory: boolean;
  readonly signal?: AbortSignal;
};

async function openDatabase(
  database: DatabaseUrl,
  { saveMemory, ...common }: Common,
  onWait: OnWait,
): Promise<Pick<Opened, 'store' | 'shards' | 'live'> & { readonly masterKey: Uint8Array }> {
  if (database.kind === 'postgres') {
    const { shards, live, ...store } = await openPostgresStore({
      url: database.url.reveal(),
      ...common,
      onWait,
    });
    return { store, shards, live, masterKey: parseMasterKey(common.masterKey!, 'POSTHORN_MASTER_KEY') };
  }
  const store = await openSqliteStore({ path: database.path, saveMemory, ...common });
  const key = masterKeyFor(resolve(database.path), false, common.masterKey);
  return { store, shards: null, live: null, masterKey: key };
}

/**
 * The marks lie beside an embedded database. Where the database is elsewhere they lie in `./data`, or, where that can't
 * be written, nowhere: then nothing tells what a killed process had in flight.
 */
export function openInFlightMarks({ databaseUrl, port }: Pick<Config, 'databaseUrl' | 'port'>): InFlightFile {
  if (databaseUrl.kind === 'sqlite') return openInFlightFile(`${databaseUrl.path}-in-flight`);
  try {
    mkdirSync('data', { recursive: true, mode: 0o700 });
    return openInFlightFile(`data/${port}-in-flight`);
  } catch {
    return noInFlightFile;
  }
}

const noInFlightFile: InFlightFile = {
  left: [],
  forgetLeft() {},
  begun() {},
  unmark() {},
  write() {},
  close() {},
};

/** Throws `CannotStart` where a database file is expected and there is none. */
export function refuseMissing(database: DatabaseUrl): void {
  if (database.kind === 'postgres' || existsSync(database.path)) return;
  throw new CannotStart(`There is no database at ${database.path}: name it with --database-url`);
}

function complaintOf({ code, message }: StoreRefusal): string {
  return code === 'directory' ? `${message}; DATABASE_URL says where the data is` : message;
}

/** A key of its own for each purpose (RFC 5869). */
function derived(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `posthorn ${purpose}`, 32));
}
