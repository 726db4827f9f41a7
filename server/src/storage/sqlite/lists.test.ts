// Lists read an index in its order: no page of one sorts or scans a tenant's history.

import { Kysely, SqliteDialect, type CompiledQuery } from 'kysely';
import { describe, expect, test } from 'vitest';
import { listAudit } from '../queries/audit.ts';
import { listDeliveries } from '../queries/deliveries.ts';
import { listEvents } from '../queries/events.ts';
import { listPrincipals } from '../queries/principals.ts';
import { listWebhooks } from '../queries/webhooks.ts';
import type { DeliveryFilter } from '../store.ts';
import type { Schema } from '../schema.ts';
import { openConnection } from './connection.ts';
import { migrate } from './migrate.ts';

const page = { limit: 50, after: { at: 1, id: 'x' }, before: null };

async function planOf(list: (db: Kysely<Schema>) => Promise<unknown>): Promise<string> {
  const connection = openConnection(':memory:');
  migrate(connection, 0);
  const asked: CompiledQuery[] = [];
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: connection }),
    log: ({ query }) => void asked.push(query),
  });
  await list(db);
  const { sql, parameters } = asked.at(-1)!;
  const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  connection.close();
  return steps.map(({ detail }) => detail).join('\n');
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
  ] as [DeliveryFilter, string][])('%o reads %s', async (filter, index) => {
    const plan = await planOf((db) => listDeliveries(db, 'tnt_1', filter, page));
    expect(plan).toMatch(new RegExp(`^SEARCH deliveries USING INDEX ${index} `));
    expect(plan).not.toContain('TEMP B-TREE');
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
