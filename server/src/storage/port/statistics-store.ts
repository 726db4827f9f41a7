// What people ask about the present: counts of a tenant and its webhooks, what waits, and what goes wrong.

import type { Instant } from '../../domain/clock.ts';
import type { DeliveryId } from '../../domain/delivery.ts';
import type { OutcomeKind } from '../../domain/outcome.ts';
import type { Counts } from '../../domain/statistics.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import type { WebhookHealth } from '../../domain/webhook-health.ts';
import type { Page, PageRequest } from './page.ts';

/** Counts of one event type in the bucket that begins at `minute`. */
export type MinuteCounts = { readonly eventType: string; readonly minute: Instant; readonly counts: Counts };

/** Counts of one webhook in the bucket that begins at `minute`. */
export type WebhookCounts = {
  readonly webhookId: WebhookId;
  readonly minute: Instant;
  readonly counts: Counts;
};

/** `scheduled` is exact below `queueCountMax`, which stands for as many or more. */
export type TenantQueue = {
  readonly scheduled: number;
  /** Of each webhook that events wait for, when the first of them is due; in no order. */
  readonly lanes: readonly { readonly webhookId: WebhookId; readonly firstDueAt: Instant }[];
};

/** Of the webhooks of a tenant; `failing` are those of any state whose last attempt failed, or whose breaker is not closed. */
export type WebhookTotals = {
  readonly active: number;
  readonly paused: number;
  readonly disabled: number;
  readonly failing: number;
};

/** How an attempt ended: with a status, or with an error's code. */
export type EndedAttempt = {
  readonly at: Instant;
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  readonly error: string | null;
};

export type WebhookActivity = {
  readonly webhookId: WebhookId;
  /** Exact below `laneCountMax`, which stands for as many or more. */
  readonly scheduled: number;
  /** The newest of its newest deliveries and of those that failed and are still owed or given up. */
  readonly lastAttempt: EndedAttempt | null;
};

/** Deliveries of a webhook whose last attempt failed in the same way, and that are scheduled or exhausted. */
export type Issue = {
  readonly webhookId: WebhookId;
  readonly webhookName: string;
  /** An error's code, or the status of an answer. */
  readonly failure: string;
  /** `scheduled` and `exhausted` are exact while together they are below `issueCountMax`; of one failure they always are. */
  readonly scheduled: number;
  readonly exhausted: number;
  /** When the first of those that are counted was created. */
  readonly firstSeenAt: Instant;
  /** When the last of their last attempts was made. */
  readonly lastSeenAt: Instant;
  /** How many there are, and the first and the last by name. */
  readonly eventTypes: { readonly count: number; readonly names: readonly string[] };
  /** The delivery that was attempted last. */
  readonly exampleDeliveryId: DeliveryId;
};

export type IssueFilter = {
  readonly webhookId?: WebhookId;
  /** Of the webhook. */
  readonly failure?: string;
  /** When the last attempts were made: `from` included, `to` not. */
  readonly from: Instant;
  readonly to: Instant;
};

export interface StatisticsStore {
  /** Counts per event type and minute of one webhook in [from, to). */
  webhookStatistics(webhookId: WebhookId, from: Instant, to: Instant): Promise<readonly MinuteCounts[]>;

  /** Counts of all webhooks that there are, per event type and bucket; `from` and `to` are multiples of `bucketMs`. */
  tenantStatistics(
    tenantId: TenantId,
    from: Instant,
    to: Instant,
    bucketMs: number,
  ): Promise<readonly MinuteCounts[]>;

  /** The same per webhook and bucket, of those of the webhooks that are the tenant's. */
  webhooksStatistics(
    tenantId: TenantId,
    webhookIds: readonly WebhookId[],
    from: Instant,
    to: Instant,
    bucketMs: number,
  ): Promise<readonly WebhookCounts[]>;

  /** What waits for each of the webhooks that are the tenant's, and how its last attempt ended. */
  webhookActivity(tenantId: TenantId, webhookIds: readonly WebhookId[]): Promise<readonly WebhookActivity[]>;

  /** The health on record of those of the webhooks that are the tenant's and have any. */
  healthOf(
    tenantId: TenantId,
    webhookIds: readonly WebhookId[],
  ): Promise<ReadonlyMap<WebhookId, WebhookHealth>>;

  /** A webhook that has expired by `now` is disabled. */
  webhookTotals(tenantId: TenantId, now: Instant): Promise<WebhookTotals>;

  tenantQueue(tenantId: TenantId): Promise<TenantQueue>;

  /** The issues of the webhooks that there are, the one seen last first. Costs by the number of issues, not of deliveries. */
  listIssues(tenantId: TenantId, filter: IssueFilter, page: PageRequest): Promise<Page<Issue>>;
}
