// The shards as nodes share them, in memory and on virtual time: what the database's statements do (storage/postgres/shards.ts),
// each at one moment.

import type { Clock } from '../../src/domain/clock.ts';
import type { Id } from '../../src/domain/id.ts';
import type { NodeNews } from '../../src/domain/node-news.ts';
import {
  shardCount,
  shardOf,
  type Epoch,
  type NodeRow,
  type Shard,
  type ShardRow,
  type ShardTable,
} from '../../src/domain/shard.ts';
import type { NewsListener, NodeReport, Store } from '../../src/storage/store.ts';

export class SharedShards {
  readonly #clock: Clock;
  readonly #nodes = new Map<Id, NodeRow>();
  readonly #rows: ShardRow[];
  readonly #listeners = new Set<NewsListener>();
  /** That were given back by their owner, not taken from one that was lost. */
  readonly #releasedEpochs = new Set<Epoch>();
  #lastEpoch = shardCount;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#rows = Array.from({ length: shardCount }, (_, shard) => ({
      shard,
      epoch: shard + 1,
      owner: null,
      leasedUntil: null,
    }));
  }

  renew(node: NodeReport, leaseMs: number): ReadonlyMap<Shard, Epoch> {
    const now = this.#now();
    const startedAt = this.#nodes.get(node.id)?.startedAt ?? now;
    this.#nodes.set(node.id, { ...node, startedAt, heartbeatAt: now, leasedUntil: now + leaseMs });
    return this.#give(
      node.id,
      this.#rows.filter(({ owner }) => owner === node.id),
      now + leaseMs,
      ({ epoch }) => epoch,
    );
  }

  table(): ShardTable {
    return { now: this.#now(), nodes: [...this.#nodes.values()], shards: [...this.#rows] };
  }

  claim(
    nodeId: Id,
    wanted: readonly ShardRow[],
    leaseMs: number,
    stood?: ReadonlySet<Id | Shard>,
  ): ReadonlyMap<Shard, Epoch> {
    const now = this.#now();
    const free = wanted
      .map((given) => ({ given, row: this.#rows[given.shard]! }))
      .filter(
        ({ given, row }) =>
          row.epoch === given.epoch &&
          (row.owner === null ||
            row.leasedUntil! <= now ||
            (stood?.has(row.shard) === true && row.leasedUntil === given.leasedUntil)),
      );
    return this.#give(
      nodeId,
      free.map(({ row }) => row),
      now + leaseMs,
      () => ++this.#lastEpoch,
    );
  }

  release(nodeId: Id, epochs: readonly Epoch[]): void {
    this.#free((row) => row.owner === nodeId && epochs.includes(row.epoch));
    this.tell({ kind: 'shards' });
  }

  leave(nodeId: Id): void {
    this.#free(({ owner }) => owner === nodeId);
    this.#nodes.delete(nodeId);
    this.tell({ kind: 'shards' });
  }

  tell(news: NodeNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  onNews(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Under which epoch a node has the webhook's shard at this moment; undefined when it has not, or its lease is over. */
  epochOf(webhookId: string, nodeId: Id): Epoch | undefined {
    const { owner, epoch, leasedUntil } = this.#rows[shardOf(webhookId)]!;
    return owner === nodeId && leasedUntil! > this.#now() ? epoch : undefined;
  }

  wasReleased(epoch: Epoch): boolean {
    return this.#releasedEpochs.has(epoch);
  }

  /** The store, where results under an epoch that is over are refused (storage/postgres/record.ts). */
  fence(store: Store): Store {
    const isOver = (epoch: Epoch | null | undefined): boolean =>
      epoch !== null && epoch !== undefined && !this.#rows.some((row) => row.epoch === epoch);
    const record: Store['record'] = async ({ results, health }) => {
      const [late, valid] = [
        results.filter(({ epoch }) => isOver(epoch)),
        results.filter(({ epoch }) => !isOver(epoch)),
      ];
      const lateWebhooks = new Set(late.map(({ before }) => before.webhookId));
      const kept = new Map([...health].filter(([webhookId]) => !lateWebhooks.has(webhookId)));
      const answers = [...(await store.record({ results: valid, health: kept }))];
      return results.map((result) => (late.includes(result) ? 'stale' : answers.shift()!));
    };
    return new Proxy(store, {
      get: (target, name) => (name === 'record' ? record : (target[name as keyof Store] as unknown)),
    });
  }

  #now(): number {
    return this.#clock.wall();
  }

  #give(owner: Id, rows: readonly ShardRow[], leasedUntil: number, epochOf: (row: ShardRow) => Epoch) {
    const given = rows.map((row) => ({ shard: row.shard, epoch: epochOf(row), owner, leasedUntil }));
    for (const row of given) this.#rows[row.shard] = row;
    return new Map(given.map(({ shard, epoch }) => [shard, epoch]));
  }

  #free(which: (row: ShardRow) => boolean): void {
    for (const row of this.#rows.filter(which)) {
      this.#releasedEpochs.add(row.epoch);
      this.#rows[row.shard] = { ...row, owner: null, leasedUntil: null };
    }
  }
}
