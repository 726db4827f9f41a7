// Opening a database: by several nodes at once, with the right key, and by a program that knows its schema.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { masterKey, testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { steadyClock } from '../../clock.ts';
import { aChange, aWebhook, newTenant, tenantId } from '../contract/given.ts';
import { migrate, versionOf } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { openPostgresStore } from './open.ts';
import { Pool } from './pool.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  newTenant();
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});
afterAll(() => database[Symbol.asyncDispose]());

const options = { name: 'test', max: 1, statementMs: 10_000, lockMs: 10_000, connectMs: 5_000 };

async function onPool<Answer>(act: (pool: Pool) => Promise<Answer>): Promise<Answer> {
  const pool = new Pool(database.url, options);
  try {
    return await act(pool);
  } finally {
    await pool.end();
  }
}

test('nodes that start together migrate once, and each works', async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(database.url)));
  const rows = await database.query(
    'SELECT version, count(*)::int AS times FROM migrations GROUP BY version',
  );
  expect(rows.map(({ times }) => times)).toEqual(migrations.map(() => 1));
  for (const store of stores) {
    const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
    expect(await store.getWebhook(tenantId, webhook.id)).toEqual(webhook);
  }
  await Promise.all(stores.map((store) => store.close()));
});

test('a step of two that fails leaves the version before it, and all of that', async () => {
  await onPool(async (pool) => {
    const steps = [
      { name: 'one', sql: 'CREATE TABLE one (id int)' },
      { name: 'two', sql: 'CREATE TABLE two (id int); SELECT 1 / 0' },
    ];
    await expect(pool.use((session) => migrate(session, steadyClock(), { steps }))).rejects.toThrow(
      'division by zero',
    );
    expect(await pool.use(versionOf)).toBe(1);
    const tables = await database.query("SELECT relname FROM pg_class WHERE relname IN ('one', 'two')");
    expect(tables).toEqual([{ relname: 'one' }]);
  });
});

test('OPS-03: a schema that a newer program wrote is refused', async () => {
  await (await openStore(database.url)).close();
  await database.query("INSERT INTO migrations (version, name, applied_at) VALUES (99, 'later', 0)");
  await expect(openStore(database.url)).rejects.toMatchObject({ code: 'newer_schema' });
});

test('another master key than the one it was begun with is refused, and so is none', async () => {
  await (await openStore(database.url)).close();
  const open = (key: string | undefined) =>
    openPostgresStore({ url: database.url, masterKey: key, clock: steadyClock() });
  await expect(open(randomBytes(32).toString('base64'))).rejects.toMatchObject({ code: 'master_key' });
  await expect(open(undefined)).rejects.toMatchObject({ code: 'master_key' });
  await expect(open('short')).rejects.toMatchObject({ code: 'master_key' });
  await (await open(masterKey)).close();
});

test('SEC-08: nothing that is stored gives a secret away', async () => {
  const store = await openStore(database.url);
  await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  await store.close();
  const [row] = await database.query<{ text: string }>(
    `SELECT string_agg(w::text, '') || (SELECT string_agg(a::text, '') FROM audit a) AS text FROM webhooks w`,
  );
  for (const secret of ['pässword', 'whsec_new', 'whsec_old', 's3cret'])
    expect(row!.text).not.toContain(secret);
});

test('a server that can not be reached is named without its password', async () => {
  const url = 'postgres://ada:s3cret@127.0.0.1:1/orders';
  const opening = openPostgresStore({ url, masterKey, clock: steadyClock() });
  await expect(opening).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^The database 127\.0\.0\.1:1\/orders can't be used: /),
  });
  await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') });
});
