// Opens the store on SQLite.

import { dirname, resolve } from 'node:path';
import type { Clock, Instant } from '../../domain/clock.ts';
import { makeKeyCheck, refuseOtherKey } from '../key-check.ts';
import { makeStore } from '../make-store.ts';
import { masterKeyFor } from '../master-key.ts';
import { makeSealer } from '../seal.ts';
import type { Store } from '../store.ts';
import type { AtMoment } from './commit.ts';
import { openConnection } from './connection.ts';
import { createPrivately, isNewDatabase, mark, prepareDirectory, refuseOddFile } from './files.ts';
import { valueOf } from '../command.ts';
import { inlineExecutor } from './inline.ts';
import { lockDatabase } from './lock.ts';
import { migrate } from './migrate.ts';
import { makeSession } from './session.ts';
import { Thread } from './thread.ts';
import { threadedExecutor } from './threads.ts';
import type { WriterData, WriterTalk } from './writer.ts';

export type SqliteOptions = {
  readonly path: string;
  /** 32 bytes in base64; when undefined, the key file beside the database. */
  readonly masterKey: string | undefined;
  readonly clock: Clock;
  /** Keeps fewer pages at hand. */
  readonly saveMemory?: boolean;
  /** Gives up between the steps of opening. */
  readonly signal?: AbortSignal;
};

/**
 * Opens the store of a server: creates or checks the database, makes sure that no other server has it, brings its
 * schema up to date. Rejects with a `StoreRefusal` whose message is one sentence for the operator; then nothing was
 * changed, unless a migration began.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { signal } = options;
  const database = resolve(options.path);
  prepareDirectory(dirname(database));
  refuseOddFile(database);
  const lock = await lockDatabase(database);
  try {
    signal?.throwIfAborted();
    const { executor, sealer } = await openThreads({ ...options, path: database });
    const store = makeStore(executor, sealer);
    return { ...store, close: () => store.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const keyAdvice = 'set POSTHORN_MASTER_KEY to the key that it was begun with, or put its key file back';

async function openThreads({ path, masterKey, clock, saveMemory = false, signal }: SqliteOptions) {
  const isNew = isNewDatabase(path);
  const sealer = makeSealer(masterKeyFor(path, isNew, masterKey));
  if (isNew) createPrivately(path);
  const data: WriterData = { path, isNew, saveMemory };
  const { thread: writer, welcome } = await Thread.start<WriterTalk>('writer', data);
  try {
    refuseOtherKey(`the database ${path}`, keyAdvice, welcome.keyCheck, sealer);
    signal?.throwIfAborted();
    const [reply] = await writer.ask({ kind: 'set_up', keyCheck: makeKeyCheck(sealer), now: clock.wall() });
    valueOf(reply!);
    mark(path);
    return { executor: await threadedExecutor(path, writer, clock), sealer };
  } catch (error) {
    await writer.ask({ kind: 'close', clean: true });
    await writer.end();
    throw error;
  }
}

export type InlineOptions = {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly masterKey: Uint8Array;
  /** Makes the database fail or wait at certain moments. */
  readonly failures?: AtMoment;
  /** What `crash` left behind: opened in memory instead of `path`. */
  readonly image?: Buffer;
};

export type InlineStore = Store & {
  /** Stops as a killed process does: nothing under way is answered or committed. The answer is what is on disk. */
  crash(): Buffer;
};

/**
 * A store in the caller's thread, for tests and the simulation: its promises resolve by microtasks alone, without
 * timers. Neither lock, marker nor checks of the file.
 */
export function openSqliteInline({ path, masterKey, failures, image }: InlineOptions): InlineStore {
  const connection = openConnection(image ?? path, { checkpoints: true });
  const epoch: Instant = 0;
  migrate(connection, epoch);
  const executor = inlineExecutor(makeSession(connection), failures);
  return {
    ...makeStore(executor, makeSealer(masterKey)),
    crash() {
      executor.stop();
      if (connection.inTransaction) connection.exec('ROLLBACK');
      const left = connection.serialize();
      connection.close();
      return left;
    },
  };
}
