// Finds out that the database can't be trusted any more, whoever asked it.

import { StoreBroken } from '../storage/port/store-errors.ts';
import type { Store } from '../storage/store.ts';

/** The same store; `onBroken` is called with each `StoreBroken` that a promise of it rejects with. */
export function watchStore(store: Store, onBroken: (cause: StoreBroken) => void): Store {
  const watched = Object.entries(store).map(([name, operation]: [string, Operation]) => [
    name,
    (...args: readonly unknown[]) => {
      const answer = operation(...args);
      if (answer instanceof Promise) answer.catch(notice);
      return answer;
    },
  ]);
  return Object.fromEntries(watched) as Store;

  function notice(error: unknown): void {
    if (error instanceof StoreBroken) onBroken(error);
  }
}

type Operation = (...args: readonly unknown[]) => unknown;
