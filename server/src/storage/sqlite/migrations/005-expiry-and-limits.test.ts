// A database of the version before becomes one of this version: its webhooks have names to compare, and deliveries may end for one reason more.

import { expect, test } from 'vitest';
import { aChange, aWebhook, now, tenantId } from '../../contract/given.ts';
import { migrate } from '../migrate.ts';
import { openSqliteInline } from '../open.ts';
import type { Connection } from '../session.ts';
import { migrations } from './migrations.ts';
import { oldDatabase } from './old-database.ts';

const before = migrations.slice(0, 4);
const masterKey = new Uint8Array(32);

const old = oldDatabase();

function addExhausted(connection: Connection, id: string, reason: string): void {
  connection
    .prepare(
      `INSERT INTO deliveries (id, tenant_id, webhook_id, event_id, event_type, attempts, state, settled_at, reason, created_at)
       VALUES (?, 'tnt_1', 'wh_1', 'evt_1', 'a', 1, 'exhausted', 1, ?, 1)`,
    )
    .run(id, reason);
}

test('webhooks of the version before are read as they were and their names are compared', async () => {
  old.on((connection) => {
    migrate(connection, now, before);
    connection
      .prepare(
        `INSERT INTO webhooks (id, tenant_id, dialect, state, created_at, updated_at, version, definition, signing_keys)
         VALUES (@id, @tenantId, @dialect, 'active', 1, 1, 1, @definition, '[]')`,
      )
      .run({
        ...aWebhook(),
        dialect: 'native',
        definition: JSON.stringify({ ...definition, name: 'Billing' }),
      });
  });
  const store = openSqliteInline({ path: old.path, masterKey });
  const {
    rows: [webhook],
  } = await store.listWebhooks(tenantId, {}, { limit: 9, after: null, before: null });
  expect(webhook).toMatchObject({ name: 'Billing', expiry: null });
  const taken = store.createWebhook(
    aWebhook({ dialect: 'native', name: 'BILLING' }),
    { kind: 'none' },
    aChange(),
    undefined,
    { allMax: 9, activeMax: 9, now },
  );
  await expect(taken).rejects.toMatchObject({ limit: 'name_taken' });
  await store.close();
});

test('the new reason is allowed, others still are not', () => {
  old.on((connection) => {
    migrate(connection, now, before);
    connection.exec(
      `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries, data)
       VALUES ('evt_1', 'tnt_1', 'a', 1, 1, '{}', 'r', 2, x'7b7d')`,
    );
    addExhausted(connection, 'dlv_1', 'age');
    expect(() => addExhausted(connection, 'dlv_x', 'not_retried')).toThrow(/CHECK/);
    migrate(connection, now, migrations);
    addExhausted(connection, 'dlv_2', 'not_retried');
    expect(() => addExhausted(connection, 'dlv_x', 'person')).toThrow(/CHECK/);
  });
  old.on((connection) => expect(connection.pragma('integrity_check', { simple: true })).toBe('ok'));
});

const definition = {
  description: '',
  endpoint: {
    url: 'https://receiver.example/',
    headers: {},
    timeoutMs: 5,
    tlsVerify: true,
    concurrencyMax: 1,
  },
  username: null,
  scheme: 'none',
  subscription: { eventTypes: ['*'], channels: [] },
  profile: 'durable',
  retrySchedule: null,
  dialectSettings: {},
  metadata: {},
};
