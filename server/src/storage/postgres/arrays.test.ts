// What goes into a statement as an array arrives as it is: every text, number and byte, and nulls.

import {
  array,
  assert,
  asyncProperty,
  boolean,
  double,
  maxSafeInteger,
  option,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/postgres/database.ts';
import { batch } from './arrays.ts';
import { Pool } from './pool.ts';

type Row = {
  readonly text: string | null;
  readonly whole: number | null;
  readonly real: number;
  readonly bytes: Uint8Array | null;
  readonly yes: boolean;
};

const rows = batch<Row>('given', {
  text: ['text', (row) => row.text],
  whole: ['bigint', (row) => row.whole],
  real: ['double precision', (row) => row.real],
  bytes: ['bytea', (row) => row.bytes],
  yes: ['boolean', (row) => row.yes],
});

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new Pool(database.url, {
    name: 'test',
    max: 1,
    statementMs: 10_000,
    lockMs: 1_000,
    connectMs: 5_000,
  });
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

test('P27: NUL in what nobody could check, such as an answer, spoils no statement', async () => {
  const given = { text: 'a\0b', whole: 1, real: 1, bytes: new Uint8Array([0]), yes: true };
  const found = await pool.use((session) =>
    session.prepared<Row>('rows', `SELECT * FROM ${rows.sql}`, rows.values([given])),
  );
  expect(found).toMatchObject([{ text: 'a\uFFFDb' }]);
  const { rows: asked } = await pool.use((session) => session.query('SELECT $1::text AS text', ['a\0b']));
  expect(asked).toEqual([{ text: 'a\uFFFDb' }]);
});

// PostgreSQL's text holds every character but NUL, and no half of a pair.
const text = string({ unit: 'binary' }).map((any) => any.replaceAll('\0', '').toWellFormed());
const row = record<Row>({
  text: option(text),
  whole: option(maxSafeInteger()),
  real: double({ noNaN: true }),
  bytes: option(uint8Array()),
  yes: boolean(),
});

test('P13: rows come back as they were given, in their order', async () => {
  await assert(
    asyncProperty(array(row, { maxLength: 20 }), async (given) => {
      const found = await pool.use((session) =>
        session.prepared<Row>('rows', `SELECT * FROM ${rows.sql}`, rows.values(given)),
      );
      expect(found.map((each) => ({ ...each, bytes: each.bytes && Uint8Array.from(each.bytes) }))).toEqual(
        given,
      );
    }),
    { numRuns: 100 },
  );
});
