// Receivers that speak no proper HTTP: TCP and TLS servers whose script gets the bare socket, and a canary that only counts.

import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

/** What a server does with a connection; `count` counts them from 1. */
export type Script = (socket: Socket, count: number) => void;

export interface RawReceiver extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` or `https://…` */
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections whose socket has closed. */
  readonly closed: number;
  /** Everything that came in over all connections, at most 1 MiB. */
  readonly received: Buffer;
  close(): Promise<void>;
}

export function startRaw(script: Script, host = '127.0.0.1'): Promise<RawReceiver> {
  return listen('http', host, script, (onSocket) => createServer({ noDelay: true }, onSocket));
}

export function startTls(options: TlsOptions, script: Script): Promise<RawReceiver> {
  return listen('https', '127.0.0.1', script, (onSocket) => {
    const server = createTlsServer(options, onSocket);
    server.on('tlsClientError', () => undefined);
    return server;
  });
}

/** Counts connections and answers none of them. */
export function startCanary(host = '127.0.0.1'): Promise<RawReceiver> {
  return startRaw(() => undefined, host);
}

/** Waits until a request has completely come, by its Content-Length, and calls back for each in turn. */
export function onRequest(socket: Socket, answer: (request: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let end = requestEnd(bytes); end !== undefined; end = requestEnd(bytes)) {
      const request = bytes.subarray(0, end);
      bytes = bytes.subarray(end);
      answer(request);
    }
  });
}

/** Answers every request with the same bytes. */
export function answering(...parts: (string | Buffer)[]): Script {
  return (socket) => onRequest(socket, () => parts.forEach((part) => socket.write(part)));
}

/** Answers every request with the same bytes, then ends the connection. */
export function answeringOnce(...parts: (string | Buffer)[]): Script {
  return (socket) => {
    onRequest(socket, () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  };
}

function requestEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head === -1) return undefined;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return bytes.length < end ? undefined : end;
}

async function listen(
  scheme: string,
  host: string,
  script: Script,
  create: (onSocket: (socket: Socket) => void) => Server,
): Promise<RawReceiver> {
  const open = new Set<Socket>();
  let count = 0;
  let closed = 0;
  let received = Buffer.alloc(0);
  const server = create((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (received.length < 1_048_576) received = Buffer.concat([received, chunk]);
    });
    script(socket, ++count);
  });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed++;
      open.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    get connections() {
      return scheme === 'https' ? open.size + closed : count;
    },
    get closed() {
      return closed;
    },
    get received() {
      return received;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
