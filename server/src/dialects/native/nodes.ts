// `/nodes`: the processes that share the work, and which shards of the webhooks each owns.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { NodeView } from '../../maintain/nodes.ts';
import { operation } from './operation.ts';
import type { NativeParts } from './parts.ts';
import { closed, oneOf, pageOf, Time } from './wire/schemas.ts';
import { showTime } from './wire/times.ts';

export const NodeOut = closed(
  {
    id: Type.String({ description: 'Another one after each start.' }),
    name: Type.String({ description: "The setting `NODE_NAME`, or the machine's name." }),
    url: Type.String({ description: 'Where the node listens, as it knows itself.' }),
    version: Type.String(),
    state: oneOf(['running', 'leaving', 'lost'], {
      description: '`leaving` while it stops; `lost` when it did not renew its leases in time.',
    }),
    startedAt: Time,
    heartbeatAt: Type.String({ format: 'date-time', description: 'When it last renewed its leases.' }),
    shards: Type.Array(Type.Integer({ minimum: 0 }), {
      description: 'The shards it owns: it alone sends to the webhooks in them.',
    }),
  },
  { $id: 'Node' },
);

export function nodeRoutes(app: FastifyInstance, { nodes }: Pick<NativeParts, 'nodes'>): void {
  app.get(
    '/nodes',
    operation('listNodes', {
      summary: 'List nodes',
      description:
        'All of them at once, the oldest first. One that was lost stays for an hour. Times are those of the database.',
      tags: ['Nodes'],
      response: { 200: pageOf(Type.Ref('Node#')) },
    }),
    async () => ({ data: (await nodes()).map(show), next: null, previous: null }),
  );
}

function show({ id, name, url, version, state, startedAt, heartbeatAt, shards }: NodeView) {
  return {
    id,
    name,
    url,
    version,
    state,
    startedAt: showTime(startedAt),
    heartbeatAt: showTime(heartbeatAt),
    shards,
  };
}
