// Whatever another process changes becomes known here.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { startFaultProxy, type FaultProxy } from '../../../test/postgres/fault-proxy.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import { aChange, aPolicy, aTenant, aWebhook, newTenant, now, tenantId } from '../contract/given.ts';

let database: TestDatabase;
let here: OpenStore;
let there: OpenStore;
const told: [id: string, what: unknown][] = [];
/** A guard against hanging only. */
const within = { timeout: 30_000 };

beforeAll(async () => {
  database = await testDatabase();
  here = await openStore(database.url);
  there = await openStore(database.url);
  here.onWebhookChange(({ id, webhook }) => told.push([id, webhook?.version ?? 'gone']));
  here.onPolicyChange(({ id, policy }) => told.push([id, policy?.version ?? 'gone']));
  here.onTenantChange(({ id, tenant }) => told.push([id, tenant?.name ?? 'gone']));
});
beforeEach(() => {
  newTenant();
  told.length = 0;
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database[Symbol.asyncDispose]();
});

function throughProxy(proxy: FaultProxy): string {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  return url.href;
}

function create(store: OpenStore) {
  return store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
}

test('a webhook that another node creates, changes and deletes is told with its secrets', async () => {
  const seen: unknown[] = [];
  const stop = here.onWebhookChange(({ webhook }) => seen.push(webhook));
  const webhook = await create(there);
  await expect.poll(() => seen, within).toEqual([webhook]);
  const changed = await there.updateWebhook({ ...webhook, name: 'Other' }, 1, aChange());
  await expect.poll(() => seen, within).toEqual([webhook, changed]);
  await there.deleteWebhook(tenantId, webhook.id, now, aChange());
  await expect.poll(() => seen, within).toEqual([webhook, changed, null]);
  stop();
});

test('a policy and a tenant of another node are told too', async () => {
  const tenant = aTenant();
  await there.createTenant(tenant, aChange());
  await there.updateTenant({ ...tenant, name: 'renamed' }, aChange());
  const policy = await there.createPolicy(aPolicy({ tenantId: tenant.id }), aChange());
  await expect.poll(() => told, within).toContainEqual([policy.id, 1]);
  await there.deleteTenant(tenant.id, now, aChange());
  await expect
    .poll(() => told.slice(-2), within)
    .toEqual([
      [tenant.id, 'gone'],
      [policy.id, 'gone'],
    ]);
  expect(told).toContainEqual([tenant.id, 'renamed']);
});

test('what this node changes is told once, before the change is answered', async () => {
  const webhook = await create(here);
  expect(told).toEqual([[webhook.id, 1]]);
  const marker = await create(there);
  await expect.poll(() => told, within).toContainEqual([marker.id, 1]);
  expect(told.filter(([id]) => id === webhook.id)).toEqual([[webhook.id, 1]]);
});

test('a change is told although the connection that listens was cut just then', async () => {
  for (let time = 0; time < 3; time++) {
    const cut = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'posthorn following'`,
    );
    expect(cut.length).toBeGreaterThan(0);
    const webhook = await create(there);
    await expect.poll(() => told, within).toContainEqual([webhook.id, 1]);
  }
});

test('a change of which no notification came is found all the same', async () => {
  await database.query(
    `CREATE SCHEMA silent; CREATE FUNCTION silent.pg_notify(text, text) RETURNS void LANGUAGE sql AS '';
     ALTER FUNCTION tell_change() SET search_path = silent, public, pg_catalog`,
  );
  const webhook = await create(there);
  await expect.poll(() => told, within).toContainEqual([webhook.id, 1]);
  await database.query('ALTER FUNCTION tell_change() RESET search_path');
});

test('a change is found although the connection that listens hangs without a word', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  await using behind = await openStore(throughProxy(proxy));
  const seen: string[] = [];
  behind.onWebhookChange(({ id }) => seen.push(id));
  const before = await create(there);
  await expect.poll(() => seen, within).toContain(before.id);
  proxy.stall();
  const webhook = await create(there);
  await expect.poll(() => seen, within).toContain(webhook.id);
});

test('a node that has looked at no changes for seconds says so, and once it has, that news may have been missed', async () => {
  await using proxy = await startFaultProxy(Number(new URL(database.url).port));
  await using behind = await openStore(throughProxy(proxy));
  expect(behind.shards.knowsChanges()).toBe(true);
  const news: string[] = [];
  behind.shards.onNews(({ kind }) => news.push(kind));
  proxy.mode = 'hanging';
  await expect.poll(() => behind.shards.knowsChanges(), within).toBe(false);
  news.length = 0;
  const webhook = await create(there);
  const seen: string[] = [];
  behind.onWebhookChange(({ id }) => seen.push(id));
  proxy.cut();
  proxy.mode = 'ok';
  await expect.poll(() => behind.shards.knowsChanges(), within).toBe(true);
  expect(seen).toContain(webhook.id);
  await expect.poll(() => news, within).toContain('unsure');
});

test('behind a pooler, which tells nothing, a change is found soon all the same', async () => {
  const url = new URL(database.url);
  await using pooler = await startFaultProxy(Number(url.port), { asPooler: true });
  url.port = String(pooler.port);
  await using behind = await openStore(url.href);
  const seen: string[] = [];
  behind.onWebhookChange(({ id }) => seen.push(id));
  const webhook = await create(there);
  await expect.poll(() => seen, within).toContain(webhook.id);
});
