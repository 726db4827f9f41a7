// The writer's thread: the only connection that changes the database.

import { workerData } from 'node:worker_threads';
import type { Reply } from '../command.ts';
import { commit } from './commit.ts';
import { openConnection } from './connection.ts';
import { noteCleanStop, refuseDamage } from './damage.ts';
import { failureOf } from './failure.ts';
import { keepKeyCheck, readKeyCheck } from './key-check.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { unpack, type Packed } from './packing.ts';
import { converse } from './converse.ts';
import { makeSession } from './session.ts';

export type WriterData = { readonly path: string; readonly isNew: boolean; readonly saveMemory: boolean };

/** What an existing database says about its master key: whether to go on is decided where the key is. */
export type WriterWelcome = { readonly keyCheck: string | undefined };

export type WriterRequest =
  | { readonly kind: 'set_up'; readonly keyCheck: string; readonly now: number }
  | { readonly kind: 'commit'; readonly commands: Packed }
  | { readonly kind: 'close'; readonly clean: boolean };

export type WriterTalk = { welcome: WriterWelcome; request: WriterRequest; answer: readonly Reply[] };

const { path, isNew, saveMemory } = workerData as WriterData;

/** A group of commits is up to 8 MiB of payloads, and some pages beside them: what does not fit is written twice. */
const cacheKiB = (saveMemory ? 8 : 32) * 1024;

converse<WriterTalk>(() => {
  if (!isNew) refuseDamage(path);
  const connection = openConnection(path, { cacheKiB });
  refuseNewer(connection);
  const session = makeSession(connection);

  function setUp(keyCheck: string, now: number): Reply {
    try {
      migrate(connection, now);
      keepKeyCheck(connection, keyCheck);
      return { value: null };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  return {
    welcome: { keyCheck: readKeyCheck(connection) },
    async answer(request) {
      switch (request.kind) {
        case 'set_up':
          return [setUp(request.keyCheck, request.now)];
        case 'commit':
          return commit(session, unpack(request.commands));
        case 'close':
          connection.close();
          if (request.clean) noteCleanStop(path);
          return [];
      }
    },
  };
});
