// Nodes go on with their work while a newer one brings the schema up to date.

import { Client } from 'pg';
import { expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { database, openOwnStore, store } from '../../../test/postgres/own-store.ts';
import { startPostgres } from '../../../test/postgres/server.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { steadyClock } from '../../clock.ts';
import {
  aChange,
  aDelivery,
  aKey,
  anEntry,
  anEvent,
  aTenant,
  aWebhook,
  first,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from '../contract/given.ts';
import type { IdempotencyKey, PublishEntry } from '../store.ts';
import { migrate, versionOf, type MigrateOptions } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { Pool } from './pool.ts';

openOwnStore();

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

/** As the setting-up of a newer program, which knows one version more. */
async function migrateFurther(url: string, sql: string, more: MigrateOptions = {}): Promise<number> {
  const options = { name: 'newer', max: 1, statementMs: 30_000, lockMs: 10_000, connectMs: 5_000 };
  const pool = new Pool(url, options);
  try {
    return await pool.use(async (session) => {
      const steps = [...migrations, { name: 'further', sql }];
      await migrate(session, steadyClock(), { steps, ...more });
      return await versionOf(session);
    });
  } finally {
    await pool.end();
  }
}

const further = 'CREATE TABLE further (id INT); ALTER TABLE deliveries ADD COLUMN further BIGINT';

function furtherTables(own: TestDatabase): Promise<unknown[]> {
  return own.query("SELECT 1 FROM pg_class WHERE relname = 'further'");
}

test('while a migration waits for a long reader everything else goes on, and once the reader is done it happens', async () => {
  await using own = await testDatabase();
  await using old = await openStore(own.url);
  const webhook = await old.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const waitedFor: string[] = [];
  let migrating: Promise<number>;
  {
    await using _reader = await own.hold('SELECT count(*) FROM deliveries');
    migrating = migrateFurther(own.url, further, { onWait: (waitsFor) => waitedFor.push(waitsFor) });
    await expect.poll(() => waitedFor, { timeout: 20_000 }).toEqual(['a transaction']);
    // Each as soon as the one before is done: some begin while the migration has its try.
    for (let count = 0; count < 100; count++) {
      const { delivery, entry } = published(webhook);
      expect(await old.publish(entry)).toMatchObject({ kind: 'stored' });
      expect(await old.record({ results: [succeeded(delivery)], health: new Map() })).toEqual(['recorded']);
      expect(await old.getDelivery(tenantId, delivery.id)).toMatchObject({ lastStatus: 200 });
    }
    expect(await furtherTables(own)).toEqual([]);
  }
  expect(await migrating).toBe(migrations.length + 1);
  expect(waitedFor).toEqual(['a transaction']);
  expect(await furtherTables(own)).toHaveLength(1);
  const { delivery, entry } = published(webhook);
  expect(await old.publish(entry)).toMatchObject({ kind: 'stored' });
  expect(await old.record({ results: [succeeded(delivery)], health: new Map() })).toEqual(['recorded']);
});

test('a migration that others are in the way of for all of its time leaves nothing behind, and tells why', async () => {
  await using own = await testDatabase();
  await (await openStore(own.url)).close();
  await using _reader = await own.hold('SELECT count(*) FROM deliveries');
  await expect(migrateFurther(own.url, further, { withinMs: 1_000 })).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('pg_stat_activity'),
  });
  expect(await furtherTables(own)).toEqual([]);
});

test('a node that is asked to stop while it waits to migrate stops, and nothing of the migration is there', async () => {
  await using own = await testDatabase();
  await (await openStore(own.url)).close();
  await using _reader = await own.hold('SELECT count(*) FROM deliveries');
  const stopping = new AbortController();
  const migrating = migrateFurther(own.url, further, {
    signal: stopping.signal,
    onWait: () => stopping.abort(),
  });
  await expect(migrating).rejects.toMatchObject({ name: 'AbortError' });
  expect(await furtherTables(own)).toEqual([]);
});

test('of two newer nodes one migrates, the other waits for it, and both are ready when the reader is done', async () => {
  await using own = await testDatabase();
  await (await openStore(own.url)).close();
  const waitedFor: string[] = [];
  const onWait: MigrateOptions['onWait'] = (waitsFor) => waitedFor.push(waitsFor);
  let migrating: Promise<number[]>;
  {
    await using _reader = await own.hold('SELECT count(*) FROM deliveries');
    migrating = Promise.all([1, 2].map(() => migrateFurther(own.url, further, { onWait })));
    await expect
      .poll(() => waitedFor.toSorted(), { timeout: 30_000 })
      .toEqual(['a transaction', 'another node']);
  }
  expect(await migrating).toEqual([1, 2].map(() => migrations.length + 1));
});

test('a table that is being vacuumed for long is migrated: an autovacuum gives way', async () => {
  await using postgres = await startPostgres(['autovacuum_naptime=1']);
  const url = postgres.url('postgres');
  await (await openStore(url)).close();
  const vacuumed = new Client({ connectionString: url });
  await vacuumed.connect();
  await vacuumed.query(
    `CREATE TABLE vacuumed WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
     AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 5000)`,
  );
  await vacuumed.query('DELETE FROM vacuumed');
  const working = `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE '%public.vacuumed%'`;
  await expect.poll(async () => (await vacuumed.query(working)).rows, { timeout: 60_000 }).toHaveLength(1);
  await vacuumed.end();
  expect(await migrateFurther(url, 'ALTER TABLE vacuumed ADD COLUMN further INT')).toBe(
    migrations.length + 1,
  );
});
