// The store's part with what people ask about the present.

import { latencyBoundsMs, type Counts } from '../../domain/statistics.ts';
import type { Executor } from '../executor.ts';
import type { EndedAttempt, Issue, StatisticsStore } from '../port/statistics-store.ts';
import type { IssueRow } from '../queries/issues.ts';
import { healthOf } from '../rows/health-row.ts';
import { mapPage } from '../rows/map-page.ts';
import type { StatisticsRow } from '../schema.ts';

export function makeStatistics(executor: Executor): StatisticsStore {
  return {
    async webhookStatistics(webhookId, from, to) {
      const rows = await executor.read('webhookStatistics', webhookId, from, to);
      return rows.map((row) => ({ eventType: row.event_type, minute: row.minute, counts: countsOf(row) }));
    },
    async tenantStatistics(tenantId, from, to, bucketMs) {
      const rows = await executor.read('tenantStatistics', tenantId, from, to, bucketMs);
      return rows.map((row) => ({ eventType: row.event_type, minute: row.minute, counts: countsOf(row) }));
    },
    async webhooksStatistics(tenantId, webhookIds, from, to, bucketMs) {
      const rows = await executor.read('webhooksStatistics', tenantId, webhookIds, from, to, bucketMs);
      return rows.map((row) => ({ webhookId: row.webhook_id, minute: row.minute, counts: countsOf(row) }));
    },
    async webhookActivity(tenantId, webhookIds) {
      const rows = await executor.read('webhookActivity', tenantId, webhookIds);
      return rows.map((row) => ({
        webhookId: row.webhook_id,
        scheduled: row.scheduled,
        lastAttempt: row.last_attempt === null ? null : attemptOf(row.last_attempt),
      }));
    },
    async webhookTotals(tenantId, now) {
      const rows = await executor.read('webhookTotals', tenantId, now);
      const totals = { active: 0, paused: 0, disabled: 0, failing: 0 };
      for (const { state, webhooks, failing } of rows) {
        totals[state] = webhooks;
        totals.failing += failing;
      }
      return totals;
    },
    async healthOf(tenantId, webhookIds) {
      const rows = await executor.read('healthOf', tenantId, webhookIds);
      return new Map(rows.map((row) => [row.webhook_id, healthOf(row.health)]));
    },
    tenantQueue: (tenantId) => executor.read('tenantQueue', tenantId),
    async listIssues(tenantId, filter, page) {
      return mapPage(await executor.read('listIssues', tenantId, filter, page), issueOf);
    },
  };
}

function countsOf(row: Omit<StatisticsRow, 'webhook_id' | 'minute' | 'event_type'>): Counts {
  const buckets = row as unknown as Record<string, number>;
  return {
    successes: row.successes,
    failures: row.failures,
    errors: row.errors,
    latency: Array.from({ length: latencyBoundsMs.length + 1 }, (_, bucket) => buckets[`latency_${bucket}`]!),
  };
}

function attemptOf(text: string): EndedAttempt {
  const [at, outcome, end] = text.split(' ') as [string, EndedAttempt['outcome'], string];
  const status = outcome === 'error' ? null : Number(end);
  return { at: Number(at), outcome, status, error: outcome === 'error' ? end : null };
}

function issueOf(row: IssueRow): Issue {
  const [all, scheduled, firstSeenAt, types, first, last] = row.counted.split(' ') as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const { name } = JSON.parse(row.definition) as { name: string };
  return {
    webhookId: row.webhook_id,
    webhookName: name,
    failure: row.failure,
    scheduled: Number(scheduled),
    exhausted: Number(all) - Number(scheduled),
    firstSeenAt: Number(firstSeenAt),
    lastSeenAt: row.last_seen_at,
    eventTypes: { count: Number(types), names: [...new Set([first, last])] },
    exampleDeliveryId: row.example_id,
  };
}
