// Stores on a database of the test's own, each as another node has it.

import { steadyClock } from '../../src/clock.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { openPostgresStore, type SharedStore } from '../../src/storage/postgres/open.ts';
import { masterKey } from './database.ts';

export type OpenStore = SharedStore & AsyncDisposable;

/** `wall` fixes the wall clock by which the days of the history are made. */
export async function openStore(url: string, wall?: number): Promise<OpenStore> {
  const steady = steadyClock();
  const clock: Clock = wall === undefined ? steady : { ...steady, wall: () => wall };
  const store = await openPostgresStore({ url, masterKey, clock });
  return { ...store, [Symbol.asyncDispose]: () => store.close() };
}
