// A port for a server that is started again and again: below the range from which the system draws ports by itself.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const first = 20_000;
const count = 12_000;

const anyPort = () => first + Math.floor(Math.random() * count);

/**
 * A port of 127.0.0.1 that nobody listens on, that no outgoing connection gets while the server is away, and that this
 * gives to no other test, of this process or another, while this process lives.
 */
export async function freePort(draw: () => number = anyPort): Promise<number> {
  for (;;) {
    const port = draw();
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/** The port's namesake for datagrams, which nobody else uses, stands for it: the system gives it to one only. */
async function reserve(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return true;
  } catch {
    socket.close();
    return false;
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
