// When to checkpoint: soon after commits, gently; and with force only once the log has grown too long.

import { secondMs, type Cancel, type Clock } from '../../domain/clock.ts';
import type { Checkpointed, CheckpointRequest } from './checkpointer.ts';
import type { GroupCommit } from '../group-commit.ts';

const pauseMs = secondMs;
/** From here on the log is made to begin anew, and from there on its file is cut as well: 64 and 256 MiB. */
const logPagesMax = 16_384;
const filePagesMax = 4 * logPagesMax;
const leftPagesMax = 512;
const passesMax = 5;

/** Rejects when the checkpointer's thread has ended. */
export type AskCheckpointer = (request: CheckpointRequest) => Promise<Checkpointed>;

export class Checkpoints {
  readonly #askCheckpointer: AskCheckpointer;
  readonly #clock: Clock;
  readonly #commits: GroupCommit;
  #cancel: Cancel | null = null;
  #wanted = false;
  #running: Promise<void> = Promise.resolve();

  /** Between two commits is when a forced pass finds the log free; and commits end when the file can't be trusted. */
  constructor(ask: AskCheckpointer, clock: Clock, commits: GroupCommit) {
    this.#askCheckpointer = ask;
    this.#clock = clock;
    this.#commits = commits;
  }

  /** Something was committed: there is something to checkpoint within a second. */
  committed(): void {
    this.#wanted = true;
    this.#cancel ??= this.#clock.after(pauseMs, () => {
      this.#wanted = false;
      this.#running = this.#checkpoint().finally(() => {
        this.#cancel = null;
        if (this.#wanted) this.committed();
      });
    });
  }

  /** Moves all that is left and closes the connection. */
  async close(): Promise<void> {
    this.#cancel?.();
    await this.#running;
    await this.#ask('TRUNCATE');
    await this.#ask('close');
  }

  /**
   * Passive passes never hold up a commit, but under load they never catch up with it either, and never sync what they
   * moved. So when the log is long, they run until little is left, each with a sync after it; then one forced pass
   * between two commits, with little to move and to sync by then, lets the log begin anew.
   */
  async #checkpoint(): Promise<void> {
    let left = await this.#ask('PASSIVE');
    if (left.logPages < logPagesMax) return;
    await this.#ask('sync');
    for (let pass = 1; pass < passesMax && left.logPages - left.movedPages > leftPagesMax; pass++) {
      left = await this.#ask('PASSIVE');
      await this.#ask('sync');
    }
    const mode = left.logPages > filePagesMax ? 'TRUNCATE' : 'RESTART';
    await this.#commits.between(async () => void (await this.#ask(mode)));
  }

  /** A full disk stops checkpoints until there is room again; commits will say what is wrong with the disk. */
  async #ask(request: CheckpointRequest): Promise<{ logPages: number; movedPages: number }> {
    try {
      const answer = await this.#askCheckpointer(request);
      if (!('failure' in answer)) return answer;
      if (answer.failure.kind === 'broken') this.#commits.break(answer.failure);
    } catch (error) {
      this.#commits.break({ kind: 'broken', message: (error as Error).message });
    }
    return { logPages: 0, movedPages: 0 };
  }
}
