// CON-12: what the engine asks of the queue is answered from its index, however long the queue and the history are.

import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { backlogSql, expressSql, firstWaitingSql, waitingWebhooksSql } from './due.ts';
import { migrate } from './migrate.ts';

function planOf(sql: string, ...parameters: unknown[]): string {
  const connection = openConnection(':memory:');
  migrate(connection, 0);
  const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  connection.close();
  return steps.map(({ detail }) => detail).join('\n');
}

test('CON-12: what is due next comes from the index alone, in its order', () => {
  expect(planOf(firstWaitingSql, 'wh_1', 0, 10)).toBe(
    'SEARCH deliveries USING COVERING INDEX deliveries_due (webhook_id=? AND due_at>?)',
  );
});

test('CON-12: who waits is found by hops along the index, without a scan or a sort of deliveries', () => {
  const plan = planOf(waitingWebhooksSql);
  expect(plan).toContain('SEARCH deliveries USING COVERING INDEX deliveries_due');
  expect(plan).not.toMatch(/SCAN deliveries(?! USING COVERING INDEX deliveries_due)|TEMP B-TREE/);
});

test('what goes express is found without looking through the queue', () => {
  expect(planOf(expressSql)).toBe('SCAN deliveries USING INDEX deliveries_express');
});

test('the backlog is counted in the index of what waits, not in the history', () => {
  expect(planOf(backlogSql)).toMatch(/^SCAN deliveries USING COVERING INDEX deliveries_(due|waiting)$/);
});
