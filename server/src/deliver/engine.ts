// The delivery engine of one node: keeps a lane per webhook, gives each its turn, and starts attempts.

import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { QueuedDelivery } from '../storage/store.ts';

export interface Engine {
  /** Loads what waits in the store and starts attempts; resolves once every lane knows its next due time. */
  start(): Promise<void>;
  /** Takes fresh deliveries straight from their commit. */
  handOver(fresh: readonly QueuedDelivery[]): void;
  /** Follows a webhook's change; null after its deletion. No new attempt of the old state starts after it returns. */
  webhookChanged(id: WebhookId, webhook: Webhook | null): void;
  /** Looks into the store again for a webhook's deliveries: after a redelivery or a cancellation. */
  wake(id: WebhookId): void;
  /** Forgets failures: the breaker closes and the webhook gets requests at once. */
  resetBreaker(id: WebhookId): Promise<void>;
  /** Starts nothing new, lets what is in flight end within `graceMs`, cuts the rest, records all. */
  stop(graceMs: number): Promise<void>;
  /** For readiness and metrics. */
  state(): EngineState;
}

export type EngineState = { readonly inFlight: number; readonly lanes: number; readonly held: number; readonly recording: 'ok' | 'waiting' };
