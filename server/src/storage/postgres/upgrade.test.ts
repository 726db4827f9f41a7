// Nodes go on with their work while a newer one brings the schema up to date.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import {
  aChange,
  aDelivery,
  aKey,
  anEntry,
  anEvent,
  aTenant,
  aWebhook,
  first,
  newTenant,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from '../contract/given.ts';
import type { IdempotencyKey, PublishEntry } from '../store.ts';

let database: TestDatabase;
let store: OpenStore;

beforeAll(async () => {
  database = await testDatabase();
  store = await openStore(database.url);
});
beforeEach(newTenant);
afterAll(async () => {
  await store.close();
  await database[Symbol.asyncDispose]();
});

/** An event under its publisher's own id, for one webhook. */
function published(webhook = aWebhook(), idempotency: IdempotencyKey | null = aKey()) {
  const event = anEvent();
  const delivery = aDelivery(event, webhook);
  const publisherKey = { source: '', id: event.id, bodyHash: 'body' };
  const entry: PublishEntry = anEntry([routed(event, [delivery], { publisherKey })], idempotency);
  return { event, delivery, entry };
}

let added = 0;

/** As a migration that adds a column does, to every table. */
async function addColumns(): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
  );
  const column = `later_${++added}`;
  await database.query(tables.map(({ name }) => `ALTER TABLE ${name} ADD COLUMN ${column} BIGINT`).join(';'));
}

test('every table gets another column, and whatever is asked next on each connection is answered as before', async () => {
  await store.createTenant(aTenant({ id: tenantId }), aChange());
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const waiting = published(webhook);
  const settled = published(webhook);
  for (const { entry } of [waiting, settled]) await store.publish(entry);
  await store.record({ results: [succeeded(settled.delivery)], health: new Map() });

  const reads: readonly (() => Promise<unknown>)[] = [
    () => store.getDelivery(tenantId, waiting.delivery.id),
    () => store.getDelivery(tenantId, settled.delivery.id),
    () => store.listAttempts(tenantId, settled.delivery.id),
    () => store.getEvent(tenantId, settled.event.id),
    () => store.getWebhook(tenantId, webhook.id),
    () => store.loadEvent(waiting.event.id),
    () => store.loadDue(webhook.id, now, upTo(10)),
    () => store.loadHealth(),
    () => store.listDeliveries(tenantId, {}, first),
    () => store.listEvents(tenantId, {}, first),
    () => store.listWebhooks(tenantId, {}, first),
    () => store.listAudit(tenantId, {}, first),
    () => store.listReplays(tenantId, {}, first),
    () => store.listIssues(tenantId, { from: 0, to: now * 2 }, first),
    () => store.webhookStatistics(webhook.id, 0, now * 2),
    () => store.backlog(),
  ];
  const ask = () => reads.map((read) => read());
  const before = await Promise.all(ask());
  // Side by side, so that every connection of a kind has prepared them.
  await Promise.all(Array.from({ length: 8 }, ask).flat());

  await addColumns();
  for (const [place, read] of reads.entries()) expect(await read()).toEqual(before[place]);
});

test('publishes under keys, records and changes go on at the first try after every table got another column', async () => {
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const earlier = published(webhook);
  await store.publish(earlier.entry);
  await store.record({ results: [succeeded(earlier.delivery)], health: new Map() });
  await addColumns();
  const later = published(webhook);
  const accepted = [{ eventId: later.event.id, deliveries: 1 }];
  expect(await store.publish(later.entry)).toEqual({ kind: 'stored', accepted, fresh: [true] });
  expect(await store.publish(later.entry)).toEqual({ kind: 'repeated', accepted });
  await addColumns();
  const inGroup = Array.from({ length: 10 }, () => published(webhook));
  const results = await Promise.all(inGroup.map(({ entry }) => store.publish(entry)));
  expect(results.map(({ kind }) => kind)).toEqual(inGroup.map(() => 'stored'));
  expect(await store.record({ results: [succeeded(later.delivery)], health: new Map() })).toEqual([
    'recorded',
  ]);
  const renamed = { ...webhook, name: 'Renamed', version: 2 };
  expect(await store.updateWebhook(renamed, 1, aChange())).toEqual(renamed);
});
