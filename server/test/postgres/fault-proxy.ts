// A line between a program and a server that a test can cut or let hang (reliability.md §6.2).

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /**
   * `ok` passes everything; `deaf` passes what is asked and swallows the answers; `hanging` swallows both; `closed` refuses
   * new connections. Open ones follow.
   */
  mode: 'ok' | 'deaf' | 'hanging' | 'closed';
  /** From what is asked with these bytes in it on, the mode is `deaf`. */
  deafTo: string | null;
  /**
   * The first connection that asks with these bytes in it is heard no more: the server waits for it, as for a node that is
   * frozen, whatever becomes of this end. Null once it has happened.
   */
  freezesAt: string | null;
  /** Lets the connections that are open hang for good, both ways; new ones pass. */
  stall(): void;
  /** Resets all open connections. */
  cut(): void;
}

/** As a pooler does, one tells its own numbers for the server's processes where `asPooler` is set. */
export async function startFaultProxy(
  targetPort: number,
  { asPooler = false }: { readonly asPooler?: boolean } = {},
): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const stalled = new WeakSet<Socket>();
  const frozen = new WeakSet<Socket>();
  const server = createServer((near) => {
    if (proxy.mode === 'closed') return void near.resetAndDestroy();
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        if (!frozen.has(near)) far.destroy();
      });
    }
    near.on('data', (chunk) => {
      if (proxy.deafTo !== null && chunk.includes(proxy.deafTo)) proxy.mode = 'deaf';
      if (proxy.freezesAt !== null && chunk.includes(proxy.freezesAt)) {
        frozen.add(near);
        proxy.freezesAt = null;
      }
      if (proxy.mode !== 'hanging' && !stalled.has(near) && !frozen.has(near)) far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (asPooler) renumber(chunk);
      if (proxy.mode === 'ok' && !stalled.has(near)) near.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    mode: 'ok',
    deafTo: null,
    freezesAt: null,
    stall() {
      for (const socket of open) stalled.add(socket);
    },
    cut() {
      for (const socket of open) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** The message that tells which process serves the connection: `K`, its length, the process and a key. */
const processTold = Buffer.from([0x4b, 0, 0, 0, 12]);

function renumber(chunk: Buffer): void {
  const at = chunk.indexOf(processTold);
  if (at !== -1) chunk.writeInt32BE(1, at + processTold.length);
}
