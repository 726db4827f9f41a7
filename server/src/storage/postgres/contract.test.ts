// PostgreSQL keeps the contract of the Store port, directly and behind a pooler that keeps nothing between transactions.

import { afterAll } from 'vitest';
import { masterKey, testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { startFaultProxy, type FaultProxy } from '../../../test/postgres/fault-proxy.ts';
import { steadyClock } from '../../clock.ts';
import { describeStore } from '../contract/describe-store.ts';
import type { Store } from '../store.ts';
import { openPostgresStore } from './open.ts';

const databases: TestDatabase[] = [];
let pooler: FaultProxy;

afterAll(async () => {
  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
  await pooler[Symbol.asyncDispose]();
});

async function newUrl(): Promise<URL> {
  const database = await testDatabase();
  databases.push(database);
  return new URL(database.url);
}

function open(url: URL) {
  return openPostgresStore({ url: url.href, masterKey, clock: steadyClock() });
}

/** Of two nodes, one after the other, since the first makes the tables. */
async function both(url: URL): Promise<readonly [Store, Store]> {
  return [await open(url), await open(url)];
}

describeStore('PostgreSQL', async () => both(await newUrl()));

describeStore('PostgreSQL behind a pooler', async () => {
  const url = await newUrl();
  pooler = await startFaultProxy(Number(url.port), { asPooler: true });
  url.port = String(pooler.port);
  return both(url);
});
