// Webhooks and event types, with their secrets encrypted at rest behind this port.

import type { Instant } from '../../domain/clock.ts';
import type { EventType } from '../../domain/event-type.ts';
import type { WebhookChange } from '../../domain/follow.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type {
  DialectName,
  Webhook,
  WebhookId,
  WebhookLimits,
  WebhookState,
  WireIdSource,
} from '../../domain/webhook.ts';
import type { Created } from './access-store.ts';
import type { Change } from './change.ts';
import type { CreatedBetween, Page, PageRequest } from './page.ts';
import type { RoutedEvent } from './publish-store.ts';

export type WebhookFilter = CreatedBetween & {
  readonly dialect?: DialectName;
  readonly state?: WebhookState['kind'];
  /** By the health on record: its last attempt failed, or its breaker is not closed. */
  readonly failing?: true;
  /** In its name, description, URL or id, whatever the case. */
  readonly text?: string;
  /** Whose patterns take this type. */
  readonly eventType?: string;
};

export type EventTypeFilter = CreatedBetween & { readonly state?: 'active' | 'archived' };

/** What the webhook's dialect allows, as seen at an instant of the wall clock: a webhook that has expired is not active. */
export type LimitsNow = WebhookLimits & { readonly now: Instant };

/** Told after every committed change, before its promise resolves; `webhook` is null after a deletion. */
export type WebhookListener = (change: WebhookChange) => void;

export type WebhookCount = { readonly dialect: DialectName; readonly all: number; readonly active: number };

export interface WebhookStore {
  /**
   * Stores a new webhook and answers it with its wire id, which ascends from 1 and is never used again. The message, if
   * any, is what the webhook is sent because of it: stored in the same transaction. Rejects with `PolicyMissing` when
   * the tenant has no such policy as it would sign by, and with `LimitReached` when the webhook would be beyond the
   * limits, judged in that transaction; so does `updateWebhook`.
   */
  createWebhook(
    webhook: Webhook,
    wireId: WireIdSource,
    change: Change,
    message?: RoutedEvent,
    limits?: LimitsNow,
  ): Promise<Webhook>;

  /**
   * Replaces the stored webhook if its version is still `expectedVersion`, and answers the new one with the next
   * version; undefined when another change came first or the webhook is gone. Then the message is not stored either.
   */
  updateWebhook(
    webhook: Webhook,
    expectedVersion: number,
    change: Change,
    message?: RoutedEvent,
    limits?: LimitsNow,
  ): Promise<Webhook | undefined>;

  /**
   * Deletes a webhook of the tenant: it answers no query and gets no event from now on, its scheduled deliveries are
   * cancelled (the first thousand at once, the rest by `cancelOrphans`). False when there was none, or none of the
   * `expectedVersion` where that is given.
   */
  deleteWebhook(
    tenantId: TenantId,
    id: WebhookId,
    now: Instant,
    change: Change,
    expectedVersion?: number,
  ): Promise<boolean>;

  getWebhook(tenantId: TenantId, id: WebhookId): Promise<Webhook | undefined>;
  getWebhookByWireId(
    tenantId: TenantId,
    dialect: DialectName,
    wireId: number | string,
  ): Promise<Webhook | undefined>;

  /** The webhook with a number on its dialect's wire, whichever tenant's; the oldest where tenants count for themselves. */
  getWebhookByNumber(dialect: DialectName, number: number): Promise<Webhook | undefined>;

  /** Webhooks of a tenant, oldest first. */
  listWebhooks(tenantId: TenantId, filter: WebhookFilter, page: PageRequest): Promise<Page<Webhook>>;

  /** How many webhooks of each dialect a tenant has, and how many of them are active at `now`; none of a dialect it has none of. */
  countWebhooks(tenantId: TenantId, now: Instant): Promise<readonly WebhookCount[]>;

  /** Every webhook of the installation, in batches: for the subscriptions index and the lanes at start. */
  allWebhooks(): AsyncIterable<readonly Webhook[]>;

  /** Calls the listener for every change from now on; the answer stops it. */
  onWebhookChange(listener: WebhookListener): () => void;

  /** `taken` when the tenant has a type of that name. */
  createEventType(type: EventType, change: Change): Promise<Created>;
  updateEventType(type: EventType, change: Change): Promise<boolean>;
  deleteEventType(tenantId: TenantId, name: string, change: Change): Promise<boolean>;
  getEventType(tenantId: TenantId, name: string): Promise<EventType | undefined>;
  listEventTypes(tenantId: TenantId, filter: EventTypeFilter, page: PageRequest): Promise<Page<EventType>>;
}
