// What people ask for again while its event is removed is not made: nobody waits for a delivery that nothing would deliver.

import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import {
  aChange,
  aDelivery,
  anEntry,
  anEvent,
  aWebhook,
  newTenant,
  now,
  routed,
  tenantId,
} from '../contract/given.ts';

let database: TestDatabase;
let store: OpenStore;

beforeAll(async () => {
  database = await testDatabase();
  store = await openStore(database.url);
  newTenant();
});
afterAll(async () => {
  await store.close();
  await database[Symbol.asyncDispose]();
});

test.each([
  {
    by: 'a redelivery',
    ask: (again: ScheduledDelivery) => store.addDeliveries([again], aChange()),
    answer: false,
  },
  {
    by: 'many retries at once',
    ask: (again: ScheduledDelivery) => store.retryNow(tenantId, [], [again], now, aChange()),
    answer: { hastened: [], added: [] },
  },
])('$by that meets the purge of its event adds nothing', async ({ ask, answer }) => {
  const event = anEvent();
  await store.publish(anEntry([routed(event, [])]));
  const again = aDelivery(event, aWebhook());

  const purging = new Client({ connectionString: database.url });
  await purging.connect();
  await purging.query('BEGIN; LOCK TABLE deliveries_waiting IN SHARE MODE');
  await purging.query('DELETE FROM events WHERE id = $1', [event.id]);
  const asked = ask(again);
  await vi.waitUntil(async () => {
    const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'deliveries_waiting'::regclass AND NOT granted`;
    return (await database.query(waiting)).length > 0;
  });
  await purging.query('COMMIT');
  await purging.end();

  expect(await asked).toEqual(answer);
  expect(await store.getDelivery(tenantId, again.id)).toBeUndefined();
});
