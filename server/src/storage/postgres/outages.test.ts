// Outages of the database: nothing that was promised is lost, nothing is there twice, and who can't be answered hears so.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../../test/postgres/fault-proxy.ts';
import { database, openOwnStore, store } from '../../../test/postgres/own-store.ts';
import { startPostgres } from '../../../test/postgres/server.ts';
import { openStore } from '../../../test/postgres/store.ts';
import {
  aChange,
  aDelivery,
  aKey,
  anEntry,
  anEvent,
  aWebhook,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from '../contract/given.ts';
import { StoreUnavailable, type RecordedResult } from '../store.ts';

openOwnStore();

/** Ends every connection but the asker's own. */
function cutAll(): Promise<unknown> {
  return database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
}

/** Undefined when the store says that it is unavailable, as it must if it does not answer. */
async function orInDoubt<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

/** As the name of the prepared statement stands in the protocol. */
const insertion = '\0publish\0';

function oneEvent(webhook = aWebhook()) {
  const event = anEvent();
  const delivery = aDelivery(event, webhook);
  return { event, delivery, entry: anEntry([routed(event, [delivery])]) };
}

test('DBF-02: publishes while connections are cut again and again are all there, or were said to be in doubt', async () => {
  const made: { id: string; outcome: 'stored' | 'in doubt' }[] = [];
  let going = true;
  const publisher = async () => {
    while (going) {
      const { event, entry } = oneEvent();
      const result = await orInDoubt(store.publish(entry));
      made.push({ id: event.id, outcome: result === undefined ? 'in doubt' : 'stored' });
    }
  };
  const publishers = Promise.all(Array.from({ length: 16 }, publisher));
  for (let cut = 0; cut < 30; cut++) {
    await sleep(20);
    await cutAll();
  }
  going = false;
  await publishers;
  const rows = await database.query<{ id: string }>('SELECT id FROM events');
  const there = new Set(rows.map(({ id }) => id));
  expect(rows).toHaveLength(there.size);
  const stored = made.filter(({ outcome }) => outcome === 'stored');
  expect(stored.length).toBeGreaterThan(100);
  expect(stored.filter(({ id }) => !there.has(id))).toEqual([]);
});

test('DBF-02: records while connections are cut are repeated until they are there, once each', async () => {
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const results: RecordedResult[] = [];
  for (let count = 0; count < 400; count++) {
    const { delivery, entry } = oneEvent(webhook);
    await store.publish(entry);
    results.push(succeeded(delivery));
  }
  let going = true;
  const cutting = (async () => {
    while (going) {
      await cutAll();
      await sleep(15);
    }
  })();
  for (let from = 0; from < results.length; from += 10) {
    const batch = { results: results.slice(from, from + 10), health: new Map() };
    for (;;) {
      const recorded = await orInDoubt(store.record(batch));
      if (recorded === undefined) continue;
      expect(recorded).toEqual(batch.results.map(() => 'recorded'));
      break;
    }
  }
  going = false;
  await cutting;
  const [attempts] = await database.query(
    'SELECT count(*)::int AS n, count(DISTINCT id)::int AS ids FROM attempts',
  );
  expect(attempts).toEqual({ n: 400, ids: 400 });
  const counts = await store.webhookStatistics(webhook.id, 0, now * 2);
  expect(counts.reduce((sum, each) => sum + each.counts.successes, 0)).toBe(400);
});

test('a publish whose answer was lost is answered as stored when it was', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  await far.publish(oneEvent().entry);
  for (const key of [null, aKey()]) {
    const { event, entry } = oneEvent();
    proxy.deafTo = insertion;
    const publishing = far.publish({ ...entry, idempotency: key });
    await expect.poll(() => database.query('SELECT 1 FROM events WHERE id = $1', [event.id])).toHaveLength(1);
    proxy.deafTo = null;
    proxy.mode = 'ok';
    proxy.cut();
    expect(await publishing).toEqual({
      kind: 'stored',
      accepted: [{ eventId: event.id, deliveries: 1 }],
      fresh: [true],
    });
  }
});

test('a publish whose commit outlasts the wait for its answer is stored once, and answered as such', async () => {
  await database.query('CREATE TABLE gate ()');
  await database.query('INSERT INTO gate DEFAULT VALUES');
  await database.query(`CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN WHILE EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN NULL; END $$`);
  await database.query(`CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON deliveries_waiting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate()`);
  const asked = [null, aKey()].map((idempotency) => {
    const { event, entry } = oneEvent();
    return { event, published: orInDoubt(store.publish({ ...entry, idempotency })) };
  });
  await database.lockAwaited('posthorn publishing');
  await database.query('DELETE FROM gate');
  for (const { event, published } of asked) {
    expect(await published).toEqual({
      kind: 'stored',
      accepted: [{ eventId: event.id, deliveries: 1 }],
      fresh: [true],
    });
  }
  await database.query('DROP TRIGGER at_commit ON deliveries_waiting');
  await database.query('DROP TABLE gate');
});

