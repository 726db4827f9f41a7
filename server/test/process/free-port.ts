// A port for a server that is started again and again: below the range from which the system draws ports by itself.

import { once } from 'node:events';
import { createServer } from 'node:net';

const first = 20_000;
const count = 12_000;

/** A port of 127.0.0.1 that nobody listens on and that no outgoing connection gets while the server is away. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
