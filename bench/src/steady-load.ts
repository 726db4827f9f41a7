// Events at a steady rate, and the receivers that they end at: how long each takes until it is accepted, and until a receiver
// has it. Publisher and receivers are one process, so that one clock tells both instants.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { cutMessages } from './http-frames.ts';
import { quantile } from './numbers.ts';
import { body1k } from './payload.ts';
import { answerOrders } from './program.ts';

export type SteadyOrder =
  | {
      readonly kind: 'listen';
      /** How long each receiver takes to answer, in milliseconds; null never answers. */
      readonly answerMs: readonly (number | null)[];
    }
  | {
      readonly kind: 'publish';
      readonly port: number;
      readonly token: string;
      readonly type: string;
      readonly ratePerSecond: number;
      readonly durationMs: number;
      /** Whose requests count; each of them gets every event. */
      readonly receivers: readonly number[];
    }
  | { readonly kind: 'arrivals'; readonly receiver: number };

export type SteadyAnswer = {
  /** Of the receivers. */
  readonly urls: readonly string[];
  /** Of the publishes that were ordered. */
  readonly latency: Latency | null;
  /** Of the receiver that was asked for: how many, and when the first one came by the system's clock. */
  readonly arrivals: { readonly count: number; readonly firstAt: number | null };
};

export type Latency = {
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly receivedMsP50: number;
  readonly receivedMsP99: number;
};

const connections = 64;
const accepted = Buffer.from('HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n');

type Receiver = { readonly url: string; receivedMs: number[]; count: number; firstAt: number | null };
const receivers: Receiver[] = [];
let onArrival = () => {};

answerOrders(async (order: SteadyOrder): Promise<SteadyAnswer> => {
  if (order.kind === 'listen') {
    for (const answerMs of order.answerMs) receivers.push(await startReceiver(answerMs));
  }
  const latency = order.kind === 'publish' ? await publishAtRate(order) : null;
  const { count, firstAt } = receivers[order.kind === 'arrivals' ? order.receiver : 0]!;
  return { urls: receivers.map(({ url }) => url), latency, arrivals: { count, firstAt } };
});

async function startReceiver(answerMs: number | null): Promise<Receiver> {
  const server = createServer({ noDelay: true }, (socket) => {
    const cut = cutMessages((message) => {
      receiver.firstAt ??= Date.now();
      receiver.count++;
      const sentAtMs = /"sentAtMs":([\d.]+)/.exec(message.toString('latin1'))?.[1];
      if (sentAtMs !== undefined) receiver.receivedMs.push(performance.now() - Number(sentAtMs));
      if (answerMs === 0) socket.write(accepted);
      else if (answerMs !== null) setTimeout(() => socket.write(accepted), answerMs);
      onArrival();
    });
    socket.on('data', cut);
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: Receiver = { url, receivedMs: [], count: 0, firstAt: null };
  return receiver;
}

/** Publishes by the clock, not by the answers: a slow server gets no rest from it. */
async function publishAtRate(order: Extract<SteadyOrder, { kind: 'publish' }>): Promise<Latency> {
  const counted = order.receivers.map((index) => receivers[index]!);
  for (const receiver of counted) receiver.receivedMs = [];
  const publisher = new Publisher(order.port);
  const events = Math.round((order.ratePerSecond * order.durationMs) / 1_000);
  const ackMs: number[] = [];
  const startedAt = performance.now();
  const publishing: Promise<void>[] = [];
  for (let sent = 0; sent < events; sent++) {
    const dueAt = startedAt + (sent * 1_000) / order.ratePerSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    publishing.push(publishOne(publisher, order, ackMs));
  }
  await Promise.all(publishing);
  await allReceived(counted, events);
  publisher.close();
  const ack = ackMs.toSorted((a, b) => a - b);
  const received = counted.flatMap(({ receivedMs }) => receivedMs).toSorted((a, b) => a - b);
  return {
    ackMsP50: quantile(ack, 0.5),
    ackMsP99: quantile(ack, 0.99),
    receivedMsP50: quantile(received, 0.5),
    receivedMsP99: quantile(received, 0.99),
  };
}

function allReceived(counted: readonly Receiver[], events: number): Promise<void> {
  return new Promise((resolve) => {
    onArrival = () => {
      if (counted.every(({ receivedMs }) => receivedMs.length >= events)) resolve();
    };
    onArrival();
  });
}

async function publishOne(
  publisher: Publisher,
  { token, type, port }: Extract<SteadyOrder, { kind: 'publish' }>,
  ackMs: number[],
): Promise<void> {
  const startedAt = performance.now();
  const body = `{"type":"${type}","data":{"sentAtMs":${startedAt.toFixed(3)},"payload":${body1k}}}`;
  const head = [
    'POST /api/v1/events HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  const answer = await publisher.post(`${head.join('\r\n')}\r\n\r\n${body}`);
  const status = answer.toString('latin1', 9, 12);
  if (status !== '202') throw new Error(`publishing got ${status}`);
  ackMs.push(performance.now() - startedAt);
}

/**
 * Kept-alive connections, opened when they are needed: one that never sends is ended by the server. What finds none free
 * waits for one.
 */
class Publisher {
  readonly #port: number;
  readonly #sockets: Socket[] = [];
  readonly #free: Socket[] = [];
  readonly #waiting: { readonly request: string; readonly answered: (message: Buffer) => void }[] = [];
  readonly #answered = new Map<Socket, (message: Buffer) => void>();

  constructor(port: number) {
    this.#port = port;
  }

  post(request: string): Promise<Buffer> {
    return new Promise((answered) => {
      this.#waiting.push({ request, answered });
      this.#next();
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #next(): void {
    const socket = this.#free.pop() ?? this.#open();
    if (socket === undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) return void this.#free.push(socket);
    this.#answered.set(socket, next.answered);
    socket.write(next.request);
  }

  #open(): Socket | undefined {
    if (this.#sockets.length === connections || this.#waiting.length === 0) return undefined;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on(
      'data',
      cutMessages((message) => this.#end(socket, message)),
    );
    socket.on('error', (error) => {
      throw error;
    });
    this.#sockets.push(socket);
    return socket;
  }

  #end(socket: Socket, message: Buffer): void {
    this.#answered.get(socket)!(message);
    this.#free.push(socket);
    this.#next();
  }
}
