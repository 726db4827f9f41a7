// Keeps what was looked up for a short while, in bounded room.

import type { Clock } from './clock.ts';

export interface Memory<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  drop(key: string): void;
  clear(): void;
}

const entriesMax = 10_000;

/** Entries live `keepMs` from their putting; the oldest makes room for one too many. */
export function makeMemory<Value>(clock: Pick<Clock, 'monotonicMs'>, keepMs: number): Memory<Value> {
  const entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.untilMs > clock.monotonicMs()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    put(key, value) {
      entries.delete(key);
      entries.set(key, { value, untilMs: clock.monotonicMs() + keepMs });
      if (entries.size <= entriesMax) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
