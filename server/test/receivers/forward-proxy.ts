// A forward proxy for tests: opens tunnels to where it is told, whatever name was asked for, and records what was asked.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { startRaw, startTls } from './raw.ts';
import type { RawReceiver } from './raw.ts';
import type { TlsOptions } from 'node:tls';

export type ForwardProxy = RawReceiver & {
  /** The head of every CONNECT request. */
  readonly asked: readonly string[];
  /** Answers CONNECT with these bytes instead of opening a tunnel. */
  answerWith(head: string): void;
};

/** Every tunnel leads to `port` on 127.0.0.1. */
export async function startForwardProxy(port: number, tls?: TlsOptions): Promise<ForwardProxy> {
  const asked: string[] = [];
  let refusal: string | undefined;

  const script = (socket: Socket): void => {
    socket.once('data', (head: Buffer) => {
      asked.push(head.toString());
      if (refusal !== undefined) return void socket.write(refusal);
      const target = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
        socket.pipe(target).pipe(socket);
      });
      target.on('error', () => socket.destroy());
      socket.on('close', () => target.destroy());
    });
  };
  const server = tls === undefined ? await startRaw(script) : await startTls(tls, script);
  return Object.assign(server, {
    asked,
    answerWith(head: string) {
      refusal = head;
    },
  });
}
