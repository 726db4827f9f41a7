// When to checkpoint: soon after commits, gently; and with force only once the log has grown too long.

import { secondMs, type Cancel, type Clock } from '../../domain/clock.ts';
import type { CheckpointerTalk, CheckpointMode } from './checkpointer.ts';
import type { Thread } from './thread.ts';

const pauseMs = secondMs;
const logPagesMax = 16_384; // 64 MiB
const leftPagesMax = 512;
const passesMax = 5;

export class Checkpoints {
  readonly #thread: Thread<CheckpointerTalk>;
  readonly #clock: Clock;
  #cancel: Cancel | null = null;
  #wanted = false;
  #running: Promise<void> = Promise.resolve();

  constructor(thread: Thread<CheckpointerTalk>, clock: Clock) {
    this.#thread = thread;
    this.#clock = clock;
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
    await this.#thread.ask('close');
  }

  /**
   * Passive passes never hold up a commit, but under load they never catch up with it either. So when the log is long,
   * they run until little is left, and one forced pass, short by then, lets the log begin anew.
   */
  async #checkpoint(): Promise<void> {
    let left = await this.#ask('PASSIVE');
    if (left.logPages < logPagesMax) return;
    for (let pass = 1; pass < passesMax && left.logPages - left.movedPages > leftPagesMax; pass++) {
      left = await this.#ask('PASSIVE');
    }
    await this.#ask('RESTART');
  }

  /** A full disk stops checkpoints until there is room again; commits will say what is wrong with the disk. */
  async #ask(mode: CheckpointMode): Promise<{ logPages: number; movedPages: number }> {
    const answer = await this.#thread.ask(mode);
    return 'failure' in answer ? { logPages: 0, movedPages: 0 } : answer;
  }
}
