// What joins a line while its first ends, in another transaction, is not left behind one that is over.

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
  succeeded,
  upTo,
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

async function storedWebhook() {
  return store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
}

async function publish(webhookId: string): Promise<ScheduledDelivery> {
  const event = anEvent();
  const delivery = aDelivery(event, { id: webhookId }, { orderingKey: 'k' });
  await store.publish(anEntry([routed(event, [delivery])]));
  return delivery;
}

/** A transaction that another node holds open until it is ended. */
async function elsewhere(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('BEGIN');
  return client;
}

function somebodyWaits(): Promise<boolean> {
  return vi.waitUntil(
    async () => (await database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0,
  );
}

async function dueOf(webhookId: string): Promise<string[]> {
  return (await store.loadDue(webhookId, now, upTo(10))).due.map(({ delivery }) => delivery.id);
}

test('what is published while the one before it ends is due once that is over', async () => {
  const { id } = await storedWebhook();
  const first = await publish(id);
  const other = await elsewhere();
  await other.query(
    `UPDATE deliveries SET state = 'cancelled', due_at = NULL, settled_at = 1, reason = 'person' WHERE id = '${first.id}'`,
  );
  const publishing = publish(id);
  await somebodyWaits();
  await other.query('COMMIT');
  await other.end();
  expect(await dueOf(id)).toEqual([(await publishing).id]);
});

test('what ends while another joins makes that one due', async () => {
  const { id } = await storedWebhook();
  const first = await publish(id);
  const other = await elsewhere();
  await other.query(
    `INSERT INTO deliveries_waiting (id, tenant_id, webhook_id, event_id, event_type, attempts, state, due_at, created_at, ordering_key)
     SELECT 'dlv_joins', tenant_id, webhook_id, event_id, event_type, 0, 'scheduled', created_at, created_at, 'k'
     FROM deliveries_waiting WHERE id = '${first.id}'`,
  );
  const recording = store.record({ results: [succeeded(first)], health: new Map() });
  await somebodyWaits();
  await other.query('COMMIT');
  await other.end();
  expect(await recording).toEqual(['recorded']);
  expect(await dueOf(id)).toEqual(['dlv_joins']);
});
