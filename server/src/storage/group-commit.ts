// Natural group commit: whatever is asked for while a commit is under way goes into the next one together.

import type { Command, Reply } from './command.ts';
import { errorOf, type Failure } from './failure.ts';

const commandsMax = 256;
const bytesMax = 8 * 1024 * 1024;

/** Commits a group and answers one reply per command. Never rejects. */
export type CommitGroup = (commands: readonly Command[]) => Promise<readonly Reply[]>;

type Waiting = {
  readonly command: Command;
  readonly bytes: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

export class GroupCommit {
  readonly #commitGroup: CommitGroup;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #broken: Failure | null = null;
  #intermission: (() => Promise<void>) | null = null;

  constructor(commitGroup: CommitGroup) {
    this.#commitGroup = commitGroup;
  }

  /** Resolves once the command is committed. */
  add(command: Command): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, bytes: bytesOf(command), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** From now on nothing is committed: the database can't be trusted any more. */
  break(failure: Failure): void {
    this.#broken ??= failure;
  }

  /** Runs `act` while no commit is under way: the next one begins after it. */
  between(act: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const intermission = () => act().then(resolve, resolve);
      this.#intermission = intermission;
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // callers of the same turn go together
    let group = this.#takeGroup();
    let replies = await this.#commit(group);
    for (;;) {
      await this.#pause();
      // The next group is on its way before the callers of this one do anything with their answers.
      const next = this.#takeGroup();
      const committing = this.#commit(next);
      for (const [index, waiting] of group.entries()) this.#answer(waiting, replies[index]);
      group = next;
      replies = await committing;
      if (group.length === 0 && this.#waiting.length === 0 && this.#intermission === null) break;
    }
    this.#running = null;
  }

  async #commit(group: readonly Waiting[]): Promise<readonly Reply[]> {
    if (group.length === 0 || this.#broken !== null) return [];
    const replies = await this.#commitGroup(group.map(({ command }) => command));
    for (const reply of replies) {
      if ('failure' in reply && reply.failure.kind === 'broken') this.break(reply.failure);
    }
    return replies;
  }

  async #pause(): Promise<void> {
    const act = this.#intermission;
    this.#intermission = null;
    await act?.();
  }

  #takeGroup(): readonly Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (count === commandsMax || (count > 0 && bytes > bytesMax)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** After a failed fsync nothing is tried again: what the disk holds is unknown from then on. */
  #answer(waiting: Waiting, reply: Reply | undefined): void {
    if (reply !== undefined && 'value' in reply) return waiting.resolve(reply.value);
    waiting.reject(errorOf(reply?.failure ?? this.#broken!));
  }
}

/** What weighs: payloads and recorded bodies, as the rows that carry them say. */
function bytesOf({ args: [rows] }: Command): number {
  return typeof rows === 'object' && rows !== null && 'bytes' in rows ? Number(rows.bytes) : 0;
}