test('a publish in doubt is told as such within seconds; the webhooks concerned are named once the database answers', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  const named: string[] = [];
  far.onWaiting((ids) => named.push(...ids));
  await far.publish(oneEvent().entry);
  const { delivery, entry } = oneEvent();
  const key = aKey();
  proxy.deafTo = insertion;
  const publishing = far.publish({ ...entry, idempotency: key });
  publishing.catch(() => {});
  await expect
    .poll(() => database.query('SELECT 1 FROM events WHERE id = $1', [delivery.eventId]))
    .toHaveLength(1);
  proxy.deafTo = null;
  proxy.mode = 'closed';
  proxy.cut();
  await expect(publishing).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await far.check()).toMatchObject({ ok: false });
  expect(named).toEqual([]);

  proxy.mode = 'ok';
  await expect.poll(() => named, { timeout: 30_000 }).toContain(delivery.webhookId);
  expect(await far.loadDue(delivery.webhookId, now, upTo(10))).toMatchObject({ due: [{ delivery }] });
  const repeated = await far.publish({ ...oneEvent().entry, idempotency: key });
  expect(repeated).toMatchObject({ kind: 'repeated', accepted: [{ eventId: delivery.eventId }] });
});

test('a record whose answer was lost is recorded once, with its attempt and in the statistics', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  const webhook = await far.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const [before, { delivery, entry }] = [oneEvent(webhook), oneEvent(webhook)];
  await far.publish(before.entry);
  await far.record({ results: [succeeded(before.delivery)], health: new Map() });
  await far.publish(entry);
  const result = succeeded(delivery);
  proxy.deafTo = '\0record\0';
  const recording = far.record({ results: [result], health: new Map() });
  await expect
    .poll(() => database.query('SELECT 1 FROM attempts WHERE delivery_id = $1', [delivery.id]))
    .toHaveLength(1);
  proxy.deafTo = null;
  proxy.mode = 'ok';
  proxy.cut();
  expect(await recording).toEqual(['recorded']);
  expect(await far.listAttempts(tenantId, delivery.id)).toEqual([result.attempt]);
  expect(await far.webhookStatistics(webhook.id, 0, now * 2)).toMatchObject([{ counts: { successes: 2 } }]);
});

test('a change whose commit got no answer happens once, and is answered with what came of it', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  await far.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const webhook = aWebhook();
  const change = aChange({ key: aKey() });
  // The word stands in the first message of its kind that is sent alone: the end of the transaction.
  proxy.deafTo = 'COMMIT';
  const creating = far.createWebhook(webhook, { kind: 'next_in_tenant' }, change);
  await expect
    .poll(() => database.query('SELECT 1 FROM webhooks WHERE id = $1', [webhook.id]))
    .toHaveLength(1);
  proxy.deafTo = null;
  proxy.mode = 'ok';
  proxy.cut();
  expect(await creating).toEqual({ ...webhook, wireId: 1 });
  const audit = await database.query('SELECT 1 FROM audit WHERE id = $1', [change.audit.id]);
  expect(audit).toHaveLength(1);
});

test('DBF-04: a database that hangs is told of within seconds, by whatever is asked, and is used again when it is back', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  const webhook = await far.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  await far.publish(oneEvent(webhook).entry);
  proxy.mode = 'hanging';
  const asked = await Promise.allSettled([
    far.publish(oneEvent().entry),
    far.getWebhook(tenantId, webhook.id),
    far.deleteWebhook(tenantId, webhook.id, now, aChange()),
  ]);
  for (const { status } of asked) expect(status).toBe('rejected');
  for (const each of asked) expect((each as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
  proxy.mode = 'ok';
  proxy.cut();
  await expect.poll(() => far.check(), { timeout: 30_000 }).toEqual({ ok: true });
  expect(await far.publish(oneEvent().entry)).toMatchObject({ kind: 'stored' });
  expect(await far.getWebhook(tenantId, webhook.id)).toBeDefined();
});

test('a lock that somebody holds for long makes a publish fail in time, and nothing of it is stored', async () => {
  const { event, entry } = oneEvent();
  const holding = database.query(
    `BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); COMMIT`,
  );
  await expect
    .poll(() =>
      database.query(
        `SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'events'::regclass AND granted`,
      ),
    )
    .toHaveLength(1);
  await expect(store.publish(entry)).rejects.toThrow(/lock timeout/);
  await holding;
  expect(await store.loadEvent(event.id)).toBeUndefined();
  expect(await store.publish(entry)).toMatchObject({ kind: 'stored' });
});

test('DBF-11: idle connections that are cut are replaced unseen', async () => {
  const { event, entry } = oneEvent();
  await store.publish(entry);
  await cutAll();
  expect(await store.loadEvent(event.id)).toBeDefined();
  expect(await store.getTenant('tnt_none')).toBeUndefined();
  await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  expect(await store.publish(oneEvent().entry)).toMatchObject({ kind: 'stored' });
});

test.each(['fsync', 'full_page_writes'])('DUR-07: a server with %s=off is refused', async (name) => {
  await using postgres = await startPostgres([`${name}=off`]);
  await expect(openStore(postgres.url('postgres'))).rejects.toMatchObject({
    code: 'not_durable',
    message: expect.stringContaining(`${name}=off`),
  });
});

test('DUR-07: where the server commits without waiting for the disk, our connections wait', async () => {
  await database.query(
    `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET synchronous_commit = off`,
  );
  await using other = await openStore(database.url);
  expect(await other.publish(oneEvent().entry)).toMatchObject({ kind: 'stored' });
});
