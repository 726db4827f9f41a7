// The processes that share the work: how each does, and which shards it owns. Followed while the page is open.

import { useQuery } from '@tanstack/react-query';
import { nodesQuery, type Node } from '../../api/system.ts';
import { Asked } from '../../parts/asked.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { CopyableId } from '../../parts/copy.tsx';
import { Facts } from '../../parts/page.tsx';
import { Ago, Moment } from '../../parts/time.tsx';
import * as texts from '../../texts/texts.ts';
import { Tab } from './tab.tsx';

const words = texts.nodes;

const tones: Readonly<Record<Node['state'], Tone>> = { running: 'good', leaving: 'warn', lost: 'bad' };

export function NodesTab() {
  const nodes = useQuery(nodesQuery);
  return (
    <Tab name="nodes" lead={words.lead}>
      <Asked query={nodes}>
        {(all) => {
          const shards = Math.max(0, ...all.flatMap((node) => node.shards)) + 1;
          return (
            <ul className="grid gap-4 xl:grid-cols-2">
              {all.map((node) => (
                <NodeCard key={node.id} node={node} shards={shards} />
              ))}
            </ul>
          );
        }}
      </Asked>
    </Tab>
  );
}

function NodeCard({
  node: { id, name, url, version, state, startedAt, heartbeatAt, shards: owned },
  shards,
}: {
  readonly node: Node;
  readonly shards: number;
}) {
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="min-w-0 font-semibold break-words">{name}</h2>
        <Badge tone={tones[state]} title={words.stateHints[state]}>
          {words.states[state]}
        </Badge>
      </div>
      <div className="flex flex-col gap-1">
        <ShardBar owned={owned} shards={shards} />
        <p className="text-xs text-quiet">{words.shardsOf(owned.length, shards)}</p>
      </div>
      <Facts
        facts={[
          [words.heartbeat, <Ago key="heartbeat" at={heartbeatAt} />],
          [words.started, <Moment key="started" at={startedAt} />],
          [
            words.url,
            <code key="url" className="text-xs break-all">
              {url}
            </code>,
          ],
          [words.version, version],
          [words.node, <CopyableId key="id" id={id} />],
        ]}
      />
    </li>
  );
}

/** A place for each shard, filled where the node owns it: neighbours show at once who took what over. */
function ShardBar({ owned, shards }: { readonly owned: readonly number[]; readonly shards: number }) {
  const mine = new Set(owned);
  return (
    <svg
      role="img"
      aria-label={words.shardsOf(owned.length, shards)}
      viewBox={`0 0 ${shards} 4`}
      preserveAspectRatio="none"
      className="h-3 w-full overflow-hidden rounded bg-sunken"
    >
      {Array.from({ length: shards }, (_, shard) =>
        mine.has(shard) ? (
          <rect key={shard} x={shard + 0.08} width={0.84} height={4} className="fill-accent" />
        ) : null,
      )}
    </svg>
  );
}
