// Writes what happened, in batches, and lets nothing be forgotten: what can't be written now is kept and written later.

import { secondMs, type Clock } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { WebhookHealth } from '../domain/webhook-health.ts';
import { StoreBroken } from '../storage/port/store-errors.ts';
import type { DeliveryStore, Recorded, RecordedResult } from '../storage/store.ts';

/** A result and whom to tell once it is durable. */
export type Unrecorded = {
  readonly result: RecordedResult;
  readonly webhookId: WebhookId;
  /** Null where the result says nothing about the webhook's health. */
  readonly health: WebhookHealth | null;
  readonly then: (recorded: Recorded) => void;
};

const batchMax = 256;
const firstWaitMs = 100;
const waitMsMax = 5 * secondMs;

export class Recorder {
  readonly #store: Pick<DeliveryStore, 'record'>;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #onBroken: (cause: unknown) => void;
  #waiting: Unrecorded[] = [];
  #flushing = false;
  #failures = 0;
  #idle: (() => void)[] = [];

  constructor(parts: {
    readonly store: Pick<DeliveryStore, 'record'>;
    readonly clock: Clock;
    readonly emit: Emit;
    /** The database can't be trusted any more: the process must stop. */
    readonly onBroken: (cause: unknown) => void;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
    this.#onBroken = parts.onBroken;
  }

  /** False while the store refuses to write: then no attempt may start, since its result could not be recorded. */
  get healthy(): boolean {
    return this.#failures === 0;
  }

  add(unrecorded: Unrecorded): void {
    this.#waiting.push(unrecorded);
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => void this.#flush());
    }
  }

  /** Resolves once everything given so far is recorded. */
  async drained(): Promise<void> {
    if (this.#flushing) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Writes batch after batch; what arrives during a write goes into the next one. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchMax);
      const recorded = await this.#write(batch);
      if (recorded === undefined) continue;
      this.#waiting = this.#waiting.slice(batch.length);
      for (const [index, { then }] of batch.entries()) then(recorded[index]!);
    }
    this.#flushing = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Undefined when the store failed, after a pause: the same batch is then tried again. */
  async #write(batch: readonly Unrecorded[]): Promise<readonly Recorded[] | undefined> {
    try {
      const health = new Map<WebhookId, WebhookHealth>();
      for (const each of batch) if (each.health !== null) health.set(each.webhookId, each.health);
      const recorded = await this.#store.record({ results: batch.map((each) => each.result), health });
      if (this.#failures > 0) this.#emit({ kind: 'store.recovered' });
      this.#failures = 0;
      return recorded;
    } catch (cause) {
      this.#failures++;
      this.#emit({ kind: 'store.failed', operation: 'record', cause });
      if (cause instanceof StoreBroken) this.#onBroken(cause);
      await this.#pause();
      return undefined;
    }
  }

  #pause(): Promise<void> {
    const waitMs = Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(this.#failures - 1, 10));
    return new Promise((resolve) => this.#clock.after(waitMs, resolve));
  }
}
