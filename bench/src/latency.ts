// How long an event takes at a steady rate: until it is accepted, and until its receiver has it.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { quantile } from './numbers.ts';
import { body1k } from './payload.ts';
import { answerOrders } from './program.ts';

export type LatencyOrder =
  | { readonly kind: 'listen' }
  | {
      readonly kind: 'publish';
      readonly url: string;
      readonly token: string;
      readonly ratePerSecond: number;
      readonly durationMs: number;
    };
export type LatencyAnswer = { readonly url: string } & Partial<Latency>;
export type Latency = {
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly receivedMsP50: number;
  readonly receivedMsP99: number;
  readonly events: number;
};

let receivedMs: number[] = [];
let missing = 0;
let allReceived: (() => void) | undefined;

const server = createServer((request, response) => void receive(request, response)).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

answerOrders(async (order: LatencyOrder): Promise<LatencyAnswer> => {
  return order.kind === 'listen' ? { url } : { url, ...(await publishAtRate(order)) };
});

/** Publishes by the clock, not by the answers: a slow server gets no rest from it. */
async function publishAtRate(order: Extract<LatencyOrder, { kind: 'publish' }>): Promise<Latency> {
  const pool = new Pool(order.url, { connections: 64 });
  const events = Math.round((order.ratePerSecond * order.durationMs) / 1_000);
  const ackMs: number[] = [];
  receivedMs = [];
  missing = events;
  const all = new Promise<void>((resolve) => {
    allReceived = resolve;
  });
  const startedAt = performance.now();
  const publishing: Promise<void>[] = [];
  for (let sent = 0; sent < events; sent++) {
    const waitMs = startedAt + (sent * 1_000) / order.ratePerSecond - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    publishing.push(publish(pool, order.token, ackMs));
  }
  await Promise.all(publishing);
  await all;
  await pool.destroy();
  const [ack, received] = [ackMs, receivedMs].map((values) => values.toSorted((a, b) => a - b));
  return {
    ackMsP50: quantile(ack!, 0.5),
    ackMsP99: quantile(ack!, 0.99),
    receivedMsP50: quantile(received!, 0.5),
    receivedMsP99: quantile(received!, 0.99),
    events,
  };
}

async function publish(pool: Pool, token: string, ackMs: number[]): Promise<void> {
  const startedAt = performance.now();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/api/v1/events',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: `{"type":"bench.event","data":{"sentAtMs":${startedAt},"payload":${body1k}}}`,
  });
  await body.dump();
  if (statusCode !== 202) throw new Error(`publishing got ${statusCode}`);
  ackMs.push(performance.now() - startedAt);
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sentAtMs = Number(/"sentAtMs":([\d.]+)/.exec(Buffer.concat(chunks).toString())?.[1]);
  receivedMs.push(performance.now() - sentAtMs);
  response.writeHead(204).end();
  missing--;
  if (missing === 0) allReceived?.();
}
