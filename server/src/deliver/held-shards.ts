// The shards that this node works for: under which epoch, and what of each is under way.

import { shardOf, type Epoch, type Shard } from '../domain/shard.ts';
import type { WebhookId } from '../domain/webhook.ts';

/** What a lane has while this node owns its shard. Taken anew, a shard has another one. */
export type Hold = {
  readonly shard: Shard;
  /** Null where nobody shares the database. */
  readonly epoch: Epoch | null;
  /** Whether what the store knows of its webhooks is here: no attempt starts before. */
  ready: boolean;
};

export class HeldShards {
  readonly #holds = new Map<Shard, Hold>();
  /** Attempts that have begun and are not recorded, also of shards that were let go of. */
  readonly #underWay = new Map<Shard, number>();
  readonly #whenQuiet = new Map<Shard, (() => void)[]>();

  take(shard: Shard, epoch: Epoch | null): Hold {
    const hold = { shard, epoch, ready: false };
    this.#holds.set(shard, hold);
    return hold;
  }

  letGo(shard: Shard): void {
    this.#holds.delete(shard);
  }

  /** Null while another node owns the webhook, or none. */
  of(webhookId: WebhookId): Hold | null {
    return this.#holds.get(shardOf(webhookId)) ?? null;
  }

  /** The first of them, in their numbers; 0 while there is none. */
  first(): Shard {
    return this.#holds.size === 0 ? 0 : Math.min(...this.#holds.keys());
  }

  has(hold: Hold): boolean {
    return this.#holds.get(hold.shard) === hold;
  }

  begun(webhookId: WebhookId): void {
    const shard = shardOf(webhookId);
    this.#underWay.set(shard, this.underWay(shard) + 1);
  }

  ended(webhookId: WebhookId): void {
    const shard = shardOf(webhookId);
    const left = this.underWay(shard) - 1;
    if (left > 0) return void this.#underWay.set(shard, left);
    this.#underWay.delete(shard);
    for (const resolve of this.#whenQuiet.get(shard) ?? []) resolve();
    this.#whenQuiet.delete(shard);
  }

  underWay(shard: Shard): number {
    return this.#underWay.get(shard) ?? 0;
  }

  /** Resolves once nothing of the shard is under way. */
  async quiet(shard: Shard): Promise<void> {
    if (this.underWay(shard) === 0) return;
    await new Promise<void>((resolve) => {
      const others = this.#whenQuiet.get(shard) ?? [];
      this.#whenQuiet.set(shard, [...others, resolve]);
    });
  }
}
