// A reader's thread: a read-only connection for questions.

import { workerData } from 'node:worker_threads';
import { ask } from './ask.ts';
import type { Command, Reply } from '../command.ts';
import { openConnection } from './connection.ts';
import { converse } from './converse.ts';
import { makeSession } from './session.ts';

export type ReaderData = { readonly path: string };
export type ReaderTalk = { welcome: null; request: Command | 'close'; answer: Reply };

const { path } = workerData as ReaderData;

converse<ReaderTalk>(() => {
  const connection = openConnection(path, { readonly: true });
  const session = makeSession(connection);
  return {
    welcome: null,
    async answer(request) {
      if (request !== 'close') return ask(session, request);
      connection.close();
      return { value: null };
    },
  };
});
