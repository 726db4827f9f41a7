// What the chores need: removing what is over, in steps small enough that nobody waits for them.

import type { Instant } from '../../domain/clock.ts';
import type { WebhookId } from '../../domain/webhook.ts';

export type Purged = {
  readonly events: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly keys: number;
  readonly more: boolean;
};

export interface MaintenanceStore {
  /**
   * Removes at most `limit` events accepted before `before` all of whose deliveries are final, with their deliveries
   * and attempts; also expired idempotency keys, ended sessions that are over anyhow, old statistics, replays that are over and
   * routings nobody points to. Never touches anything
   * unfinished, nor last exchanges. `more` asks to be called again.
   */
  purge(before: Instant, now: Instant, limit: number): Promise<Purged>;

  /** Cancels at most `limit` scheduled deliveries whose webhook is gone; answers how many. */
  cancelOrphans(now: Instant, limit: number): Promise<number>;

  /** Marks at most `limit` scheduled deliveries of a webhook, created before `createdBefore`, as exhausted by age; answers their number. */
  exhaustOld(webhookId: WebhookId, createdBefore: Instant, now: Instant, limit: number): Promise<number>;

  /** Removes at most `limit` rows of deleted tenants; answers how many. */
  purgeTenants(limit: number): Promise<number>;

  /** Size on disk in bytes. */
  sizeBytes(): Promise<number>;
}
