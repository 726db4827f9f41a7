// Keeps connections for the next request to the same receiver for the same tenant: few, young, and judged by today's policy.

import type { Socket } from 'node:net';
import { Client } from 'undici';
import { secondMs } from '../../domain/clock.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Opened } from './open.ts';
import type { EgressPolicy } from './policy.ts';
import { readOutBeforeFailing } from './read-out.ts';
import { passOverContinue } from './unasked-continue.ts';

/** So that a change of DNS takes hold within a minute on a busy connection, too; one of policy does so at once. */
const ageMsMax = 60 * secondMs;
/** As many as common servers allow. A new connection costs as much as twenty requests, a new handshake far more. */
const requestsMax = 1_000;
/** Unless the receiver's `Keep-Alive` names its own; shorter than what common servers wait. */
const idleMs = 4 * secondMs;
const idleMsMax = 60 * secondMs;
const idleConnectionsMax = 1_000;

/** An undici client that has lost its one socket wants another. */
class ConnectionGone extends Error {
  override name = 'ConnectionGone';
  readonly code = 'ECONNRESET';
}

export type Connection = {
  readonly key: string;
  readonly client: Client;
  readonly socket: Socket;
  /** The TCP socket, which is another one below TLS. */
  readonly wire: Socket;
  readonly policy: EgressPolicy;
  readonly freshUntilMs: number;
  /** Whether an earlier request went over it. */
  used: boolean;
  /** Whether a request went over it whose answer has not begun. */
  awaitsAnswer: boolean;
};

export class Connections {
  readonly #clock: Clock;
  /** By tenant, origin and verification; the most recently used last. */
  readonly #idleByKey = new Map<string, Connection[]>();
  /** In the order in which they became idle. */
  readonly #idle = new Set<Connection>();
  readonly #open = new Set<Connection>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An idle connection that may still be used under the policy. */
  take(key: string, policy: EgressPolicy): Connection | undefined {
    const idle = this.#idleByKey.get(key);
    for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
      this.#idle.delete(connection);
      if (this.#isUsable(connection, policy)) return connection;
      this.drop(connection);
    }
    return undefined;
  }

  /** A connection over a socket that was opened under the policy. */
  add(key: string, origin: string, { socket, wire }: Opened, policy: EgressPolicy): Connection {
    readOutBeforeFailing(socket);
    const freshUntilMs = this.#clock.monotonicMs() + ageMsMax;
    const connection: Connection = {
      key,
      client: clientOver(origin, socket),
      socket,
      wire,
      policy,
      freshUntilMs,
      used: false,
      awaitsAnswer: false,
    };
    passOverContinue(socket, () => connection.awaitsAnswer);
    this.#open.add(connection);
    connection.client.on('disconnect', () => this.drop(connection));
    return connection;
  }

  /** Keeps a connection whose exchange is complete; undici itself closes it where the receiver said so. */
  keep(connection: Connection): void {
    connection.used = true;
    if (this.#closed || !this.#open.has(connection)) return this.drop(connection);
    this.#idle.add(connection);
    const idle = this.#idleByKey.get(connection.key);
    if (idle === undefined) this.#idleByKey.set(connection.key, [connection]);
    else idle.push(connection);
    if (this.#idle.size > idleConnectionsMax) this.drop(this.#idle.values().next().value!);
  }

  drop(connection: Connection): void {
    if (this.#open.delete(connection)) this.#forget(connection);
    void connection.client.destroy();
  }

  /** Closes every connection; those in use are cut. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open];
    this.#open.clear();
    this.#idle.clear();
    this.#idleByKey.clear();
    await Promise.all(open.map(({ client }) => client.destroy()));
  }

  #isUsable(connection: Connection, policy: EgressPolicy): boolean {
    return (
      !connection.socket.destroyed &&
      connection.policy === policy &&
      this.#clock.monotonicMs() < connection.freshUntilMs
    );
  }

  #forget(connection: Connection): void {
    const idle = this.#idleByKey.get(connection.key) ?? [];
    if (this.#idle.delete(connection)) idle.splice(idle.indexOf(connection), 1);
    if (idle.length === 0) this.#idleByKey.delete(connection.key);
  }
}

/** An undici client that has this one socket. Its own time-outs are off: the attempt's deadline covers everything. */
function clientOver(origin: string, socket: Socket): Client {
  let given = false;
  return new Client(origin, {
    connect: (_options, callback) => {
      const again = given;
      given = true;
      // Undici loses a request whose connector calls back at once.
      queueMicrotask(() => (again ? callback(new ConnectionGone(), null) : callback(null, socket)));
    },
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMsMax,
    maxRequestsPerClient: requestsMax,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
