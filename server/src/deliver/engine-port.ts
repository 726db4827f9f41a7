// What the engine offers to the other parts, and what it needs of them.

import type { Instant } from '../domain/clock.ts';
import type { DeliveryId } from '../domain/delivery.ts';
import type { RulesOf } from '../domain/delivery-rules.ts';
import type { Id } from '../domain/id.ts';
import type { InFlightMarks } from '../domain/in-flight-marks.ts';
import type { NodeNews } from '../domain/node-news.ts';
import type { RetrySchedule } from '../domain/retry-schedule.ts';
import type { Epoch, Shard } from '../domain/shard.ts';
import type { WaitsFor } from '../domain/waiting.ts';
import type { DialectName, Webhook, WebhookId } from '../domain/webhook.ts';
import type { WebhookHealth } from '../domain/webhook-health.ts';
import type { DeliveryStore, QueuedDelivery } from '../storage/store.ts';
import type { AttemptParts } from './attempt.ts';
import type { ExpressOutcome } from './express.ts';
import type { Disable } from './verdict.ts';

export interface Engine {
  /**
   * Gives every webhook its lane. Where nobody shares the database it takes all shards and starts attempts; resolves once
   * every lane knows its next due time.
   */
  start(webhooks: AsyncIterable<readonly Webhook[]>): Promise<void>;
  /**
   * Works for these shards from now on, which this node owns under these epochs: loads what waits for their webhooks and
   * starts attempts. Rejects when the store fails; then it has not taken them.
   */
  take(shards: ReadonlyMap<Shard, Epoch | null>): Promise<void>;
  /** Starts nothing for a shard any more; resolves once all that was begun for it is recorded, so that another node may own it. */
  giveBack(shard: Shard): Promise<void>;
  /** The same at once, after another node may have taken it: what is in flight ends as it will, and its record is refused. */
  lose(shard: Shard): void;
  /** How many attempts for webhooks of a shard are under way. */
  underWay(shard: Shard): number;
  /** Whether this node owns the webhook. */
  owns(id: WebhookId): boolean;
  /** Does for the webhooks that this node owns what another node was asked for. */
  hear(news: NodeNews): void;
  /** Looks into the store for what waits for the webhooks that this node owns, and how the others are doing. */
  look(): Promise<void>;
  /** Attempts may start again after this node's leases were in doubt. */
  goOn(): void;
  /** Takes fresh deliveries straight from their commit. */
  handOver(fresh: readonly QueuedDelivery[]): void;
  /** The same for one that a person waits for: resolves once its attempt is recorded, or none is needed any more. */
  outcomeOf(fresh: QueuedDelivery): Promise<ExpressOutcome>;
  /** When a fresh message of a webhook is to be due in the store whose outcome this node will be asked for. */
  dueAtOfWatched(id: WebhookId, now: Instant): Instant;
  /** How many messages of a webhook's own administration wait or are under way on this node. */
  pendingMessages(id: WebhookId): number;
  /** Follows a webhook's change; null after its deletion. No new attempt of the old state starts after it returns. */
  webhookChanged(id: WebhookId, webhook: Webhook | null): void;
  // The following reach the webhook's owner, whichever node that is.
  /** Looks into the store again for a webhook's deliveries: after a replay. */
  wake(id: WebhookId): void;
  /** The same because a person asked for them: an open breaker lets one request through at once. */
  probe(id: WebhookId): void;
  /** Takes nothing that is held of a webhook for granted: after deliveries ended in the store. */
  reload(id: WebhookId): void;
  /** Drops a cancelled delivery from memory. */
  forget(id: WebhookId, deliveryId: DeliveryId): void;
  /** Forgets failures: the breaker closes and the webhook gets requests at once. */
  resetBreaker(id: WebhookId): Promise<void>;
  /** Of a webhook that another node owns, as the store had it at the last look. */
  health(id: WebhookId): WebhookHealth;
  /** What may hold back a webhook's deliveries, as far as this node knows. */
  waitsFor(id: WebhookId): WaitsFor;
  /** Starts nothing new, lets what is in flight end within `graceMs`, cuts the rest, records all. Called again with less time, it hurries. */
  stop(graceMs: number): Promise<void>;
  /** For readiness and metrics. */
  state(): EngineState;
}

export type EngineState = {
  readonly inFlight: number;
  readonly lanes: number;
  /** Deliveries held in memory. */
  readonly held: number;
  readonly recording: 'ok' | 'waiting';
  /** Why the platform itself could not send lately; null while it can. */
  readonly platformFault: string | null;
};

export type EngineParts = AttemptParts & {
  readonly store: Pick<
    DeliveryStore,
    | 'waitingWebhooks'
    | 'waitingExpress'
    | 'loadDue'
    | 'record'
    | 'loadHealth'
    | 'saveHealth'
    | 'dropDeliveries'
  >;
  readonly rules: Readonly<Record<DialectName, RulesOf | undefined>>;
  /** Where attempts in flight are noted, so that the next start can tell which may arrive twice. */
  readonly marks: InFlightMarks;
  readonly keepsLastExchange: (dialect: DialectName) => boolean;
  readonly schedule: RetrySchedule;
  /** Requests in flight at once in the whole server; slow ones get places beyond it. */
  readonly inFlightMax: number;
  /** Bytes of payload held in memory; beyond it fresh deliveries wait in the store. */
  readonly heldBytesMax: number;
  readonly disable: Disable;
  readonly onBroken: (cause: unknown) => void;
  /** Where several nodes share the database. */
  readonly shared?: Shared;
};

export type Shared = {
  readonly nodeId: Id;
  /** Whether this node's leases surely hold, and it knows what was changed: a cheap question, asked before each attempt. */
  readonly holds: () => boolean;
  /** Tells the other nodes. */
  readonly tell: (news: NodeNews) => void;
};
