// PostgreSQL keeps the contract of the Store port.

import { afterAll } from 'vitest';
import { masterKey, testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { steadyClock } from '../../clock.ts';
import { describeStore } from '../contract/describe-store.ts';
import { openPostgresStore } from './open.ts';

let database: TestDatabase;
afterAll(() => database[Symbol.asyncDispose]());

describeStore('PostgreSQL', async () => {
  database = await testDatabase();
  return openPostgresStore({ url: database.url, masterKey, clock: steadyClock() });
});
