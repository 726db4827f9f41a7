// Lists read an index in its order: no page of one sorts or scans a tenant's history.

import { Kysely, SqliteDialect, type CompiledQuery } from 'kysely';
import { describe, expect, test } from 'vitest';
import { listAudit } from '../queries/audit.ts';
import { tenantQueue, webhookActivity } from '../queries/activity.ts';
import { listDeliveries } from '../queries/deliveries.ts';
import { listEvents } from '../queries/events.ts';
import { listIssues } from '../queries/issues.ts';
import { listPrincipals } from '../queries/principals.ts';
import { tenantStatistics, webhooksStatistics } from '../queries/statistics.ts';
import { countWaiting, deliveriesToReplay, missedEvents } from '../queries/replays.ts';
import { listWebhooks } from '../queries/webhooks.ts';
import type { DeliveryFilter, Page } from '../store.ts';
import type { Schema } from '../schema.ts';
import { openConnection } from './connection.ts';
import { migrate } from './migrate.ts';

const page = { limit: 50, after: { at: 1, id: 'x' }, before: null };

/** Of the last query. */
async function planOf(list: (db: Kysely<Schema>) => Promise<unknown>): Promise<string> {
  return (await plansOf(list)).at(-1)!;
}

async function plansOf(list: (db: Kysely<Schema>) => Promise<unknown>): Promise<string[]> {
  const connection = openConnection(':memory:');
  migrate(connection, 0);
  const asked: CompiledQuery[] = [];
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: connection }),
    log: ({ query }) => void asked.push(query),
  });
  await list(db);
  const plans = asked.map(({ sql, parameters }) => {
    const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
    return steps.map(({ detail }) => detail).join('\n');
  });
  connection.close();
  return plans;
}

describe('listDeliveries', () => {
  test.each([
    [{}, 'deliveries_of_tenant'],
    [{ from: 1, to: 2 }, 'deliveries_of_tenant'],
    [{ webhookId: 'wh_1' }, 'deliveries_of_webhook'],
    [{ eventType: 'a' }, 'deliveries_of_type'],
    [{ state: 'scheduled' }, 'deliveries_waiting'],
    [{ state: 'exhausted' }, 'deliveries_given_up'],
    [{ state: 'cancelled', from: 1 }, 'deliveries_given_up'],
    [{ outcome: 'failure' }, 'deliveries_troubled'],
    [{ outcome: 'error', to: 9 }, 'deliveries_troubled'],
    [{ statusClass: 5 }, 'deliveries_troubled'],
    [{ error: 'dns_failed' }, 'deliveries_of_error'],
    [{ error: 'dns_failed', webhookId: 'wh_1', state: 'exhausted', from: 1 }, 'deliveries_of_error'],
    [{ outcome: 'failure', webhookId: 'wh_1', eventType: 'a' }, 'deliveries_troubled_of_webhook'],
    [{ state: 'scheduled', webhookId: 'wh_1' }, 'deliveries_waiting'],
    [{ state: 'delivered', webhookId: 'wh_1', eventType: 'a' }, 'deliveries_of_webhook'],
    [{ state: 'delivered' }, 'deliveries_of_tenant'],
    [{ outcome: 'success', eventType: 'a' }, 'deliveries_of_type'],
    [{ webhookId: 'wh_1', state: 'exhausted' }, 'deliveries_given_up_of_webhook'],
    [{ webhookId: 'wh_1', state: 'skipped', from: 1, to: 2 }, 'deliveries_given_up_of_webhook'],
    [{ webhookId: 'wh_1', outcome: 'failure' }, 'deliveries_troubled_of_webhook'],
    [{ webhookId: 'wh_1', statusClass: 4 }, 'deliveries_troubled_of_webhook'],
    [{ webhookId: 'wh_1', state: 'scheduled' }, 'deliveries_waiting'],
    [{ eventType: 'a', state: 'exhausted' }, 'deliveries_given_up'],
    [{ eventType: 'a', outcome: 'failure' }, 'deliveries_troubled'],
  ] as [DeliveryFilter, string][])('%o reads %s', async (filter, index) => {
    const plan = await planOf((db) => listDeliveries(db, 'tnt_1', filter, page));
    expect(plan).toMatch(new RegExp(`^SEARCH deliveries USING (COVERING )?INDEX ${index} `));
    expect(plan).not.toContain('TEMP B-TREE');
  });

  test('several filters look at so many deliveries at most, and go on from there', async () => {
    const connection = openConnection(':memory:');
    migrate(connection, 0);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
    connection.exec(
      `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries, data)
       VALUES ('evt_1', 'tnt_1', 'a', 1, 1, '{}', 'r', 2, x'7b7d')`,
    );
    const add = connection.prepare(
      `INSERT INTO deliveries (id, tenant_id, webhook_id, event_id, event_type, attempts, state, due_at, created_at)
       VALUES (?, 'tnt_1', 'wh_1', 'evt_1', ?, 0, 'scheduled', 1, ?)`,
    );
    for (let index = 0; index < 100; index++) add.run(`dlv_${index}`, index % 50 === 0 ? 'b' : 'a', index);
    const filter = { webhookId: 'wh_1', eventType: 'b' };
    const pages: string[][] = [];
    let from: Page<unknown>['next'] = null;
    do {
      const request = { limit: 5, after: from, before: null };
      const found: Page<{ id: string }> = await listDeliveries(db, 'tnt_1', filter, request, 20);
      pages.push(found.rows.map(({ id }) => id));
      from = found.next;
    } while (from !== null);
    connection.close();

    expect(pages).toEqual([[], [], ['dlv_50'], [], ['dlv_0'], []]);
  });

  test("an event's deliveries are found by the event; they are few enough to sort", async () => {
    const plan = await planOf((db) => listDeliveries(db, 'tnt_1', { eventId: 'evt_1' }, page));
    expect(plan).toContain('SEARCH deliveries USING INDEX deliveries_of_event (event_id=?)');
  });
});

