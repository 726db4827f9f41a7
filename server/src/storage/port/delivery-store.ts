// What delivering needs from a store: who waits, what is due, and a place to record what happened.

import type { Attempt } from '../../domain/attempt.ts';
import type { Instant } from '../../domain/clock.ts';
import type { Delivery, DeliveryId, DroppedReason, ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event, EventId } from '../../domain/event.ts';
import type { BegunAttempt } from '../../domain/in-flight-marks.ts';
import type { Epoch } from '../../domain/shard.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import type { WebhookHealth } from '../../domain/webhook-health.ts';
import type { Change } from './change.ts';

/** A delivery with the event it carries. */
export type QueuedDelivery = { readonly delivery: ScheduledDelivery; readonly event: Event };

/** The waiting deliveries of one webhook in order of their due time, and when the next one after them is due. */
export type DueDeliveries = { readonly due: readonly QueuedDelivery[]; readonly nextDueAt: Instant | null };

export type LoadLimit = { readonly count: number; readonly bytes: number };

/** What a load leaves out: all that is due before an instant, and of the rest the deliveries that the caller holds. */
export type PassedOver = { readonly dueBefore: Instant; readonly held: readonly DeliveryId[] };

/** The result of one attempt, or of a decision to make none (`attempt: null`: skipped, or too old). */
export type RecordedResult = {
  /** As the lane held it: the record is refused as stale unless the stored one is still scheduled with these attempts. */
  readonly before: ScheduledDelivery;
  readonly after: Delivery;
  readonly attempt: Attempt | null;
  /**
   * The whole exchange where the webhook's dialect answers questions about its last one (Confluence's `latest`);
   * kept per webhook, event type and outcome for as long as the webhook lives.
   */
  readonly lastExchange: { readonly requestBody: Uint8Array } | null;
  /**
   * Under which this node owned the webhook's shard when the attempt began: once the shard has another one, the result
   * is refused as stale, and the health that comes with it is not kept. Without one nothing is refused: where nobody
   * shares the database, and for a message that its caller waits for on whichever node.
   */
  readonly epoch?: Epoch | null;
};

/**
 * What became of a result: `recorded` with the state it asked for; `cancelled` when the delivery was cancelled while its
 * attempt was under way (the attempt counts, the delivery stays cancelled); `stale` when it had moved on otherwise, or
 * the webhook's shard had.
 */
export type Recorded = 'recorded' | 'cancelled' | 'stale';

export type RecordBatch = {
  readonly results: readonly RecordedResult[];
  /** The newest health of each webhook that the results touch. */
  readonly health: ReadonlyMap<WebhookId, WebhookHealth>;
};

/** Told of webhooks for which something may wait that nobody handed over. */
export type WaitingListener = (webhookIds: readonly WebhookId[]) => void;

export type Added = 'added' | 'event_gone' | 'webhook_gone';

export interface DeliveryStore {
  /** Every webhook with scheduled deliveries of events, and when its first one is due. Needs no scan of payloads. */
  waitingWebhooks(): Promise<readonly { readonly webhookId: WebhookId; readonly nextDueAt: Instant }[]>;

  /** Every waiting delivery that a webhook's own administration sends, with its event. */
  waitingExpress(): Promise<readonly QueuedDelivery[]>;

  /**
   * The first `limit.count` scheduled deliveries of events to a webhook that are due by `now`, by due time then id, without those
   * that the caller passes over; fewer where their payloads would weigh more than `limit.bytes`, but one at least.
   * `nextDueAt` is the due time of the first one neither returned nor passed over, or null. Costs by what is returned and
   * held, whatever is due before. Does not claim: only the owner of the webhook's shard calls it.
   */
  loadDue(webhookId: WebhookId, now: Instant, limit: LoadLimit, passing?: PassedOver): Promise<DueDeliveries>;

  /**
   * Records a batch in one durable transaction: attempts, new delivery states, health, statistics per minute, last
   * exchanges. The answer tells of each result what became of it; the attempt is kept in the log and counted in any
   * case, since its request was made; statistics count deliveries of events alone. Only what is scheduled changes its state:
   * delivered never reverts. Of a webhook that is gone no statistics, health or last exchanges are kept.
   */
  record(batch: RecordBatch): Promise<readonly Recorded[]>;

  /** Those of the begun attempts that were never recorded: their delivery still waits for just that attempt. */
  unrecordedAttempts(begun: readonly BegunAttempt[]): Promise<readonly BegunAttempt[]>;

  /** The health of every webhook that has any on record. */
  loadHealth(): Promise<ReadonlyMap<WebhookId, WebhookHealth>>;

  /** Writes one webhook's health outside of an attempt: after a person or a URL change reset it. */
  saveHealth(webhookId: WebhookId, health: WebhookHealth): Promise<void>;

  /**
   * Adds new deliveries of stored events (redelivery), with the audit entry, in one durable transaction; nothing is
   * written where the event or the webhook of one of them is gone.
   */
  addDeliveries(deliveries: readonly ScheduledDelivery[], change: Change): Promise<Added>;

  /** Cancels one scheduled delivery of the tenant; false when it was not scheduled any more. */
  cancelDelivery(tenantId: string, deliveryId: DeliveryId, now: Instant, change: Change): Promise<boolean>;

  /**
   * Cancels at most `limit` of a webhook's scheduled deliveries of events that were created by `createdUpTo`; answers
   * how many.
   */
  dropDeliveries(
    webhookId: WebhookId,
    reason: DroppedReason,
    createdUpTo: Instant,
    now: Instant,
    limit: number,
  ): Promise<number>;

  /** The event with its payload, whichever tenant's: for a delivery that the caller already holds. */
  loadEvent(eventId: EventId): Promise<Event | undefined>;

  /**
   * Calls the listener from now on when deliveries may have been stored although their publisher heard otherwise,
   * because the database's answer was lost; the answer stops it.
   */
  onWaiting(listener: WaitingListener): () => void;
}
