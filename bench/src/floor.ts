// A plain server of the libraries that the product is made of, in the same threads: an event is published, committed, signed,
// sent and recorded. Nobody is asked who they are, nothing is matched, judged, guarded, retried or told.

import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import Fastify from 'fastify';
import { answerOrders } from './program.ts';
import type { FloorRequest, FloorResult } from './floor-sender.ts';
import type { FloorEvent, FloorGroup } from './floor-writer.ts';

export type FloorOrder =
  | { readonly kind: 'start'; readonly receiverUrl: string; readonly fanOut: number; readonly path: string }
  /** How many deliveries are not recorded yet. */
  | { readonly kind: 'open' };
export type FloorAnswer = { readonly port: number; readonly open: number; readonly failed: number };

type Published = { readonly type: string; readonly data: object };
type Group = {
  readonly events: FloorEvent[];
  readonly results: FloorResult[];
  readonly committed: (() => void)[];
};

const key = createSecretKey(randomBytes(24));
let port = 0;
let open = 0;
let failed = 0;

answerOrders(async (order: FloorOrder): Promise<FloorAnswer> => {
  if (order.kind === 'start') port = await start(order);
  return { port, open, failed };
});

async function start({ receiverUrl, fanOut, path }: Extract<FloorOrder, { kind: 'start' }>): Promise<number> {
  const writer = new Worker(new URL('floor-writer.ts', import.meta.url), { workerData: { path, fanOut } });
  const sender = new Worker(new URL('floor-sender.ts', import.meta.url), { workerData: { receiverUrl } });
  let gathering = emptyGroup();
  let committing: Group | null = null;
  let lastId = 0;

  /** What comes while a group is written is the next one. */
  function write(): void {
    const { events, results } = gathering;
    if (committing !== null || events.length + results.length === 0) return;
    committing = gathering;
    gathering = emptyGroup();
    writer.postMessage({ events, results } satisfies FloorGroup, []);
  }

  writer.on('message', () => {
    const { events, results, committed } = committing!;
    committing = null;
    const requests = events.flatMap((event) => requestsOf(event, fanOut));
    if (requests.length > 0) sender.postMessage(requests, []);
    for (const resolve of committed) resolve();
    open -= results.length;
    write();
  });
  sender.on('message', (results: readonly FloorResult[]) => {
    gathering.results.push(...results);
    failed += results.filter(({ status }) => status !== 200).length;
    setImmediate(write);
  });

  function accept(published: readonly Published[]): Promise<void> {
    for (const { type, data } of published) {
      const id = `evt_${String(++lastId).padStart(26, '0')}`;
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
      gathering.events.push({ id, type, body });
      open += fanOut;
    }
    setImmediate(write);
    return new Promise((resolve) => gathering.committed.push(resolve));
  }

  const event = {
    type: 'object',
    required: ['type', 'data'],
    properties: { type: { type: 'string' }, data: { type: 'object' } },
  };
  const app = Fastify();
  app.post<{ Body: Published }>('/api/v1/events', { schema: { body: event } }, async ({ body }, reply) => {
    await accept([body]);
    return reply.code(202).send({});
  });
  app.post<{ Body: readonly Published[] }>(
    '/api/v1/events/batch',
    { schema: { body: { type: 'array', items: event } } },
    async ({ body }, reply) => {
      await accept(body);
      return reply.code(202).send({});
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

function emptyGroup(): Group {
  return { events: [], results: [], committed: [] };
}

function requestsOf({ id, body }: FloorEvent, fanOut: number): FloorRequest[] {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return Array.from({ length: fanOut }, (_, webhook) => {
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { deliveryId: `${id}.${webhook}`, eventId: id, webhook, timestamp, signature, body };
  });
}
