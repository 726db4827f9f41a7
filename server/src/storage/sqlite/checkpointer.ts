// The checkpointer's thread: moves committed pages from the log into the database file, so that no commit has to.

import { workerData } from 'node:worker_threads';
import { failureOf, type Failure } from './failure.ts';
import { openConnection } from './connection.ts';
import { converse } from './port.ts';

export type CheckpointerData = { readonly path: string };
export type CheckpointMode = 'PASSIVE' | 'RESTART' | 'TRUNCATE';

/** What a checkpoint left: pages in the log, and how many of them are in the database file too. */
export type Checkpointed =
  | { readonly logPages: number; readonly movedPages: number; readonly blocked: boolean }
  | { readonly failure: Failure };

export type CheckpointerTalk = { welcome: null; request: CheckpointMode | 'close'; answer: Checkpointed };

const { path } = workerData as CheckpointerData;

converse<CheckpointerTalk>(() => {
  const connection = openConnection(path);
  // A forced pass holds the write lock while it waits for readers, so it soon lets them be and comes again later.
  connection.pragma('busy_timeout = 50');
  return {
    welcome: null,
    async answer(request) {
      if (request === 'close') {
        connection.close();
        return { logPages: 0, movedPages: 0, blocked: false };
      }
      try {
        const [row] = connection.pragma(`wal_checkpoint(${request})`) as [
          { busy: number; log: number; checkpointed: number },
        ];
        return { logPages: row.log, movedPages: row.checkpointed, blocked: row.busy === 1 };
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
  };
});
