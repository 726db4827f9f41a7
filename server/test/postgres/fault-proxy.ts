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
  /** Resets all open connections. */
  cut(): void;
}

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (proxy.mode === 'closed') return void near.resetAndDestroy();
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => {
      if (proxy.deafTo !== null && chunk.includes(proxy.deafTo)) proxy.mode = 'deaf';
      if (proxy.mode !== 'hanging') far.write(chunk);
    });
    far.on('data', (chunk) => void (proxy.mode === 'ok' && near.write(chunk)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    mode: 'ok',
    deafTo: null,
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
