// Deliveries that may have been stored although their publisher was told that nobody knows: once the database answers
// again, whoever delivers is told to look.

import { setTimeout } from 'node:timers/promises';
import { secondMs } from '../../domain/clock.ts';

/** As long as a statement may go on in a server that has lost its client. */
const statementMsMax = 31 * secondMs;
const pauseMs = secondMs;

export class Unsure {
  readonly #answers: () => Promise<boolean>;
  readonly #tell: (webhookIds: readonly string[]) => void;
  readonly #webhookIds = new Set<string>();
  readonly #closed = new AbortController();
  #running: Promise<void> | null = null;

  /** `answers` tells whether the database can be asked. */
  constructor(answers: () => Promise<boolean>, tell: (webhookIds: readonly string[]) => void) {
    this.#answers = answers;
    this.#tell = tell;
  }

  add(webhookIds: readonly string[]): void {
    for (const id of webhookIds) this.#webhookIds.add(id);
    this.#running ??= this.#run()
      .catch(() => {}) // closed
      .finally(() => {
        this.#running = null;
      });
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  /** Told at once, and once more when no statement of before can be under way any more. */
  async #run(): Promise<void> {
    while (this.#webhookIds.size > 0) {
      while (!(await this.#answers())) await this.#pause(pauseMs);
      const ids = [...this.#webhookIds];
      this.#webhookIds.clear();
      this.#tell(ids);
      await this.#pause(statementMsMax);
      this.#tell(ids);
    }
  }

  #pause(ms: number): Promise<void> {
    return setTimeout(ms, undefined, { signal: this.#closed.signal, ref: false });
  }
}
