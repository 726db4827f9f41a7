// The engine's questions are answered from the queue's own indexes, whatever the planner believes of the tables' sizes.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { dueSql, expressSql, waitingWebhooksSql } from './due.ts';
import { Pool } from './pool.ts';
import { hot } from './session.ts';

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
    settings: hot,
  };
  pool = new Pool(database.url, options);
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

/** The plan as text, made for parameters that nobody knows yet. */
function planOf(sql: string, types = ''): Promise<string> {
  return pool.use(async (session) => {
    await session.query(`PREPARE asked ${types} AS ${sql}`);
    const nulls = types.replaceAll(/[a-z[\]]+/g, 'NULL');
    const { rows } = await session.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE asked ${nulls}`);
    await session.query('DEALLOCATE asked');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

test('CON-12: what is due for a webhook is read in order from the index of what waits', async () => {
  const plan = await planOf(dueSql, '(text, bigint, text[], bigint, bigint, bigint)');
  expect(plan).toMatch(/Index Scan using deliveries_due on deliveries_waiting/);
  expect(plan).not.toMatch(/Seq Scan|Sort/);
});

test('which webhooks wait is found by hops along that index, and messages in theirs', async () => {
  const plan = await planOf(waitingWebhooksSql);
  expect(plan).toMatch(/Index Only Scan using deliveries_due/);
  expect(plan).not.toMatch(/Seq Scan/);
  expect(await planOf(expressSql)).toMatch(/Index Scan (on|using) deliveries_express/);
});

test('an event that is loaded by its id is looked for in its day alone', async () => {
  const plan = await pool.use(async (session) => {
    await session.query('PREPARE one (text) AS SELECT * FROM events WHERE id = $1');
    const { rows } = await session.query<{ 'QUERY PLAN': string }>(
      "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE one ('evt_01jd9z3k5n8q2r4t6v8w0xyzab')",
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan.match(/Index Scan using/g)).toHaveLength(1);
});
