// The shards that this node takes and lets go of: what the store knows of their webhooks comes into the lanes, and leaves them.

import { leftUndropped } from '../domain/dropped.ts';
import type { Emit } from '../domain/signal.ts';
import { shardOf, type Epoch, type Shard } from '../domain/shard.ts';
import type { WebhookId } from '../domain/webhook.ts';
import { healthy } from '../domain/webhook-health.ts';
import type { DeliveryStore } from '../storage/store.ts';
import type { Alarms } from './alarms.ts';
import type { Drops } from './drops.ts';
import type { Express } from './express.ts';
import type { HeldShards } from './held-shards.ts';
import type { Lane } from './lane.ts';
import type { Loads } from './loads.ts';
import type { Paces } from './paces.ts';

export type TakenShardsParts = {
  readonly store: Pick<DeliveryStore, 'loadHealth' | 'waitingWebhooks' | 'waitingExpress'>;
  readonly emit: Emit;
  readonly held: HeldShards;
  readonly lanes: ReadonlyMap<WebhookId, Lane>;
  readonly alarms: Alarms;
  readonly loads: Loads;
  readonly express: Express;
  readonly drops: Drops;
  readonly paces: Paces;
  /** Finds out what a lane would do. */
  readonly consider: (lane: Lane) => void;
  /** Gives the lanes their turns. */
  readonly pump: () => void;
  readonly stopping: () => boolean;
};

export class TakenShards {
  readonly #parts: TakenShardsParts;
  #looking: Promise<void> | null = null;
  #lookAgain = false;

  constructor(parts: TakenShardsParts) {
    this.#parts = parts;
  }

  /** Takes shards under their epochs. Rejects when the store fails; then it has not taken them. */
  async take(shards: ReadonlyMap<Shard, Epoch | null>): Promise<void> {
    const { store, held, lanes, express, drops, paces, consider, pump } = this.#parts;
    const holds = Array.from(shards, ([shard, epoch]) => held.take(shard, epoch));
    const taken = (lane: Lane): boolean => lane.hold !== null && holds.includes(lane.hold);
    for (const lane of lanes.values()) lane.hold = held.of(lane.webhook.id);
    for (const lane of lanes.values()) if (taken(lane)) paces.taken(lane);
    try {
      const [health, waiting] = await Promise.all([store.loadHealth(), store.waitingWebhooks()]);
      for (const lane of lanes.values())
        if (taken(lane)) lane.health = health.get(lane.webhook.id) ?? healthy;
      for (const { webhookId, nextDueAt } of waiting) {
        const lane = lanes.get(webhookId);
        if (lane !== undefined && taken(lane)) lane.noteStored(nextDueAt);
      }
      for (const hold of holds) hold.ready = true;
      await express.load(() => store.waitingExpress());
    } catch (error) {
      for (const hold of holds) if (held.has(hold)) this.letGoOf(hold.shard);
      throw error;
    }
    for (const lane of lanes.values()) {
      if (!taken(lane)) continue;
      const dropped = lane.storedDueAt === null ? null : leftUndropped(lane.webhook, lane.rules);
      if (dropped !== null) drops.begin(lane, dropped);
      consider(lane);
    }
    pump();
  }

  letGoOf(shard: Shard): void {
    const { held, lanes, alarms, loads, express } = this.#parts;
    held.letGo(shard);
    for (const lane of lanes.values()) {
      if (shardOf(lane.webhook.id) !== shard) continue;
      lane.abandon();
      alarms.cancel(lane);
      loads.forget(lane);
    }
    express.letGoOf(shard);
  }

  /** Looks into the store for what waits. One look at a time; who asks during one gets another after it. */
  async look(): Promise<void> {
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return this.#looking;
    }
    this.#looking = (async () => {
      do {
        this.#lookAgain = false;
        await this.#lookOnce();
      } while (this.#lookAgain && !this.#parts.stopping());
    })();
    await this.#looking.finally(() => {
      this.#looking = null;
    });
  }

  async #lookOnce(): Promise<void> {
    const { store, emit, lanes, express, consider, pump } = this.#parts;
    try {
      const [waiting, health] = await Promise.all([
        store.waitingWebhooks(),
        store.loadHealth(),
        express.load(() => store.waitingExpress()),
      ]);
      for (const { webhookId, nextDueAt } of waiting) {
        const lane = lanes.get(webhookId);
        if (lane === undefined || lane.hold === null) continue;
        lane.noteStored(nextDueAt);
        consider(lane);
      }
      for (const lane of lanes.values())
        if (lane.hold === null) lane.health = health.get(lane.webhook.id) ?? healthy;
      pump();
    } catch (cause) {
      emit({ kind: 'store.failed', operation: 'look', cause });
    }
  }
}
