// Runs the recurring chores one at a time each, until told to stop; a chore that fails is told about and tried again later.

import type { Cancel, Clock } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';

export type Chore = {
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly everyMs: number;
  /** Does a bounded amount of work in small steps, and stops between two of them once `stopped` is aborted. */
  run(stopped: AbortSignal): Promise<void>;
};

export type Chores = {
  /** Complete when it resolves: no chore runs any more. May be called twice. */
  stop(): Promise<void>;
};

/** The same chore, passed over where another node does it. Should two do it at once, nothing is harmed. */
export function onlyWhere(isDue: () => boolean, chore: Chore): Chore {
  return { ...chore, run: async (stopped) => (isDue() ? chore.run(stopped) : undefined) };
}

/** Starts every chore `firstAfterMs` from now, so that a start has the database to itself. */
export function startChores(
  chores: readonly Chore[],
  firstAfterMs: number,
  clock: Clock,
  emit: Emit,
): Chores {
  const stopping = new AbortController();
  const running = new Map<Chore, Promise<void>>();
  const timers = new Map<Chore, Cancel>();

  function schedule(chore: Chore, delayMs: number): void {
    if (stopping.signal.aborted) return;
    timers.set(
      chore,
      clock.after(delayMs, () => running.set(chore, run(chore))),
    );
  }

  async function run(chore: Chore): Promise<void> {
    try {
      await chore.run(stopping.signal);
    } catch (cause) {
      emit({ kind: 'store.failed', operation: chore.name, cause });
    }
    schedule(chore, chore.everyMs);
  }

  for (const chore of chores) schedule(chore, firstAfterMs);
  return {
    async stop() {
      stopping.abort();
      for (const cancel of timers.values()) cancel();
      await Promise.all(running.values());
    },
  };
}
