// A database of the first version becomes one of this version: what it holds is as it was, and more is allowed.

import { expect, test } from 'vitest';
import {
  aChange,
  aDelivery,
  anEntry,
  anEvent,
  aWebhook,
  now,
  routed,
  tenantId,
} from '../../contract/given.ts';
import { firstWaitingSql } from '../due.ts';
import { migrate } from '../migrate.ts';
import { openSqliteInline } from '../open.ts';
import type { Connection } from '../session.ts';
import { foundation } from './001-foundation.ts';
import { verification } from './004-verification.ts';
import { oldDatabase } from './old-database.ts';

const first = [{ name: 'foundation', sql: foundation }];
const second = { name: 'verification', sql: verification, writesSchema: true } as const;
const masterKey = new Uint8Array(32);

const old = oldDatabase();

function addDelivery(connection: Connection, id: string, state: 'scheduled' | 'cancelled', more = {}): void {
  const row = {
    id,
    tenant_id: 'tnt_1',
    webhook_id: 'wh_1',
    event_id: 'evt_1',
    event_type: 'a',
    attempts: 0,
    state,
    due_at: state === 'scheduled' ? now : null,
    settled_at: state === 'scheduled' ? null : now,
    reason: state === 'scheduled' ? null : 'person',
    created_at: now,
    ...more,
  };
  const columns = Object.keys(row);
  connection
    .prepare(
      `INSERT INTO deliveries (${columns.join()}) VALUES (${columns.map((name) => `@${name}`).join()})`,
    )
    .run(row);
}

/** A database of the first version, with deliveries of each kind. */
function filledFirstVersion(): void {
  old.on((connection) => {
    migrate(connection, now, first);
    connection.exec(
      `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries, data)
       VALUES ('evt_1', 'tnt_1', 'a', 1, 1, '{}', 'r', 2, x'7b7d')`,
    );
    for (let count = 0; count < 1_000; count++) addDelivery(connection, `dlv_w${count}`, 'scheduled');
    addDelivery(connection, 'dlv_cancelled', 'cancelled');
  });
}

test('what was stored is whole and the queue is as it was', () => {
  filledFirstVersion();
  old.on((connection) => migrate(connection, now, [...first, second]));
  old.on((connection) => {
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    const purposes = 'SELECT purpose, count(*) AS count FROM deliveries GROUP BY purpose';
    expect(connection.prepare(purposes).all()).toEqual([{ purpose: 'event', count: 1_001 }]);
    expect(connection.prepare(firstWaitingSql).all('wh_1', 0, 2_000)).toHaveLength(1_000);
  });
});

test('new purposes and reasons are allowed, others still are not, and the schema can not be written any more', () => {
  filledFirstVersion();
  old.on((connection) => {
    migrate(connection, now, [...first, second]);
    for (const reason of ['superseded', 'webhook_disabled', 'target_changed', 'person', 'webhook_deleted'])
      addDelivery(connection, `dlv_${reason}`, 'cancelled', { reason });
    for (const purpose of ['event', 'verification', 'test'])
      addDelivery(connection, `dlv_${purpose}`, 'scheduled', { purpose });
    expect(() => addDelivery(connection, 'dlv_x', 'cancelled', { reason: 'age' })).toThrow(/CHECK/);
    expect(() => addDelivery(connection, 'dlv_x', 'cancelled', { reason: 'breaker_open' })).toThrow(/CHECK/);
    expect(() => addDelivery(connection, 'dlv_x', 'scheduled', { purpose: 'other' })).toThrow(/CHECK/);
    const inQueue = connection.prepare(firstWaitingSql).all('wh_1', 0, 2_000) as { id: string }[];
    expect(
      inQueue.filter(({ id }) => ['dlv_event', 'dlv_verification', 'dlv_test'].includes(id)),
    ).toHaveLength(1);
    expect(() => connection.exec('PRAGMA writable_schema = ON; DELETE FROM sqlite_schema')).toThrow(/sqlite/);
  });
  old.on((connection) => expect(connection.pragma('integrity_check', { simple: true })).toBe('ok'));
});

test('a failure leaves the first version as it was, and the next start brings it on', () => {
  filledFirstVersion();
  const bad = { ...second, sql: `${verification}; INSERT INTO nowhere VALUES (1)` };
  old.on((connection) => expect(() => migrate(connection, now, [...first, bad])).toThrow(/nowhere/));
  old.on((connection) => {
    expect(() => addDelivery(connection, 'dlv_x', 'cancelled', { reason: 'superseded' })).toThrow(/CHECK/);
    expect(() => addDelivery(connection, 'dlv_x', 'scheduled', { purpose: 'test' })).toThrow(/purpose/);
    migrate(connection, now, [...first, second]);
    addDelivery(connection, 'dlv_x', 'cancelled', { reason: 'superseded' });
  });
});

test('webhooks and health of older versions read with nothing where they knew nothing', async () => {
  let store = openSqliteInline({ path: old.path, masterKey });
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const event = anEvent();
  await store.publish(anEntry([routed(event, [aDelivery(event, webhook)])]));
  await store.close();
  old.on((connection) => {
    connection.exec(
      `UPDATE webhooks SET definition = json_remove(definition, '$.verification', '$.subscription.only')`,
    );
    connection
      .prepare('INSERT INTO webhook_health (webhook_id, health) VALUES (?, ?)')
      .run(
        webhook.id,
        '{"breaker":{"kind":"closed"},"failing":{"since":5,"deliveryIds":["dlv_1","dlv_2"],"noticed":"1d"}}',
      );
  });
  store = openSqliteInline({ path: old.path, masterKey });
  expect(await store.getWebhook(tenantId, webhook.id)).toEqual(webhook);
  const health = (await store.loadHealth()).get(webhook.id);
  expect(health?.failing).toEqual({
    since: 5,
    deliveryIds: ['dlv_1', 'dlv_2'],
    attempts: 2,
    last: null,
    noticed: '1d',
  });
  await store.close();
});
