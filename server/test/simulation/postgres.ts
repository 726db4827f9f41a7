// The simulation's database where that is PostgreSQL: its questions take real time, in which virtual time stands still.

import type { Clock } from '../../src/domain/clock.ts';
import { openPostgresStore } from '../../src/storage/postgres/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { masterKey, type TestDatabase } from '../postgres/database.ts';
import type { Database } from './simulate.ts';

/** Empties the database for each run. */
export function onPostgres({ url, query }: Pick<TestDatabase, 'url' | 'query'>): Database {
  let asked = 0;

  async function counted<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    asked++;
    try {
      return await ask();
    } finally {
      asked--;
    }
  }

  return {
    async open(clock: Clock) {
      await query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const store = await openPostgresStore({ url, masterKey, clock });
      return new Proxy(store, {
        get(target, name) {
          if (name === 'allWebhooks') return () => batches(target);
          const method: unknown = target[name as keyof Store];
          if (typeof method !== 'function' || String(name).startsWith('on')) return method;
          return (...args: unknown[]) => counted(() => method.apply(target, args) as Promise<unknown>);
        },
      });
    },
    async idle() {
      while (asked > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };

  async function* batches(store: Store): ReturnType<Store['allWebhooks']> {
    const iterator = store.allWebhooks()[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await counted(() => iterator.next());
      if (done === true) return;
      yield value;
    }
  }
}