test.each([
  ['events', (db: Kysely<Schema>) => listEvents(db, 'tnt_1', {}, page), 'events_of_tenant'],
  [
    'events of a type',
    (db: Kysely<Schema>) => listEvents(db, 'tnt_1', { type: 'a' }, page),
    'events_of_type',
  ],
  ['webhooks', (db: Kysely<Schema>) => listWebhooks(db, 'tnt_1', {}, page), 'webhooks_of_tenant'],
  ['principals', (db: Kysely<Schema>) => listPrincipals(db, 'tnt_1', {}, page), 'principals_of_tenant'],
  ['audit entries', (db: Kysely<Schema>) => listAudit(db, 'tnt_1', {}, page), 'audit_of_tenant'],
  [
    'audit entries of a thing',
    (db: Kysely<Schema>) => listAudit(db, 'tnt_1', { subjectId: 'wh_1' }, page),
    'audit_of_subject',
  ],
])('a list of %s reads its index in order', async (_name, list, index) => {
  const plan = await planOf(list);
  expect(plan).toMatch(new RegExp(`^SEARCH \\w+ USING INDEX ${index} `));
  expect(plan).not.toContain('TEMP B-TREE');
});

test('issues are found by hops along their index, counted from it, and no delivery is read', async () => {
  const filter = { webhookId: 'wh_1', from: 1, to: 9 };
  const plans = await plansOf((db) => listIssues(db, 'tnt_1', filter, page));
  expect(plans).toHaveLength(1);
  const ofDeliveries = plans[0]!.split('\n').filter((step) => step.includes(' deliveries'));
  expect(ofDeliveries.length).toBeGreaterThanOrEqual(3);
  for (const step of ofDeliveries)
    expect(step).toMatch(
      /^SEARCH deliveries USING COVERING INDEX deliveries_open_failures \(tenant_id=\? AND <expr>/,
    );
});

test.each([
  ['the statistics of a tenant', (db: Kysely<Schema>) => tenantStatistics(db, 'tnt_1', 1, 9, 60_000)],
  [
    'the statistics of webhooks',
    (db: Kysely<Schema>) => webhooksStatistics(db, 'tnt_1', ['a', 'b'], 1, 9, 60_000),
  ],
])('%s are read webhook by webhook, the minutes of the window alone', async (_name, read) => {
  const [plan] = await plansOf(read);
  expect(plan).toMatch(/SEARCH statistics USING PRIMARY KEY \(webhook_id=\? AND minute>\? AND minute<\?\)/);
  expect(plan).not.toMatch(/SCAN/);
});

test('what waits is counted and looked for in the indexes of what waits', async () => {
  const [count, oldest] = await plansOf((db) => tenantQueue(db, 'tnt_1'));
  expect(count).toMatch(/USING COVERING INDEX deliveries_waiting /);
  expect(oldest).toMatch(/SEARCH deliveries USING COVERING INDEX deliveries_due \(webhook_id=\?\)/);
  const [activity] = await plansOf((db) => webhookActivity(db, 'tnt_1', ['wh_1']));
  expect(activity).toMatch(/SEARCH deliveries USING COVERING INDEX deliveries_due \(webhook_id=\?\)/);
  expect(activity).toMatch(/SEARCH deliveries USING INDEX deliveries_of_webhook \(webhook_id=\?\)/);
});

describe('replays', () => {
  const window = { webhookId: null, from: 1, to: 9, eventTypes: ['a.*'] };
  const what = { kind: 'deliveries', outcome: null, statusClass: null, status: null, error: null } as const;
  const cursor = { at: 1, id: 'x' };

  test.each([
    [['exhausted'], {}],
    [['delivered'], {}],
    [['exhausted', 'delivered'], { eventTypes: ['a'] }],
    [['exhausted'], { what: { outcome: 'error' } }],
  ] as const)(
    'look through a webhook in order, and for newer deliveries by the event: %o',
    async (
      states,
      { what: more, ...of }: { readonly what?: object; readonly eventTypes?: readonly string[] },
    ) => {
      const plan = await planOf((db) =>
        deliveriesToReplay(
          db,
          'tnt_1',
          'wh_1',
          { ...window, ...of, what: { ...what, ...more, states } },
          cursor,
          50,
        ),
      );
      expect(plan).toMatch(/^SEARCH d USING INDEX deliveries_of_webhook /);
      expect(plan).toContain('SEARCH later USING INDEX deliveries_of_event (event_id=?)');
      expect(plan).not.toContain('TEMP B-TREE');
    },
  );

  test('look for missed events in order', async () => {
    const webhook = { id: 'wh_1', tenantId: 'tnt_1', eventTypes: ['a'] };
    const plan = await planOf((db) =>
      missedEvents(db, { ...window, what: { kind: 'missed' } }, webhook, cursor, 50, false),
    );
    expect(plan).toMatch(/^SEARCH d USING INDEX events_of_/);
    expect(plan).toContain('SEARCH own USING INDEX deliveries_of_event (event_id=?)');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  test('count what waits from the queue alone', async () => {
    const plan = await planOf((db) => countWaiting(db, 'wh_1', 1, 1_000));
    expect(plan.match(/COVERING INDEX deliveries_due/g)).toHaveLength(3);
  });
});
