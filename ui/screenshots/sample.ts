// A product in use, for pictures of it: webhooks of every dialect, receivers of which one fails and one hangs, events of a
// day. What happened is real; the counts of the last minutes are then laid over the day before, so that charts have one.

import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';

const rounds = 60;
const settleMs = 6_000;
const minuteMs = 60_000;

const webhooks = [
  { name: 'Billing', path: 'billing', eventTypes: ['invoice.*'] },
  { name: 'Warehouse', path: 'warehouse', eventTypes: ['order.placed', 'order.cancelled'] },
  { name: 'Analytics', path: 'analytics', eventTypes: ['*'] },
  { name: 'Legacy CRM', path: 'broken', eventTypes: ['customer.*'] },
  { name: 'Partner portal', path: 'hangs', eventTypes: ['order.placed'], timeoutMs: 1_000 },
  {
    name: 'Search index',
    path: 'search-index',
    eventTypes: ['page_created', 'page_updated'],
    dialect: 'confluence',
    dialectSettings: { secret: 'correct-horse-battery-staple' },
  },
  { name: 'Status board', path: 'status-board', eventTypes: ['request.status-changed'], dialect: 'xurrent' },
  { name: 'siem', path: 'siem', eventTypes: ['authentication.failed'], dialect: 'entrust' },
] as const;

const types = [
  { name: 'invoice.paid', group: 'Billing', description: 'A customer paid an invoice' },
  { name: 'invoice.overdue', group: 'Billing', description: 'An invoice was not paid in time' },
  { name: 'order.placed', group: 'Orders', description: 'A customer placed an order' },
  { name: 'order.cancelled', group: 'Orders', description: 'A customer changed their mind' },
  { name: 'customer.updated', group: 'Customers', description: 'Somebody moved, or married' },
] as const;

const events = [
  { type: 'invoice.paid', data: { invoice: 'in_2041', amount: 12_900, currency: 'EUR' } },
  { type: 'order.placed', data: { order: 'or_77120', items: [{ sku: 'HORN-3', quantity: 2 }] } },
  { type: 'customer.updated', data: { customer: 'cus_318', changed: ['address'] } },
  { type: 'page_created', actor: { key: 'ff8080' }, data: { page: { id: 98_306, title: 'Release notes' } } },
  { type: 'request.status-changed', object: { id: '70453' }, data: { status: 'completed' } },
  { type: 'authentication.failed', data: { subjectName: 'jane', sourceIp: '203.0.113.7' } },
  { type: 'invoice.overdue', data: { invoice: 'in_1998', days: 14 } },
  { type: 'order.cancelled', data: { order: 'or_77102', reason: 'found it cheaper' } },
] as const;

/** A running Posthorn that looks as on any other day; whoever stops it stops its receivers as well. */
export async function startSample(): Promise<Posthorn> {
  const directory = await temporaryDirectory();
  const receiver = await startReceiver(({ url }) => {
    if (url.startsWith('/broken')) return { status: 503, body: '{"error":"maintenance"}' };
    if (url.startsWith('/hangs')) return new Promise(() => {});
    return sleep(2 + ((url.length * 7) % 20), { status: 200, body: '{"received":true}' });
  });
  const env = { POSTHORN_RETRY_SCHEDULE: '5s,30s,2m,10m,1h' };
  const first = await startPosthorn({ dataDir: directory.path, env });
  for (const type of types) await post(first, '/event-types', type);
  for (const { path, ...webhook } of webhooks) {
    await post(first, '/webhooks', { ...webhook, url: `${receiver.url}/${path}` });
  }
  for (let round = 0; round < rounds; round++) {
    await post(first, '/events', events[(round * 5 + (round % 3)) % events.length]!);
    await sleep(50);
  }
  await sleep(settleMs);
  await first.stop();
  layOverDay(`${directory.path}/posthorn.db`);
  const second = await startPosthorn({ dataDir: directory.path, env, port: first.port });
  return {
    ...second,
    async [Symbol.asyncDispose]() {
      await second[Symbol.asyncDispose]();
      await receiver.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Copies each minute's counts to every quarter of an hour before it, busier by day than by night. */
function layOverDay(path: string): void {
  const database = new DatabaseSync(path);
  const columns = database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all('statistics')
    .map(({ name }) => String(name))
    .filter((name) => !['webhook_id', 'minute', 'event_type'].includes(name));
  const copy = database.prepare(
    `INSERT OR IGNORE INTO statistics (webhook_id, minute, event_type, ${columns.join(', ')})
     SELECT webhook_id, minute - ?, event_type, ${columns.map((name) => `CAST(${name} * ? AS INTEGER)`).join(', ')}
     FROM statistics WHERE minute > ?`,
  );
  const since = Date.now() - 10 * minuteMs;
  for (let quarter = 95; quarter >= 1; quarter--) {
    const busy = 1.6 + Math.sin(quarter / 14) + ((quarter * 37) % 11) / 10;
    copy.run(quarter * 15 * minuteMs, ...columns.map(() => busy), since);
  }
  database.close();
  // What tells the server that nobody else wrote to its database.
  rmSync(`${path}.clean`, { force: true });
}

async function post({ api }: Posthorn, path: string, body: unknown): Promise<void> {
  const { status, body: answer } = await api(path, { method: 'POST', body });
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
}
