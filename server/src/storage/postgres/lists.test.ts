// Lists read the indexes of all days in their order, by plans that are made once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { listDeliveries } from '../queries/deliveries.ts';
import type { DeliveryFilter } from '../store.ts';
import { Pool } from './pool.ts';
import { pages, type Session } from './session.ts';

const page = { limit: 50, after: { at: 1, id: 'x' }, before: null };

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  await (await openStore(database.url)).close();
  const options = {
    name: 'test',
    max: 1,
    statementMs: 10_000,
    lockMs: 1_000,
    connectMs: 5_000,
    settings: pages,
  };
  pool = new Pool(database.url, options);
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

type Prepared = { readonly name: string; readonly types: readonly string[] };

/** The newest first. */
async function preparedOn(session: Session): Promise<readonly Prepared[]> {
  const { rows } = await session.query<Prepared>(
    `SELECT name, parameter_types::text[] AS types FROM pg_prepared_statements ORDER BY prepare_time DESC`,
  );
  return rows;
}

test.each([
  [{}, '_tenant_id_created_at_id'],
  [{ webhookId: 'wh_1' }, '_webhook_id_created_at_id'],
  [{ webhookId: 'wh_1', from: 1, to: 2 }, '_webhook_id_created_at_id'],
  [{ webhookId: 'wh_1', state: 'exhausted' }, '_webhook_id_state_created_at_id'],
  [{ webhookId: 'wh_1', outcome: 'failure' }, '_webhook_id_last_outcome_create'],
  [{ eventType: 'a' }, '_tenant_id_event_type_created_a'],
  [{ state: 'cancelled', from: 1 }, '_tenant_id_state_created_at_id'],
  [{ outcome: 'error', to: 9 }, '_tenant_id_last_outcome_created'],
] as [DeliveryFilter, string][])('%o reads the days by %s', async (filter, index) => {
  const plan = await pool.use(async (session) => {
    await listDeliveries(session.db, 'tnt_1', filter, page);
    const [{ name, types }] = (await preparedOn(session)) as [Prepared];
    // A state that is not the one asked for would leave no partition to look at.
    const values = types.map((type) => (type === 'text' ? `'${filter.state ?? 'x'}'` : '1'));
    const { rows } = await session.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN EXECUTE "${name}" (${values.join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toMatch(new RegExp(`Index Scan Backward using deliveries_settled_d\\d+${index}`));
  expect(plan).not.toMatch(/Seq Scan|Sort {2}|Bitmap/);
});

test('the next page of the same kind is not planned again, whatever is asked for', async () => {
  const [before, after] = await pool.use(async (session) => {
    const ask = (tenantId: string) => listDeliveries(session.db, tenantId, { webhookId: tenantId }, page);
    await ask('a');
    const first = await preparedOn(session);
    for (const tenantId of ['b', 'c', 'd']) await ask(tenantId);
    return [first, await preparedOn(session)];
  });
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
});
