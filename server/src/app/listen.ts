// Where the server listens, under which name the world knows it, and why it can't.

import type { Server } from '../api/server.ts';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config.ts';
import type { Listening } from '../deliver/egress/self.ts';

/** Rejects with `CannotStart` when the address can't be had. */
export async function listen(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<{ port: number }> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new CannotStart(`it can't listen on port ${port} of ${host}: ${reason}`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken by another program',
  EACCES: 'the system does not allow this user to take it',
  EADDRNOTAVAIL: 'this machine does not have the address',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name can not be looked up',
};

/** The address to try from this machine, whatever was listened on. */
export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** What no delivery may connect to. Port 0 is not known yet. */
export function listeningAt(port: number, publicUrl: string | null): Listening {
  return {
    ports: port === 0 ? [] : [port],
    publicHost: publicUrl === null ? null : hostOf(new URL(publicUrl)),
  };
}

function hostOf({ hostname, port, protocol }: URL): NonNullable<Listening['publicHost']> {
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? standard : Number(port) };
}
