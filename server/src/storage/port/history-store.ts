// What people ask about the past: events, deliveries, attempts, statistics, last exchanges, audit.

import type { Attempt } from '../../domain/attempt.ts';
import type { NumberedAuditEntry } from '../../domain/audit.ts';
import type { Instant } from '../../domain/clock.ts';
import type { Delivery, DeliveryId, DeliveryStateKind } from '../../domain/delivery.ts';
import type { Event, EventId } from '../../domain/event.ts';
import type { OutcomeKind } from '../../domain/outcome.ts';
import type { Routing } from '../../domain/routing.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import type { Page, PageRequest } from './page.ts';

export type EventFilter = { readonly type?: string; readonly from?: Instant; readonly to?: Instant };

export type DeliveryFilter = {
  /** Only these. */
  readonly ids?: readonly DeliveryId[];
  readonly webhookId?: WebhookId;
  readonly eventId?: EventId;
  readonly eventType?: string;
  readonly state?: DeliveryStateKind;
  /** Of the last attempt. */
  readonly outcome?: OutcomeKind;
  /** Of the last attempt's status: 2 for 2xx and so on. */
  readonly statusClass?: 1 | 2 | 3 | 4 | 5;
  /** The last attempt's error, by its code. */
  readonly error?: string;
  /** Scheduled for a time after this. */
  readonly dueAfter?: Instant;
  readonly from?: Instant;
  readonly to?: Instant;
};

export type AuditFilter = {
  /** The whole action, such as `webhook.created`. */
  readonly action?: string;
  readonly subjectId?: string;
  readonly from?: Instant;
  readonly to?: Instant;
};

/** A delivery in a list, with how its last attempt ended. */
export type ListedDelivery = {
  readonly delivery: Delivery;
  readonly lastOutcome: OutcomeKind | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastAttemptAt: Instant | null;
};

/** The last exchange of a webhook for one event type and outcome. */
export type LastExchange = {
  readonly attempt: Attempt;
  readonly attemptNumber: number;
  readonly requestBody: Uint8Array;
};

export interface HistoryStore {
  /** Newest first; payloads are left out of the list (empty `data`). */
  listEvents(
    tenantId: TenantId,
    filter: EventFilter,
    page: PageRequest,
  ): Promise<Page<Event & { readonly deliveries: number }>>;
  getEvent(
    tenantId: TenantId,
    id: EventId,
  ): Promise<{ readonly event: Event; readonly routing: Routing } | undefined>;

  /**
   * Newest first. Looks at so many deliveries at most for one page, so that a page may have fewer than its limit, or
   * none, although there is a next one.
   */
  listDeliveries(
    tenantId: TenantId,
    filter: DeliveryFilter,
    page: PageRequest,
  ): Promise<Page<ListedDelivery>>;
  getDelivery(tenantId: TenantId, id: DeliveryId): Promise<ListedDelivery | undefined>;
  /** The first that waits of a webhook's deliveries with an ordering key. */
  firstInLine(tenantId: TenantId, webhookId: WebhookId, orderingKey: string): Promise<DeliveryId | undefined>;
  /** The attempts of a delivery, first to last. */
  listAttempts(tenantId: TenantId, deliveryId: DeliveryId): Promise<readonly Attempt[]>;

  /** The last exchanges of a webhook, one per event type and outcome. `attemptNumber` ascends per tenant: an integer id for wires that need one. */
  lastExchanges(webhookId: WebhookId): Promise<readonly LastExchange[]>;

  /** Scheduled deliveries of the installation and the due time of the oldest: for metrics and readiness. */
  backlog(): Promise<{ readonly pending: number; readonly oldestDueAt: Instant | null }>;

  /** How much the installation holds, and when the oldest event that is kept was accepted. */
  holdings(): Promise<{
    readonly tenants: number;
    readonly webhooks: number;
    readonly oldestEventAt: Instant | null;
  }>;

  /** Newest first. */
  listAudit(tenantId: TenantId, filter: AuditFilter, page: PageRequest): Promise<Page<NumberedAuditEntry>>;
  /** What is wrong with the audit log of the installation, in a sentence: an entry was changed, or some are missing. */
  auditProblem(): Promise<string | undefined>;
}
