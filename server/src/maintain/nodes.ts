// The nodes that share the work, for who operates them: what each says of itself, and which shards it owns.

import type { Instant } from '../domain/clock.ts';
import { shardCount, stateOf, type NodeRow, type NodeState, type Shard } from '../domain/shard.ts';
import type { ShardStore } from '../storage/store.ts';

/** What a node says of itself when it starts. */
type Introduction = Pick<NodeRow, 'id' | 'name' | 'url' | 'version' | 'startedAt'>;

export type NodeView = Introduction &
  Pick<NodeRow, 'heartbeatAt'> & { readonly state: NodeState; readonly shards: readonly Shard[] };

/** Every node, the oldest first; one that was lost for an hour is not shown any more. */
export type ListNodes = () => Promise<readonly NodeView[]>;

export function makeListNodes(store: Pick<ShardStore, 'table'>): ListNodes {
  return async () => {
    const { now, nodes, shards } = await store.table();
    return nodes.map((node) => ({
      ...node,
      state: stateOf(node, now),
      shards: shards.filter(({ owner }) => owner === node.id).map(({ shard }) => shard),
    }));
  };
}

/** Of a node that has the database for itself. */
export function makeListOneNode(node: () => Introduction, now: () => Instant): ListNodes {
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  return async () => [{ ...node(), heartbeatAt: now(), state: 'running', shards }];
}
