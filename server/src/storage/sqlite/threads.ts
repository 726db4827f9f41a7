// Runs everything off the caller's thread: one thread writes, one looks up, one searches, one checkpoints.

import type { Clock } from '../../domain/clock.ts';
import type { Executor } from '../executor.ts';
import { StoreUnavailable } from '../port/store-errors.ts';
import type { CheckpointerTalk } from './checkpointer.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Command, Reply } from './commit.ts';
import { GroupCommit } from './group-commit.ts';
import { valueOf } from './inline.ts';
import { searches } from './operations.ts';
import type { ReaderTalk } from './reader.ts';
import { sizeOfFiles } from './size.ts';
import { Thread } from './thread.ts';
import type { WriterTalk } from './writer.ts';

export type Writer = Thread<WriterTalk>;

/** Takes over an open and migrated writer, and starts the other threads. */
export async function threadedExecutor(path: string, writer: Writer, clock: Clock): Promise<Executor> {
  const [lookingUp, searching, checkpointing] = await Promise.all([
    Thread.start<ReaderTalk>('reader', { path }),
    Thread.start<ReaderTalk>('reader', { path }),
    Thread.start<CheckpointerTalk>('checkpointer', { path }),
  ]);
  const readers = { lookUps: lookingUp.thread, searches: searching.thread };
  const checkpoints = new Checkpoints(checkpointing.thread, clock);
  const writing = new GroupCommit(async (commands) => {
    const replies = await commitWith(writer, commands);
    checkpoints.committed();
    return replies;
  });
  let closing: Promise<void> | null = null;

  return {
    write: (name, ...args) =>
      closing === null ? (writing.add({ name, args }, 0) as never) : Promise.reject(closed()),
    async read(name, ...args) {
      if (closing !== null) throw closed();
      const reader = name in searches ? readers.searches : readers.lookUps;
      return valueOf(await reader.ask({ name, args })) as never;
    },
    sizeBytes: () => sizeOfFiles(path),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    await writing.drained();
    await Promise.all([readers.lookUps.ask('close'), readers.searches.ask('close')]);
    await checkpoints.close();
    await writer.ask({ kind: 'close', clean: !writing.isBroken });
    const threads = [readers.lookUps, readers.searches, checkpointing.thread, writer];
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function commitWith(writer: Writer, commands: readonly Command[]): Promise<readonly Reply[]> {
  try {
    return await writer.ask({ kind: 'commit', commands });
  } catch (error) {
    const failure = {
      kind: 'broken',
      message: error instanceof Error ? error.message : String(error),
    } as const;
    return commands.map(() => ({ failure }));
  }
}

function closed(): StoreUnavailable {
  return new StoreUnavailable('the store is closed');
}
