// Runs everything off the caller's thread: one thread writes, one or two read, one checkpoints.

import type { Clock } from '../../domain/clock.ts';
import type { Executor } from '../executor.ts';
import { StoreUnavailable } from '../port/store-errors.ts';
import type { CheckpointerTalk } from './checkpointer.ts';
import { Checkpoints } from './checkpoints.ts';
import { valueOf, type Command, type Reply } from '../command.ts';
import { GroupCommit } from '../group-commit.ts';

import { pack } from './packing.ts';
import { Readers } from './readers.ts';
import type { ReaderTalk } from './reader.ts';
import { sizeOfFiles } from './size.ts';
import { Thread } from './thread.ts';
import type { WriterTalk } from './writer.ts';

export type Writer = Thread<WriterTalk>;

/** Takes over an open and migrated writer, and starts the other threads. */
export async function threadedExecutor(path: string, writer: Writer, clock: Clock): Promise<Executor> {
  const [lookingUp, checkpointing] = await Promise.all([
    Thread.start<ReaderTalk>('reader', { path }),
    Thread.start<CheckpointerTalk>('checkpointer', { path }),
  ]);
  const readers = new Readers(path, lookingUp.thread);
  const writing = new GroupCommit(async (commands) => {
    const replies = await commitWith(writer, commands);
    checkpoints.committed();
    return replies;
  });
  const checkpoints = new Checkpoints((request) => checkpointing.thread.ask(request), clock, writing);
  let closing: Promise<void> | null = null;

  return {
    write: (name, ...args) =>
      closing === null ? (writing.add({ name, args }) as never) : Promise.reject(closed()),
    async read(name, ...args) {
      if (closing !== null) throw closed();
      const reply = await readers.ask({ name, args });
      if ('failure' in reply && reply.failure.kind === 'broken') writing.break(reply.failure);
      return valueOf(reply) as never;
    },
    sizeBytes: () => sizeOfFiles(path),
    close() {
      closing ??= close();
      return closing;
    },
  };

  /** A thread that has ended by itself can't keep the others from closing. */
  async function close(): Promise<void> {
    await writing.drained();
    await readers.close();
    await checkpoints.close();
    await Promise.allSettled([writer.ask({ kind: 'close', clean: !writing.isBroken })]);
    await Promise.all([checkpointing.thread.end(), writer.end()]);
  }
}

async function commitWith(writer: Writer, commands: readonly Command[]): Promise<readonly Reply[]> {
  try {
    const packed = pack(commands);
    return await writer.ask({ kind: 'commit', commands: packed }, [packed.bytes.buffer]);
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
