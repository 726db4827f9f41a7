// A process that can die at any await, on a store that is slow and at times full: what the simulation runs the engine in.

import type { Clock } from '../../src/domain/clock.ts';
import type { Random } from '../../src/domain/random.ts';
import { StoreFull } from '../../src/storage/port/store-errors.ts';
import type { Store } from '../../src/storage/store.ts';

/** Whether the process still runs, and whether its disk is full. */
export type Life = { alive: boolean; diskFull: boolean };

const writes = new Set([
  'publish',
  'record',
  'saveHealth',
  'addDeliveries',
  'retryNow',
  'cancelDelivery',
  'updateWebhook',
]);

/**
 * The store as a process sees it. Every call takes a random while before and after its work; a dead process gets no
 * answer, though its commit may have happened; while the disk is full nothing is written.
 */
export function fallibleStore(store: Store, life: Life, clock: Clock, random: Random): Store {
  return new Proxy(store, {
    get(target, name: string) {
      const method = target[name as keyof Store];
      if (typeof method !== 'function' || name === 'allWebhooks' || name === 'onWebhookChange') {
        return typeof method === 'function' ? method.bind(target) : method;
      }
      return async (...args: unknown[]) => {
        await aWhile(clock, random);
        if (!life.alive) return never();
        if (life.diskFull && writes.has(name)) throw new StoreFull('the disk is full');
        const answer: unknown = await (method as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        await aWhile(clock, random);
        return life.alive ? answer : never();
      };
    },
  });
}

/** The clock as a process sees it: the timers of a dead one never fire. */
export function mortalClock(clock: Clock, life: Life): Clock {
  return {
    ...clock,
    after: (delayMs, then) =>
      clock.after(delayMs, () => {
        if (life.alive) then();
      }),
  };
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

function aWhile(clock: Clock, random: Random): Promise<void> {
  const ms = random.fraction() < 0.05 ? random.fraction() * 2_000 : random.fraction() * 5;
  return new Promise((resolve) => clock.after(ms, resolve));
}
