// Something that happened inside Posthorn, as data. Parts say it once; `observe/` decides on lines, counters and mails.

import type { Attempt } from './attempt.ts';
import type { Instant } from './clock.ts';
import type { Delivery, DeliveryId } from './delivery.ts';
import type { EventId } from './event.ts';
import type { Count, ReplayId, ReplayState } from './replay.ts';
import type { Shard } from './shard.ts';
import type { TenantId } from './tenant.ts';
import type { DisabledReason, WebhookId } from './webhook.ts';

export type Signal =
  | {
      readonly kind: 'event.published';
      readonly tenantId: TenantId;
      readonly eventId: EventId;
      readonly type: string;
      readonly deliveries: number;
    }
  | { readonly kind: 'delivery.attempted'; readonly attempt: Attempt; readonly delivery: Delivery }
  | { readonly kind: 'delivery.settled'; readonly delivery: Delivery }
  | { readonly kind: 'delivery.stale'; readonly delivery: Delivery }
  /** A person has given it up, */
  | { readonly kind: 'delivery.cancelled'; readonly delivery: Delivery }
  /** or asked for an earlier one again, and this is the new one. */
  | { readonly kind: 'delivery.redelivered'; readonly delivery: Delivery }
  /** A person has cancelled, hastened or asked again for several at once. */
  | {
      readonly kind: 'deliveries.changed';
      readonly tenantId: TenantId;
      readonly webhookIds: readonly WebhookId[];
      readonly count: number;
    }
  /** The process before this one ended while these were in flight: they are attempted again and may arrive twice. */
  | { readonly kind: 'deliveries.interrupted'; readonly deliveryIds: readonly DeliveryId[] }
  | { readonly kind: 'deliveries.exhausted'; readonly webhookId: WebhookId; readonly count: number }
  /** A kept connection closed as the request was written; it was sent again at once and may have arrived twice. */
  | { readonly kind: 'attempt.resent'; readonly webhookId: WebhookId; readonly deliveryId: DeliveryId }
  | {
      readonly kind: 'format.failed';
      readonly webhookId: WebhookId;
      readonly eventId: EventId;
      readonly cause: unknown;
    }
  /** A token longer than some receivers accept; it was sent all the same. */
  | {
      readonly kind: 'token.large';
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly bytes: number;
    }
  | {
      readonly kind: 'webhook.failing';
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly notice: '1d' | '3d';
    }
  | {
      readonly kind: 'webhook.disabled';
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly reason: DisabledReason;
    }
  /** A webhook begins to wait because requests to its target's server fail, of whichever webhooks: those are the offenders. */
  | {
      readonly kind: 'server.throttled';
      readonly server: string;
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly until: Instant;
      readonly offenders: readonly { readonly tenantId: TenantId; readonly webhookId: WebhookId }[];
    }
  | {
      readonly kind: 'breaker.opened';
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly until: number;
    }
  | { readonly kind: 'breaker.closed'; readonly tenantId: TenantId; readonly webhookId: WebhookId }
  | { readonly kind: 'server.released'; readonly server: string }
  | { readonly kind: 'platform.fault'; readonly reason: string; readonly detail: string }
  /** The thread that sends has ended by itself. What it had in flight is attempted again, and may arrive twice. */
  | { readonly kind: 'sending.ended'; readonly cause: unknown; readonly interrupted: number }
  | {
      readonly kind: 'target.refused';
      readonly tenantId: TenantId;
      readonly host: string;
      readonly address: string | null;
      readonly rule: string;
    }
  | { readonly kind: 'store.failed'; readonly operation: string; readonly cause: unknown }
  | { readonly kind: 'store.recovered' }
  /** This node works for these shards from now on, */
  | { readonly kind: 'shards.taken'; readonly shards: readonly Shard[] }
  /** has handed them over, */
  | { readonly kind: 'shards.given_back'; readonly shards: readonly Shard[] }
  /** or did not renew its leases in time, and other nodes have them: what it has in flight may arrive twice. */
  | { readonly kind: 'shards.lost'; readonly shards: readonly Shard[] }
  /** This node's clock is so far ahead of the database's, or behind where negative, that it owns nothing, */
  | { readonly kind: 'clock.wrong'; readonly aheadMs: number }
  /** or no more. */
  | { readonly kind: 'clock.right'; readonly aheadMs: number }
  | {
      readonly kind: 'retention.purged';
      readonly events: number;
      readonly deliveries: number;
      readonly attempts: number;
    }
  /** A replay begins, is paused, goes on, or is over. */
  | {
      readonly kind: 'replay.changed';
      readonly tenantId: TenantId;
      readonly replayId: ReplayId;
      readonly state: ReplayState['kind'];
      readonly made: number;
      readonly skipped: number;
      readonly counted: Count;
    }
  | {
      readonly kind: 'replay.stepped';
      readonly tenantId: TenantId;
      readonly replayId: ReplayId;
      readonly webhookId: WebhookId;
      readonly made: number;
      readonly skipped: number;
    }
  | {
      readonly kind: 'request.failed';
      readonly requestId: string;
      readonly method: string;
      readonly path: string;
      readonly cause: unknown;
    }
  | { readonly kind: 'login.failed'; readonly username: string; readonly address: string | null }
  /** Its `X-Forwarded-For` is not believed, so that all its clients have its address. */
  | { readonly kind: 'proxy.untrusted'; readonly address: string };

export type Emit = (signal: Signal) => void;
