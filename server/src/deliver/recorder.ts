// Writes what happened, in batches, and lets nothing be forgotten: what can't be written now is kept and written later.
//
// What ends in one turn of the event loop goes to the store together, and does not wait for what went before: the store
// commits it with whatever else has come by then.

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

/** Numbered as they were given, so that an older health never takes the place of a newer one. */
type Numbered = Unrecorded & { readonly number: number };

const batchMax = 256;
const firstWaitMs = 100;
const waitMsMax = 5 * secondMs;

export class Recorder {
  readonly #store: Pick<DeliveryStore, 'record'>;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #onBroken: (cause: unknown) => void;
  #waiting: Numbered[] = [];
  #given = 0;
  #underWay = 0;
  #starting = false;
  #retrying = false;
  #failures = 0;
  /** While anything is under way. */
  readonly #healthWritten = new Map<WebhookId, number>();
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
    this.#waiting.push({ ...unrecorded, number: ++this.#given });
    if (this.#starting || !this.healthy) return;
    this.#starting = true;
    queueMicrotask(() => {
      this.#starting = false;
      this.#start();
    });
  }

  /** Resolves once everything given so far is recorded. */
  async drained(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#underWay === 0;
  }

  /** Writes all that waits; a single batch, to try, while the store fails. */
  #start(): void {
    do {
      const batch = this.#waiting.splice(0, batchMax);
      if (batch.length > 0) void this.#write(batch);
    } while (this.healthy && this.#waiting.length > 0);
  }

  async #write(batch: readonly Numbered[]): Promise<void> {
    this.#underWay++;
    const recorded = await this.#record(batch);
    this.#underWay--;
    if (recorded === undefined) {
      this.#waiting.unshift(...batch);
      return this.#startLater();
    }
    for (const [index, { then }] of batch.entries()) then(recorded[index]!);
    this.#start();
    if (!this.#isIdle) return;
    this.#healthWritten.clear();
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Undefined when the store failed: the same results are then tried again. */
  async #record(batch: readonly Numbered[]): Promise<readonly Recorded[] | undefined> {
    const health = new Map<WebhookId, WebhookHealth>();
    for (const each of batch) {
      if (each.health !== null && each.number > (this.#healthWritten.get(each.webhookId) ?? 0))
        health.set(each.webhookId, each.health);
    }
    try {
      const recorded = await this.#store.record({ results: batch.map((each) => each.result), health });
      for (const each of batch) if (each.health !== null) this.#noteHealth(each);
      if (this.#failures > 0) this.#emit({ kind: 'store.recovered' });
      this.#failures = 0;
      return recorded;
    } catch (cause) {
      if (!this.#retrying) this.#failures++;
      this.#emit({ kind: 'store.failed', operation: 'record', cause });
      if (cause instanceof StoreBroken) this.#onBroken(cause);
      return undefined;
    }
  }

  #noteHealth({ webhookId, number }: Numbered): void {
    if (number > (this.#healthWritten.get(webhookId) ?? 0)) this.#healthWritten.set(webhookId, number);
  }

  #startLater(): void {
    if (this.#retrying) return;
    this.#retrying = true;
    const waitMs = Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(this.#failures - 1, 10));
    this.#clock.after(waitMs, () => {
      this.#retrying = false;
      this.#start();
    });
  }
}
