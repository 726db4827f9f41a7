// How often a caller may ask: in each of several windows, of which one may be an hour's.

import { hourMs, secondMs, type Clock } from '../domain/clock.ts';
import { makeMemory } from '../domain/memory.ts';

/** So many requests in a window of this length; 0 switches it off. */
export type RateWindow = { readonly limit: number; readonly lengthMs: number };

export type Window = { readonly limit: number; readonly remaining: number; readonly resetAtS: number };

export type Quota = {
  /** The windows that are on, in the order of the settings. */
  readonly windows: readonly Window[];
  readonly hour: Window | null;
  /** How long to wait; 0 lets the request pass. */
  readonly waitMs: number;
};

export interface RateLimits {
  /** Counts one request of the caller. */
  take(caller: string): Quota;
  /** What `take` would find, without counting. */
  look(caller: string): Quota;
}

type Spent = { used: number; resetAtMs: number };

export function makeRateLimits(clock: Clock, windows: readonly RateWindow[]): RateLimits {
  const sizes = windows.filter(({ limit }) => limit > 0);
  const callers = makeMemory<readonly Spent[]>(clock, hourMs);

  function spentBy(caller: string): readonly Spent[] {
    const now = clock.monotonicMs();
    const known = callers.get(caller);
    return sizes.map(({ lengthMs }, index) => {
      const spent = known?.[index];
      return spent !== undefined && spent.resetAtMs > now ? spent : { used: 0, resetAtMs: now + lengthMs };
    });
  }

  function quotaOf(spent: readonly Spent[], waitMs: number): Quota {
    const now = clock.monotonicMs();
    const quotas = spent.map(({ used, resetAtMs }, index) => ({
      limit: sizes[index]!.limit,
      remaining: Math.max(0, sizes[index]!.limit - used),
      resetAtS: Math.ceil((clock.wall() + resetAtMs - now) / secondMs),
    }));
    return {
      windows: quotas,
      hour: quotas[sizes.findIndex(({ lengthMs }) => lengthMs === hourMs)] ?? null,
      waitMs,
    };
  }

  return {
    look: (caller) => quotaOf(spentBy(caller), 0),
    take(caller) {
      const now = clock.monotonicMs();
      const spent = spentBy(caller);
      const full = spent.filter(({ used }, index) => used >= sizes[index]!.limit);
      if (full.length > 0) return quotaOf(spent, Math.max(...full.map(({ resetAtMs }) => resetAtMs - now)));
      const counted = spent.map(({ used, resetAtMs }) => ({ used: used + 1, resetAtMs }));
      callers.put(caller, counted);
      return quotaOf(counted, 0);
    },
  };
}
