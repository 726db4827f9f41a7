// What nodes that share a database need from it: who owns which shard, and a way to tell each other.

import type { Id } from '../../domain/id.ts';
import type { NodeNews } from '../../domain/node-news.ts';
import type { Epoch, NodeRow, Shard, ShardRow, ShardTable } from '../../domain/shard.ts';

/** What a node says of itself; the database adds the times. */
export type NodeReport = Pick<NodeRow, 'id' | 'name' | 'url' | 'version' | 'leaving'>;

/** Told of what other nodes, or this one, have told. */
export type NewsListener = (news: NodeNews) => void;

/** Every time is the database's. A lease lasts `leaseMs` from a moment after its promise was asked for. */
export interface ShardStore {
  /** Says that the node lives, renews the lease of every shard it owns, and answers which those are. */
  renew(node: NodeReport, leaseMs: number): Promise<ReadonlyMap<Shard, Epoch>>;

  /** All nodes and shards at one moment. Nodes that have been lost for an hour are not told any more. */
  table(): Promise<ShardTable>;

  /**
   * Takes those that are still as they are given, and free; answers with what epochs the node owns them now. Of those in `stood`
   * the node knows that their leases are over, whatever the database's clock says; it is taken at its word unless they have been renewed.
   */
  claim(
    nodeId: Id,
    free: readonly ShardRow[],
    leaseMs: number,
    stood?: ReadonlySet<Id | Shard>,
  ): Promise<ReadonlyMap<Shard, Epoch>>;

  /** Gives back what the node owns under these epochs, and tells all nodes. */
  release(nodeId: Id, epochs: readonly Epoch[]): Promise<void>;

  /** Gives back everything and removes the node, and tells all nodes. */
  leave(nodeId: Id): Promise<void>;

  /**
   * Tells every node, as soon as the database takes it. That events, messages or shards wait is lost with a connection
   * or this process, and has to be looked for from time to time; so is what was found about servers, which the next probe
   * tells again. The rest reaches every node that listens.
   */
  tell(news: NodeNews): void;

  /**
   * Whether everything that was changed more than a few seconds ago has been told here. A cheap question. When that becomes so again,
   * listeners are told that news may have been missed.
   */
  knowsChanges(): boolean;

  /** Calls the listener from now on; the answer stops it. */
  onNews(listener: NewsListener): () => void;
}
