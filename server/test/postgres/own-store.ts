// A database of the test file's own and a store on it, from the file's first test to its last.

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { newTenant } from '../../src/storage/contract/given.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { openStore, type OpenStore } from './store.ts';

export let database: TestDatabase;
export let store: OpenStore;

/** To be called once by a test file; each of its tests has a tenant of its own. */
export function openOwnStore(): void {
  beforeAll(async () => {
    database = await testDatabase();
    store = await openStore(database.url);
  });
  beforeEach(newTenant);
  afterAll(async () => {
    await store.close();
    await database[Symbol.asyncDispose]();
  });
}
