// What replays need from a store: what there is to do, how far each has come, and steps that are done as a whole or not at all.

import type { Instant } from '../../domain/clock.ts';
import type { Delivery, DeliveryId, ScheduledDelivery } from '../../domain/delivery.ts';
import type { Event, EventContext } from '../../domain/event.ts';
import type { Replay, ReplayId, ReplayPart, ReplayPlan, ReplayState, Waiting } from '../../domain/replay.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Webhook, WebhookId } from '../../domain/webhook.ts';
import type { Change } from './change.ts';
import type { CreatedBetween, Page, PageRequest } from './page.ts';

export type ReplayFilter = CreatedBetween & {
  readonly webhookId?: WebhookId;
  readonly state?: ReplayState['kind'];
};

/** How many deliveries a plan takes of each webhook; of webhooks that it takes nothing of there is no word. */
export type ReplayCounts = { readonly byWebhook: ReadonlyMap<WebhookId, number>; readonly exact: boolean };

/**
 * What a plan takes next. `cursor` is where it was looked up to, after which to go on; `over` tells that this is the end of
 * its window. There may be nothing in much that was looked at.
 */
export type Found<Thing> = Pick<ReplayPart, 'cursor'> & {
  readonly rows: readonly Thing[];
  readonly over: boolean;
};

/** As much of a delivery as makes another one like it. */
export type Replayable = Pick<Delivery, 'id' | 'tenantId' | 'webhookId' | 'eventId' | 'eventType'> & {
  /** Its event's. */
  readonly context: EventContext;
};

/** What is done for one webhook at once. */
export type ReplayStep = {
  readonly deliveries: readonly ScheduledDelivery[];
  /** The last thing that was looked at. */
  readonly cursor: ReplayPart['cursor'];
  /** Whether the webhook's part is done with it. */
  readonly over: boolean;
};

export type ReplayStepped = {
  readonly made: number;
  readonly skipped: number;
  /** Whether it was the last step of the replay, which is completed by it. */
  readonly completed: boolean;
};

/** Where the list of parts goes on. */
export type AfterPart = Pick<ReplayPart, 'replayId' | 'webhookId'>;

export interface ReplayStore {
  /** How much a plan of deliveries takes now, counted up to `max`. Webhooks that are disabled or gone take nothing. */
  countReplay(tenantId: TenantId, plan: ReplayPlan, max: number): Promise<ReplayCounts>;

  /**
   * The next deliveries that a plan takes of a webhook, oldest first. Of each event it is the newest delivery alone, save
   * where the plan lists them: what was delivered again since is passed over.
   */
  deliveriesToReplay(part: ReplayPart, limit: number): Promise<Found<Replayable>>;

  /**
   * The next events in a plan's window, of its types and of the webhook's, that the webhook has no delivery of, oldest
   * first. Whether it is owed them otherwise is for the caller to judge; their data is there only where it is asked for.
   */
  missedEvents(
    plan: ReplayPlan,
    webhook: Pick<Webhook, 'id' | 'tenantId' | 'subscription'>,
    cursor: ReplayPart['cursor'],
    limit: number,
    withData: boolean,
  ): Promise<Found<Event>>;

  /** What waits for a webhook and what of it is due by now, each counted up to `max`. */
  countWaiting(webhookId: WebhookId, now: Instant, max: number): Promise<Waiting>;

  /** Stores a replay with a part for each of the webhooks and how many it has to do there, null when unknown. */
  createReplay(replay: Replay, parts: ReadonlyMap<WebhookId, number | null>, change: Change): Promise<void>;

  getReplay(tenantId: TenantId, id: ReplayId): Promise<Replay | undefined>;

  /** Newest first. */
  listReplays(tenantId: TenantId, filter: ReplayFilter, page: PageRequest): Promise<Page<Replay>>;

  /** Gives it another state, if it is still in the one of the name; undefined otherwise. No step is done after it that it forbids. */
  changeReplay(
    tenantId: TenantId,
    id: ReplayId,
    from: ReplayState['kind'],
    to: ReplayState,
    change: Change,
  ): Promise<Replay | undefined>;

  /** Parts of running replays, whichever tenant's, by replay and webhook. */
  runningParts(after: AfterPart | null, limit: number): Promise<readonly ReplayPart[]>;

  /**
   * Does a step in one durable transaction: the deliveries whose event and webhook are still there are added, and the part is where
   * the step left it. Undefined, and nothing done, when the replay does not run any more, or another step of the part
   * came first.
   */
  stepReplay(part: ReplayPart, step: ReplayStep, now: Instant): Promise<ReplayStepped | undefined>;

  /** Cancels those of the tenant's deliveries of events that are scheduled, and answers which those were. */
  cancelScheduled(
    tenantId: TenantId,
    ids: readonly DeliveryId[],
    now: Instant,
    change: Change,
  ): Promise<readonly Pick<Delivery, 'id' | 'webhookId'>[]>;

  /**
   * Makes those of the tenant's deliveries of events that wait for a later time due now, and adds the new deliveries whose
   * event and webhook are still there, in one transaction. Answers which are due now and which were added.
   */
  retryNow(
    tenantId: TenantId,
    ids: readonly DeliveryId[],
    again: readonly ScheduledDelivery[],
    now: Instant,
    change: Change,
  ): Promise<Retried>;
}

export type Retried = {
  readonly hastened: readonly Pick<Delivery, 'id' | 'webhookId'>[];
  readonly added: readonly DeliveryId[];
};
