// Runs everything in the caller's thread on one connection, one thing at a time: for tests and the simulation. Promises
// resolve by microtasks alone.

import { valueOf } from '../command.ts';
import type { Executor } from '../executor.ts';
import { GroupCommit } from '../group-commit.ts';
import { ask } from './ask.ts';
import { commit, type AtMoment } from './commit.ts';
import type { Session } from './session.ts';
import { sizeOf } from './size.ts';

export function inlineExecutor(session: Session, at?: AtMoment): Executor & { stop(): void } {
  let stopped = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** A transaction and a question share the connection, so they take turns. After `stop` nothing ever answers. */
  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = turn.then(async () => {
      if (stopped) return never<Result>();
      const answer = await act();
      return stopped ? never<Result>() : answer;
    });
    turn = result;
    return result;
  }

  const writing = new GroupCommit((commands) => inTurn(() => commit(session, commands, at)));

  return {
    write: (name, ...args) => writing.add({ name, args }) as never,
    read: async (name, ...args) => valueOf(await inTurn(() => ask(session, { name, args }))) as never,
    sizeBytes: () => sizeOf(session.connection),
    async close() {
      await writing.drained();
      await turn;
      session.connection.close();
    },
    stop() {
      stopped = true;
    },
  };
}

function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
