// What joins a line while its first ends, in another transaction, is not left behind one that is over.

import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { database, openOwnStore, store } from '../../../test/postgres/own-store.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import {
  aChange,
  aDelivery,
  anEntry,
  anEvent,
  aWebhook,
  now,
  routed,
  succeeded,
  tenantId,
  upTo,
} from '../contract/given.ts';

openOwnStore();

async function storedWebhook() {
  return store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
}

async function publish(webhookId: string, orderingKey = 'k'): Promise<ScheduledDelivery> {
  const event = anEvent();
  const delivery = aDelivery(event, { id: webhookId }, { orderingKey });
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
  await database.lockAwaited();
  await other.query('COMMIT');
  await other.end();
  const second = await publishing;
  expect(await dueOf(id)).toEqual([second.id]);
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
  await database.lockAwaited();
  await other.query('COMMIT');
  await other.end();
  expect(await recording).toEqual(['recorded']);
  expect(await dueOf(id)).toEqual(['dlv_joins']);
});

test('when the second is cancelled elsewhere while the first ends, the third is due', async () => {
  const { id } = await storedWebhook();
  const [first, second, third] = [await publish(id), await publish(id), await publish(id)];
  const other = await elsewhere();
  await other.query(
    `UPDATE deliveries SET state = 'cancelled', due_at = NULL, settled_at = 1, reason = 'person' WHERE id = '${second.id}'`,
  );
  const recording = store.record({ results: [succeeded(first)], health: new Map() });
  await database.lockAwaited();
  await other.query('COMMIT');
  await other.end();
  expect(await recording).toEqual(['recorded']);
  expect(await dueOf(id)).toEqual([third.id]);
});

test('a change of the webhook that takes its time elsewhere holds up nobody who publishes into its lines', async () => {
  const { id } = await storedWebhook();
  const other = await elsewhere();
  await other.query(`UPDATE webhooks SET updated_at = updated_at + 1 WHERE id = '${id}'`);
  const first = await publish(id);
  expect(await store.record({ results: [succeeded(first)], health: new Map() })).toEqual(['recorded']);
  await other.query('ROLLBACK');
  await other.end();
});

test('while the lines of a webhook are held elsewhere, all else is published', async () => {
  const [{ id }, plain] = [await storedWebhook(), await storedWebhook()];
  const other = await elsewhere();
  await other.query(`SELECT pg_advisory_xact_lock(lines_of('${id}'))`);
  let over = false;
  const inLine = publish(id).finally(() => (over = true));
  await database.lockAwaited();
  const event = anEvent();
  await store.publish(anEntry([routed(event, [aDelivery(event, plain)])]));
  expect(over).toBe(false);
  await other.query('ROLLBACK');
  await other.end();
  const published = await inLine;
  expect(await dueOf(id)).toEqual([published.id]);
});

test('two who cancel in several lines while others publish there never wait in a circle', async () => {
  const webhooks = [(await storedWebhook()).id, (await storedWebhook()).id].toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  const [one, two] = webhooks as [string, string];
  const [first, second] = [await publish(two), await publish(one)];
  const other = await elsewhere();
  await other.query(`SELECT pg_advisory_xact_lock(lines_of('${one}'))`);
  const cancelling = store.cancelScheduled(tenantId, [first.id, second.id], now, aChange());
  await database.lockAwaited();
  // As a publisher does that goes on: who cancels holds nothing yet.
  await other.query(`SET LOCAL lock_timeout = '1s'; SELECT pg_advisory_xact_lock(lines_of('${two}'))`);
  await other.query('COMMIT');
  await other.end();
  expect(await cancelling).toHaveLength(2);
});

test.each<{ who: string; end: (webhookId: string, ids: readonly string[]) => Promise<unknown> }>([
  { who: 'a person cancels', end: (_, ids) => store.cancelScheduled(tenantId, ids, now, aChange()) },
  { who: 'a chore gives up for their age', end: (id) => store.exhaustOld(id, now + 1, now, 100) },
  { who: 'a webhook drops', end: (id) => store.dropDeliveries(id, 'target_changed', now, now, 100) },
])(
  'what $who beside the record of another line’s first is waited for before any of it ends',
  async ({ end }) => {
    const { id } = await storedWebhook();
    const [other, first, second] = [await publish(id, 'j'), await publish(id), await publish(id)];
    const recording = await elsewhere();
    await recording.query(`SELECT pg_advisory_xact_lock_shared(lines_of('${id}'))`);
    await recording.query(ending(first.id));
    const ended = end(id, [other.id, second.id]);
    await database.lockAwaited();
    await recording.query(`SET LOCAL lock_timeout = '300ms'; ${ending(other.id)}`);
    await recording.query('COMMIT');
    await recording.end();
    await ended;
    expect(await dueOf(id)).toEqual([]);
    expect(await stateOf(second)).not.toBe('scheduled');
  },
);

test('a record that meets one cancellation after the other is there the second time it is tried', async () => {
  const { id } = await storedWebhook();
  const firsts: ScheduledDelivery[] = [];
  for (const key of 'abcdefg') firsts.push(await publish(id, key));
  let person = await elsewhere();
  await person.query(`SELECT pg_advisory_xact_lock(lines_of('${id}'))`);
  let recorded: readonly string[] | undefined;
  const recording = store.record({ results: firsts.map((each) => succeeded(each)), health: new Map() });
  void recording.then((answer) => (recorded = answer)).catch(() => undefined);
  let cancelled = 0;
  for (const { id: cancelledId } of firsts) {
    await vi.waitUntil(
      async () => recorded !== undefined || (await database.isLockAwaited('posthorn recording')),
      { timeout: 20_000 },
    );
    if (recorded !== undefined) break;
    await person.query(ending(cancelledId));
    cancelled++;
    const next = await elsewhere();
    const nextHolds = next.query(`SELECT pg_advisory_xact_lock(lines_of('${id}'))`);
    await database.lockAwaited('');
    await person.query('COMMIT');
    await person.end();
    await nextHolds;
    person = next;
  }
  await person.query('COMMIT');
  await person.end();
  await recording;
  expect(cancelled).toBe(2);
  expect(recorded).toEqual([...Array(2).fill('cancelled'), ...Array(5).fill('recorded')]);
});

/** As whoever ends a delivery does. */
function ending(id: string): string {
  return `UPDATE deliveries SET state = 'cancelled', due_at = NULL, settled_at = 1, reason = 'person' WHERE id = '${id}'`;
}

async function stateOf({ id }: ScheduledDelivery): Promise<string | undefined> {
  return (await store.getDelivery(tenantId, id))?.delivery.state.kind;
}
