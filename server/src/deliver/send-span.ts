// The time of one attempt: when it started, when it must be over, and who may cut it short.

import type { Cancel, Clock } from '../domain/clock.ts';

export type Ending = 'time_up' | 'cut';

/** Who is told about an aborted signal: one listener on the signal, however many attempts are in flight. */
export class Cuts {
  readonly #spansOf = new WeakMap<AbortSignal, Set<Span>>();

  join(signal: AbortSignal, span: Span): Set<Span> {
    const known = this.#spansOf.get(signal);
    if (known !== undefined) return known.add(span);
    const spans = new Set([span]);
    this.#spansOf.set(signal, spans);
    signal.addEventListener('abort', () => {
      for (const each of spans) each.end('cut');
    });
    return spans;
  }
}

/** Who is told what becomes of an attempt's time. */
export interface Watcher {
  /** Called once when the attempt ends before it is closed. */
  onEnding(why: Ending): void;
  /** Called now and then while the attempt lasts. */
  onTick(): void;
}

/** How often what goes on is looked at. */
const tickMs = 250;

export class Span {
  /** Set once the attempt may not go on. */
  ending: Ending | undefined;
  watcher: Watcher | undefined;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #startMs: number;
  readonly #others: Set<Span>;
  #cancel: Cancel;

  constructor(clock: Clock, timeoutMs: number, cuts: Cuts, signal: AbortSignal) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#startMs = clock.monotonicMs();
    this.#cancel = this.#arm(timeoutMs);
    this.#others = cuts.join(signal, this);
    if (signal.aborted) this.ending = 'cut';
  }

  /** Milliseconds since the start, to the hundredth. */
  elapsedMs(): number {
    return Math.round((this.#clock.monotonicMs() - this.#startMs) * 100) / 100;
  }

  #arm(leftMs: number): Cancel {
    return this.#clock.after(Math.min(leftMs, tickMs), () => this.#onTimer());
  }

  #onTimer(): void {
    const leftMs = this.#timeoutMs - (this.#clock.monotonicMs() - this.#startMs);
    if (leftMs <= 0) return this.end('time_up');
    this.#cancel = this.#arm(leftMs);
    this.watcher?.onTick();
  }

  end(why: Ending): void {
    if (this.ending !== undefined) return;
    this.ending = why;
    this.watcher?.onEnding(why);
  }

  close(): void {
    this.watcher = undefined;
    this.#cancel();
    this.#others.delete(this);
  }
}
