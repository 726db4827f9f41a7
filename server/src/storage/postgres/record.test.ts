// What an attempt leaves is in the database as a whole or not at all.

import { Client } from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { healthy } from '../../domain/webhook-health.ts';
import {
  aChange,
  aDelivery,
  again,
  anEntry,
  anEvent,
  aWebhook,
  bytes,
  now,
  routed,
  succeeded,
} from '../contract/given.ts';

test('an attempt, its count, the health of its webhook and the exchange to be kept are one transaction', async () => {
  await using database = await testDatabase();
  await using store = await openStore(database.url, now);
  const { webhook, delivery } = await published(store);
  await store.record({
    results: [{ ...succeeded(delivery), lastExchange: { requestBody: bytes('x') } }],
    health: new Map([[webhook.id, healthy]]),
  });

  const tables = ['deliveries', 'attempts', 'statistics', 'webhook_health', 'last_exchanges'];
  const asked = tables.map((name) => `SELECT '${name}' AS name, xmin::text AS by FROM ${name}`);
  const rows = await database.query<{ name: string; by: string }>(asked.join(' UNION ALL '));
  expect(rows.map(({ name }) => name).toSorted()).toEqual(tables.toSorted());
  expect(new Set(rows.map(({ by }) => by)).size).toBe(1);
});

test('a webhook that is being deleted is waited for before its deliveries are touched, so that neither is in the way', async () => {
  await using database = await testDatabase();
  await using store = await openStore(database.url, now);
  const { webhook, delivery } = await published(store);
  await using deleting = await connected(database.url);
  await deleting.query(`BEGIN; DELETE FROM webhooks WHERE id = '${webhook.id}'`);

  const recorded = store.record({
    results: [{ ...succeeded(delivery), lastExchange: { requestBody: bytes('x') } }],
    health: new Map([[webhook.id, healthy]]),
  });
  await database.lockAwaited('posthorn recording');
  await deleting.query(`SET LOCAL lock_timeout = '500ms';
    UPDATE deliveries SET state = 'cancelled', reason = 'webhook_deleted', due_at = NULL, settled_at = ${now}
    WHERE webhook_id = '${webhook.id}'; COMMIT`);
  expect(await recorded).toEqual(['cancelled']);
  expect(await database.query('SELECT 1 FROM webhook_health')).toEqual([]);
  expect(await database.query('SELECT 1 FROM attempts')).toHaveLength(1);
});

test('what was committed before a later part failed is not recorded twice when the batch is tried again', async () => {
  await using database = await testDatabase();
  await using store = await openStore(database.url, now);
  const { webhook, delivery } = await published(store);
  await database.query(`CREATE SEQUENCE times; CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('times') = 1 THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '40P01'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER fail_once BEFORE INSERT ON webhook_health FOR EACH ROW EXECUTE FUNCTION fail_once()`);

  const first = again(delivery, now + 1);
  const second = succeeded(first.after as ScheduledDelivery);
  const recorded = await store.record({
    results: [first, second],
    health: new Map([[webhook.id, healthy]]),
  });
  expect(recorded).toEqual(['recorded', 'recorded']);
  expect(await database.query('SELECT number::int FROM attempts ORDER BY number')).toEqual([
    { number: 1 },
    { number: 2 },
  ]);
  expect(await database.query('SELECT sum(successes + failures)::int AS sum FROM statistics')).toEqual([
    { sum: 2 },
  ]);
});

async function published(store: OpenStore): Promise<{ webhook: Webhook; delivery: ScheduledDelivery }> {
  const webhook = await store.createWebhook(aWebhook({ dialect: 'confluence' }), { kind: 'none' }, aChange());
  const event = anEvent();
  const delivery = aDelivery(event, webhook);
  await store.publish(anEntry([routed(event, [delivery])]));
  return { webhook, delivery };
}

async function connected(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
