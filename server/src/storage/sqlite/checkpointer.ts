// The checkpointer's thread: moves committed pages from the log into the database file, so that no commit has to.

import { fdatasyncSync, openSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Failure } from '../failure.ts';
import { failureOf } from './failure.ts';
import { openConnection } from './connection.ts';
import { converse } from './converse.ts';

export type CheckpointerData = { readonly path: string };
export type CheckpointMode = 'PASSIVE' | 'RESTART' | 'TRUNCATE';
export type CheckpointRequest = CheckpointMode | 'sync' | 'close';

/** What a checkpoint left: pages in the log, and how many of them are in the database file too. */
export type Checkpointed =
  | { readonly logPages: number; readonly movedPages: number; readonly blocked: boolean }
  | { readonly failure: Failure };

export type CheckpointerTalk = { welcome: null; request: CheckpointRequest; answer: Checkpointed };

const { path } = workerData as CheckpointerData;

const nothing: Checkpointed = { logPages: 0, movedPages: 0, blocked: false };

converse<CheckpointerTalk>(() => {
  const connection = openConnection(path);
  // A forced pass holds the write lock while it waits for readers, so it soon lets them be and comes again later.
  connection.pragma('busy_timeout = 50');
  // Closed with the thread, after the last connection: to close any handle on the file gives up SQLite's locks on it.
  const file = openSync(path, 'r+');

  function checkpoint(mode: CheckpointMode): Checkpointed {
    const [row] = connection.pragma(`wal_checkpoint(${mode})`) as [
      { busy: number; log: number; checkpointed: number },
    ];
    return { logPages: row.log, movedPages: row.checkpointed, blocked: row.busy === 1 };
  }

  return {
    welcome: null,
    async answer(request) {
      try {
        if (request === 'sync') fdatasyncSync(file);
        else if (request === 'close') connection.close();
        else return checkpoint(request);
        return nothing;
      } catch (error) {
        return {
          failure: request === 'sync' ? { kind: 'broken', message: String(error) } : failureOf(error),
        };
      }
    },
  };
});
