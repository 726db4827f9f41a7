// A receiver for tests: a real HTTP server on loopback that records every request and answers as it is told.

import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Recorded = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they stood on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** When the request was complete, in epoch milliseconds. */
  readonly at: number;
};

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
};

/** Answers one request: says what to answer, or writes to `response` by itself and returns nothing. */
export type Respond = (request: Recorded, response: ServerResponse) => Answer | void | Promise<Answer | void>;

export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** In the order in which they were completely received. */
  readonly requests: readonly Recorded[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Resolves with all requests once there are `count`; rejects after `withinMs`, a guard against hanging only. */
  waitFor(count: number, withinMs?: number): Promise<readonly Recorded[]>;
  /** From now on: each answer in turn and then the last one again, or a function's. */
  respondWith(...answers: readonly Answer[] | readonly [Respond]): void;
  /** Ends every connection and stops listening. May be called twice. */
  close(): Promise<void>;
}

/** Starts a receiver on a free port of 127.0.0.1 that answers 200 unless told otherwise. */
export async function startReceiver(respond: Respond = () => ({}), port = 0): Promise<Receiver> {
  const requests: Recorded[] = [];
  const waiting = new Set<() => void>();
  let answer = respond;
  let connections = 0;

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = incoming;
      const recorded: Recorded = {
        method,
        url,
        headers,
        rawHeaders,
        body: Buffer.concat(chunks),
        at: Date.now(),
      };
      requests.push(recorded);
      for (const check of waiting) check();
      void write(response, recorded, answer);
    });
  });
  server.on('connection', () => connections++);
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests,
    get connections() {
      return connections;
    },
    waitFor(count, withinMs = 20_000) {
      return new Promise((resolve, reject) => {
        const guard = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`${requests.length} of ${count} requests came within ${withinMs} ms`));
        }, withinMs);
        const check = () => {
          if (requests.length < count) return;
          waiting.delete(check);
          clearTimeout(guard);
          resolve(requests);
        };
        waiting.add(check);
        check();
      });
    },
    respondWith(...answers) {
      answer = inTurn(answers);
    },
    close: () => stop(server),
    [Symbol.asyncDispose]: () => stop(server),
  };
}

function inTurn(answers: readonly Answer[] | readonly [Respond]): Respond {
  const [first] = answers;
  if (typeof first === 'function') return first;
  let next = 0;
  return () => (answers as readonly Answer[])[Math.min(next++, answers.length - 1)] ?? {};
}

async function write(response: ServerResponse, request: Recorded, respond: Respond): Promise<void> {
  const answer = await respond(request, response);
  if (answer === undefined || response.headersSent || response.destroyed) return;
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
