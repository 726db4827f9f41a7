// A database of before goes on with conditions that mean the same, and writes without making tables for them.

import { expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import type { Connection } from '../session.ts';
import { migrations } from './migrations.ts';
import { oldDatabase } from './old-database.ts';

const old = oldDatabase();
const now = 1_800_000_000_000;
const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === 'cheap checks'),
);

test('what was stored is whole, is found, and is held to the same conditions', () => {
  old.on((connection) => {
    migrate(connection, now, before);
    connection.exec(
      `INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, context, routing_id, deliveries, data)
       VALUES ('evt_1', 'tnt_1', 'a', 1, 1, '{}', 'r', 2, x'7b7d')`,
    );
    add(connection, { id: 'dlv_1', state: 'cancelled', due_at: null, settled_at: 2, reason: 'person' });
    add(connection, { id: 'dlv_2' });
  });
  old.on((connection) => migrate(connection, now));
  old.on((connection) => {
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    const givenUp = `SELECT id FROM deliveries INDEXED BY deliveries_given_up
      WHERE tenant_id = 'tnt_1' AND (state = 'exhausted' OR state = 'cancelled' OR state = 'skipped')`;
    expect(connection.prepare(givenUp).all()).toEqual([{ id: 'dlv_1' }]);
    connection.exec(
      "UPDATE deliveries SET state = 'cancelled', due_at = NULL, settled_at = 3, reason = 'person'",
    );
    expect(connection.prepare(givenUp).all()).toHaveLength(2);
    expect(() => add(connection, { id: 'dlv_x', purpose: 'other' })).toThrow(/CHECK/);
    expect(() => add(connection, { id: 'dlv_x', last_outcome: 'other' })).toThrow(/CHECK/);
    add(connection, { id: 'dlv_3', purpose: 'test', last_outcome: 'failure' });
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

test('a delivery is stored and settled without a table for any list of values but those of its reason', () => {
  old.on((connection) => {
    migrate(connection, now);
    const settle = `UPDATE deliveries SET attempts = 1, state = 'delivered', due_at = NULL, settled_at = 2, last_outcome = 'success'
      WHERE id = 'dlv_1' AND state = 'scheduled' AND attempts = 0`;
    for (const sql of [insertSql({ id: 'dlv_1' }), settle]) {
      const steps = connection.prepare(`EXPLAIN ${sql}`).all() as { opcode: string; p4: string | null }[];
      const tables = steps.flatMap(({ opcode }, at) =>
        opcode === 'OpenEphemeral' ? [steps.slice(at).find((step) => step.opcode === 'String8')!.p4] : [],
      );
      expect(tables).toEqual(['attempts', 'person']);
    }
  });
});

function add(connection: Connection, row: Readonly<Record<string, string | number | null>>): void {
  connection.exec(insertSql(row));
}

function insertSql(more: Readonly<Record<string, string | number | null>>): string {
  const usual = { tenant_id: 'tnt_1', webhook_id: 'wh_1', event_id: 'evt_1', event_type: 'a', attempts: 0 };
  const row = { ...usual, state: 'scheduled', due_at: now, created_at: now, ...more };
  const values = Object.values(row).map((value) => (value === null ? 'NULL' : `'${value}'`));
  return `INSERT INTO deliveries (${Object.keys(row).join()}) VALUES (${values.join()})`;
}
