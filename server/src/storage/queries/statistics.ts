// Counts of attempts, added up by the database: a tenant's and those of many webhooks at once.

import { sql, type Kysely } from 'kysely';
import { latencyBoundsMs } from '../../domain/statistics.ts';
import type { Schema, StatisticsRow } from '../schema.ts';

type CountColumns = Omit<StatisticsRow, 'webhook_id' | 'minute' | 'event_type'>;
type CountColumn = keyof CountColumns;

const latencyColumns = [...latencyBoundsMs, Infinity].map(
  (_, bucket) => `latency_${bucket}`,
) as CountColumn[];
const countColumns: readonly CountColumn[] = ['successes', 'failures', 'errors', ...latencyColumns];
const sums = countColumns.map((column) =>
  sql<number>`CAST(sum(${sql.ref(column)}) AS BIGINT)`.as(column),
) as never[];

/** Written out, so that the database sees one expression where it groups and where it answers. */
function bucketOf(bucketMs: number) {
  return sql<number>`minute - minute % ${sql.lit(bucketMs)}`;
}

/** A deleted webhook answers nothing, though its rows are cleared away later. */
export function webhookStatistics(
  db: Kysely<Schema>,
  webhookId: string,
  from: number,
  to: number,
): Promise<StatisticsRow[]> {
  return db
    .selectFrom('statistics')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .where((is) => is.exists(is.selectFrom('webhooks').select('id').where('id', '=', webhookId)))
    .orderBy('minute')
    .orderBy('event_type')
    .execute();
}

export function tenantStatistics(
  db: Kysely<Schema>,
  tenantId: string,
  from: number,
  to: number,
  bucketMs: number,
): Promise<Omit<StatisticsRow, 'webhook_id'>[]> {
  return db
    .selectFrom('webhooks')
    .innerJoin('statistics', 'statistics.webhook_id', 'webhooks.id')
    .select(['event_type', bucketOf(bucketMs).as('minute')])
    .select(sums)
    .where('tenant_id', '=', tenantId)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .groupBy(['event_type', bucketOf(bucketMs)])
    .execute() as Promise<Omit<StatisticsRow, 'webhook_id'>[]>;
}

export async function webhooksStatistics(
  db: Kysely<Schema>,
  tenantId: string,
  webhookIds: readonly string[],
  from: number,
  to: number,
  bucketMs: number,
): Promise<Omit<StatisticsRow, 'event_type'>[]> {
  if (webhookIds.length === 0) return [];
  return db
    .selectFrom('webhooks')
    .innerJoin('statistics', 'statistics.webhook_id', 'webhooks.id')
    .select(['webhook_id', bucketOf(bucketMs).as('minute')])
    .select(sums)
    .where('tenant_id', '=', tenantId)
    .where('webhooks.id', 'in', webhookIds)
    .where('minute', '>=', from)
    .where('minute', '<', to)
    .groupBy(['webhook_id', bucketOf(bucketMs)])
    .execute() as Promise<Omit<StatisticsRow, 'event_type'>[]>;
}
