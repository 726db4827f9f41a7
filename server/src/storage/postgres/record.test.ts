// What an attempt leaves is in the database as a whole or not at all.

import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { healthy } from '../../domain/webhook-health.ts';
import {
  aChange,
  aDelivery,
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
  const webhook = await store.createWebhook(aWebhook({ dialect: 'confluence' }), { kind: 'none' }, aChange());
  const event = anEvent();
  const delivery = aDelivery(event, webhook);
  await store.publish(anEntry([routed(event, [delivery])]));
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
