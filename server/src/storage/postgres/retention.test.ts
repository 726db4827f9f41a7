// Retention drops days of the history as a whole, and never what is unfinished or was settled lately.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import { dayMs } from '../../domain/clock.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { healthy } from '../../domain/webhook-health.ts';
import {
  aChange,
  again,
  aDelivery,
  anEntry,
  anEvent,
  aWebhook,
  first,
  newTenant,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from '../contract/given.ts';
import type { Purged } from '../store.ts';

let database: TestDatabase;
let store: OpenStore;
/** What is given has ids of this day. */
const today = now - (now % dayMs);
const tomorrow = today + dayMs;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  newTenant();
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  store = await openStore(database.url, now);
  return () => store.close();
});
afterAll(() => database[Symbol.asyncDispose]());

async function published(count: number, webhook = aWebhook()): Promise<ScheduledDelivery[]> {
  const deliveries = Array.from({ length: count }, () => aDelivery(anEvent(), webhook));
  await store.publish(
    anEntry(deliveries.map((delivery) => routed(anEvent({ id: delivery.eventId }), [delivery]))),
  );
  return deliveries;
}

async function finish(deliveries: readonly ScheduledDelivery[], at = now): Promise<void> {
  const results = deliveries.map((delivery) => {
    const result = succeeded(delivery);
    return { ...result, after: { ...result.after, state: { kind: 'delivered', at } as const } };
  });
  await store.record({ results, health: new Map() });
}

async function purgeAll(before: number): Promise<Omit<Purged, 'more'>> {
  const sum = { events: 0, deliveries: 0, attempts: 0, keys: 0 };
  for (let step = 0; step < 1_000; step++) {
    const purged = await store.purge(before, before, 10);
    for (const name of ['events', 'deliveries', 'attempts', 'keys'] as const) sum[name] += purged[name];
    if (!purged.more) return sum;
  }
  throw new Error('the purge does not end');
}

async function days(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass`,
  );
  return rows.map(({ name }) => name).toSorted();
}

test('the days to come have their partitions before they begin', async () => {
  expect(await days()).toEqual([
    'events_d20270115',
    'events_d20270116',
    'events_d20270117',
    'events_d20270118',
    'events_d20270119',
    'events_other',
  ]);
  await store.purge(0, now + 2 * dayMs, 10);
  expect((await days()).slice(-3)).toEqual(['events_d20270120', 'events_d20270121', 'events_other']);
});

test('a day that is over goes as a whole, with all that its events had', async () => {
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const deliveries = await published(300, webhook);
  await finish(deliveries);
  await store.saveHealth(webhook.id, healthy);
  expect(await store.webhookStatistics(webhook.id, 0, now * 2)).toHaveLength(1);

  expect(await store.purge(tomorrow, tomorrow, 10)).toEqual({
    events: 300,
    deliveries: 300,
    attempts: 300,
    keys: 0,
    more: true,
  });

  expect((await days())[0]).toBe('events_d20270116');
  expect((await store.listEvents(tenantId, {}, first)).rows).toEqual([]);
  expect((await store.listDeliveries(tenantId, {}, first)).rows).toEqual([]);
  expect(await store.getDelivery(tenantId, deliveries[0]!.id)).toBeUndefined();
  expect(await store.webhookStatistics(webhook.id, 0, now * 2)).toEqual([]);
  const left = await database.query(`SELECT relname FROM pg_class WHERE relname LIKE '%d20270115%'`);
  expect(left).toEqual([]);
});

test('a day is kept until all of it is older than the retention time', async () => {
  await finish(await published(5));
  await purgeAll(tomorrow - 1);
  expect((await store.listEvents(tenantId, {}, first)).rows).toHaveLength(5);
});

test('DUR-17: what waits outlives its day, with its attempts, and is delivered from there', async () => {
  const webhook = aWebhook();
  const [waiting, failing, ...others] = await published(50, webhook);
  const retried = again(failing!, now + 9);
  await store.record({ results: [retried], health: new Map() });
  await finish(others);

  expect(await purgeAll(tomorrow)).toEqual({ events: 48, deliveries: 48, attempts: 48, keys: 0 });

  const { due } = await store.loadDue(webhook.id, now + 9, upTo(10));
  expect(due.map(({ delivery }) => delivery.id)).toEqual([waiting!.id, failing!.id]);
  expect(await store.listAttempts(tenantId, failing!.id)).toEqual([retried.attempt]);
  await finish([waiting!, retried.after as ScheduledDelivery]);
  await purgeAll(tomorrow);
  expect((await store.listDeliveries(tenantId, {}, first)).rows).toEqual([]);
});

test('P5: what was settled lately outlives its day, whole', async () => {
  const [late, early] = await published(2);
  await finish([early!]);
  await finish([late!], tomorrow + 5);
  expect(await purgeAll(tomorrow)).toMatchObject({ events: 1, deliveries: 1, attempts: 1 });
  expect(await store.getEvent(tenantId, late!.eventId)).toBeDefined();
  expect(await store.listAttempts(tenantId, late!.id)).toHaveLength(1);
  await purgeAll(tomorrow + 6);
  expect(await store.getEvent(tenantId, late!.eventId)).toBeUndefined();
});

test("a publisher's own id is good for as long as its event is there", async () => {
  const webhook = aWebhook();
  const [gone, kept] = ['gone', 'kept'].map((id) => ({ source: 'crm', id, bodyHash: 'a' }));
  const publish = (publisherKey: typeof gone) => {
    const event = anEvent();
    return store.publish(
      anEntry([routed(event, [aDelivery(event, webhook)], { publisherKey: publisherKey! })]),
    );
  };
  await publish(gone);
  await publish(kept);
  const { due } = await store.loadDue(webhook.id, now, upTo(10));
  await finish([due[0]!.delivery]);
  await purgeAll(tomorrow);
  expect(await publish(kept)).toMatchObject({ fresh: [false] });
  expect(await publish(gone)).toMatchObject({ fresh: [true] });
});

test('writers go on while days are dropped', async () => {
  await finish(await published(500));
  let going = true;
  const writing = (async () => {
    const made: ScheduledDelivery[] = [];
    while (going) {
      const some = await published(5);
      await finish(some, tomorrow + 1);
      made.push(...some);
    }
    return made;
  })();
  const purged = await purgeAll(tomorrow);
  going = false;
  const made = await writing;
  expect(purged.events).toBeGreaterThanOrEqual(500);
  for (const { id } of made) expect(await store.getDelivery(tenantId, id)).toBeDefined();
});

test('of two nodes that clean at once, one does, and the other has nothing to do', async () => {
  const other = await openStore(database.url, now);
  await finish(await published(100));
  const purged = await Promise.all([
    store.purge(tomorrow, tomorrow, 10),
    other.purge(tomorrow, tomorrow, 10),
  ]);
  expect(purged.reduce((sum, { events }) => sum + events, 0)).toBe(100);
  await other.close();
});
