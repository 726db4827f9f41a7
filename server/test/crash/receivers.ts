// The receivers of the crash rounds: each webhook's path has a behaviour, and every request goes to the ledger.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/domain/random.ts';
import type { Ledger, Seen } from './ledger.ts';

/** A webhook of the crash rounds: what it subscribes to and how its receiver answers. */
export type Subscriber = {
  readonly name: string;
  readonly dialect: 'native' | 'confluence';
  readonly eventTypes: readonly string[];
  readonly timeoutMs?: number;
  /** The status to answer with, after whatever wait it takes; undefined never answers. */
  readonly answer: (random: Random) => Promise<number | undefined>;
};

export const subscribers: readonly Subscriber[] = [
  { name: 'ok', dialect: 'native', eventTypes: ['*'], answer: async () => 200 },
  {
    name: 'flaky',
    dialect: 'native',
    eventTypes: ['order.*'],
    answer: async (random) => (random.fraction() < 0.3 ? 500 : 204),
  },
  {
    name: 'slow',
    dialect: 'native',
    eventTypes: ['order.paid', 'page_created'],
    async answer(random) {
      await sleep(100 * random.fraction());
      return 200;
    },
  },
  {
    name: 'hanging',
    dialect: 'native',
    eventTypes: ['order.shipped'],
    timeoutMs: 2_000,
    answer: async (random) => (random.fraction() < 0.03 ? undefined : 200),
  },
  { name: 'wiki', dialect: 'confluence', eventTypes: ['page_created'], answer: async () => 200 },
];

export interface Receivers extends AsyncDisposable {
  urlOf(subscriber: Subscriber): string;
}

export async function startReceivers(ledger: Ledger, random: Random): Promise<Receivers> {
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const subscriber = subscribers.find(({ name }) => request.url === `/${name}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (subscriber === undefined) {
      ledger.problem(`a request came to ${request.url}`);
      return void response.writeHead(404).end();
    }
    const seen = toSeen(subscriber, request, Buffer.concat(chunks), ledger.life);
    ledger.request(seen);
    response.once('close', () => ledger.answered(seen));
    const status = await subscriber.answer(random);
    if (status === undefined || response.destroyed) return;
    seen.status = status;
    response.writeHead(status).end();
  }

  const server = createServer((request, response) => {
    // A kill cuts requests off before they are whole: such a one is no request.
    receive(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: ({ name }) => `http://127.0.0.1:${port}/${name}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toSeen(subscriber: Subscriber, request: IncomingMessage, body: Buffer, life: number): Seen {
  const data = dataIn(body, subscriber.dialect);
  const messageId = request.headers['webhook-id'];
  return {
    webhook: subscriber.name,
    key: /"key":"([^"]*)"/.exec(data.toString())?.[1] ?? '',
    messageId: typeof messageId === 'string' ? messageId : null,
    dataSha256: createHash('sha256').update(data).digest('hex'),
    life,
    status: null,
  };
}

/** The bytes of the event's data: `…"data":DATA}` natively, `…,MEMBERS-OF-DATA` in Confluence's envelope. */
function dataIn(body: Buffer, dialect: Subscriber['dialect']): Buffer {
  if (dialect === 'native') return body.subarray(body.indexOf('"data":') + '"data":'.length, -1);
  return Buffer.concat([Buffer.from('{'), body.subarray(body.indexOf('"key":'))]);
}
