// How a tenant's webhooks are doing now: what waits, what was attempted last, how many there are. Each question follows
// an index and stops after so many rows, however long the queue and the history are.

import { sql, type Kysely } from 'kysely';
import { laneCountMax, queueCountMax } from '../../domain/statistics.ts';
import type { TenantQueue } from '../port/statistics-store.ts';
import type { HealthRow, Schema } from '../schema.ts';
import { issuesSeen, wholeHistory } from './issues.ts';
import { waiting, waitingEvents } from './waiting.ts';

/** Deliveries that are looked through for a webhook's last attempt. */
const newestMax = 50;

export type ActivityRow = {
  readonly webhook_id: string;
  readonly scheduled: number;
  /** Its time, outcome and failure or status, with spaces between. */
  readonly last_attempt: string | null;
};

export async function webhookActivity(
  db: Kysely<Schema>,
  tenantId: string,
  webhookIds: readonly string[],
): Promise<ActivityRow[]> {
  if (webhookIds.length === 0) return [];
  const ids = sql.join(webhookIds);
  const { rows } = await sql<ActivityRow>`SELECT webhooks.id AS webhook_id,
      (SELECT count(*) FROM (SELECT 1 FROM deliveries
        WHERE webhook_id = webhooks.id AND ${waitingEvents} LIMIT ${sql.lit(laneCountMax)}) AS first) AS scheduled,
      (SELECT ${attemptText} FROM (SELECT last_attempt_at, last_outcome, last_error, last_status FROM deliveries
        WHERE webhook_id = webhooks.id ORDER BY created_at DESC, id DESC LIMIT ${sql.lit(newestMax)}) AS newest
        WHERE last_attempt_at IS NOT NULL ORDER BY last_attempt_at DESC LIMIT 1) AS last_attempt
    FROM webhooks WHERE tenant_id = ${tenantId} AND id IN (${ids})`.execute(db);
  const failed = await lastFailures(db, tenantId, new Set(webhookIds));
  return rows.map((row) => {
    const failure = failed.get(row.webhook_id);
    const isLater = failure !== undefined && failure.at > timeOf(row.last_attempt);
    return isLater ? { ...row, last_attempt: failure.text } : row;
  });
}

const attemptText = sql`CAST(last_attempt_at AS TEXT) || ' ' || last_outcome || ' ' ||
  coalesce(last_error, CAST(last_status AS TEXT))`;

function timeOf(attempt: string | null): number {
  return attempt === null ? Number.NEGATIVE_INFINITY : Number(attempt.slice(0, attempt.indexOf(' ')));
}

/** An old delivery that is tried again and again is not among the newest, but in an issue. */
async function lastFailures(
  db: Kysely<Schema>,
  tenantId: string,
  webhookIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, { readonly at: number; readonly text: string }>> {
  const last = new Map<string, { at: number; text: string }>();
  for (const { webhook_id, failure, last_seen_at: at } of await issuesSeen(db, tenantId, wholeHistory)) {
    if (!webhookIds.has(webhook_id) || at <= (last.get(webhook_id)?.at ?? Number.NEGATIVE_INFINITY)) continue;
    const outcome = /^\d+$/.test(failure) ? 'failure' : 'error';
    last.set(webhook_id, { at, text: `${at} ${outcome} ${failure}` });
  }
  return last;
}

export async function tenantQueue(db: Kysely<Schema>, tenantId: string): Promise<TenantQueue> {
  const first = db
    .selectFrom('deliveries')
    .select(sql.lit(1).as('one'))
    .where('tenant_id', '=', tenantId)
    .where(waiting)
    .limit(queueCountMax);
  const { scheduled } = await db
    .selectFrom(first.as('first'))
    .select((count) => count.fn.countAll<number>().as('scheduled'))
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ id: string; first: number | null }>`SELECT id,
      (SELECT min(due_at) FROM deliveries WHERE webhook_id = webhooks.id AND ${waitingEvents}) AS first
    FROM webhooks WHERE tenant_id = ${tenantId}`.execute(db);
  const lanes = rows.flatMap(({ id, first: due }) =>
    due === null ? [] : [{ webhookId: id, firstDueAt: due }],
  );
  return { scheduled, lanes };
}

export type TotalsRow = {
  readonly state: 'active' | 'paused' | 'disabled';
  readonly webhooks: number;
  readonly failing: number;
};

export async function webhookTotals(db: Kysely<Schema>, tenantId: string, now: number): Promise<TotalsRow[]> {
  const { rows } = await sql<TotalsRow>`SELECT state, count(*) AS webhooks,
      CAST(sum(CASE WHEN ${isFailing} THEN 1 ELSE 0 END) AS BIGINT) AS failing
    FROM (
      SELECT CASE WHEN expires_at <= ${now} THEN 'disabled' ELSE state END AS state, health
      FROM webhooks LEFT JOIN webhook_health ON webhook_health.webhook_id = webhooks.id
      WHERE tenant_id = ${tenantId}
    ) AS known GROUP BY state`.execute(db);
  return rows;
}

/**
 * Of a health as it is stored: its last attempt failed, or its breaker is not closed. In its JSON a quote inside a text
 * is escaped, so that no text can look like a member.
 */
export const isFailing = sql<boolean>`(health LIKE '%"failing":{%' OR health LIKE '{"breaker":{"kind":"open"%')`;

export async function healthOf(
  db: Kysely<Schema>,
  tenantId: string,
  webhookIds: readonly string[],
): Promise<HealthRow[]> {
  if (webhookIds.length === 0) return [];
  return db
    .selectFrom('webhooks')
    .innerJoin('webhook_health', 'webhook_health.webhook_id', 'webhooks.id')
    .selectAll('webhook_health')
    .where('tenant_id', '=', tenantId)
    .where('webhooks.id', 'in', webhookIds)
    .execute();
}
