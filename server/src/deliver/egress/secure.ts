// The TLS handshake over an open connection: who the receiver is, is checked against the name, not the dialled address.

import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect, createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import { secondMs } from '../../domain/clock.ts';
import type { Clock } from '../../domain/clock.ts';
import { failed } from './failure.ts';
import { tlsFailure } from './tls-failure.ts';

const handshakeMsMax = 5 * secondMs;

export type Handshake = {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly verify: boolean;
  readonly context: SecureContext;
  /** From an earlier connection to the same receiver for the same tenant. */
  readonly session: Buffer | undefined;
  readonly onSession: (session: Buffer) => void;
  /** Shown the socket once the receiver has shown its certificate, before that is judged. */
  readonly onHandshake: (socket: TLSSocket) => void;
};

/**
 * One context serves all connections: TLS 1.2 at least, no renegotiation (a receiver could ask for it without end), the
 * usual authorities and those that the operator adds (PEM).
 */
export function makeSecureContext(extraAuthorities: readonly string[]): SecureContext {
  const ca =
    extraAuthorities.length === 0 ? undefined : [...getCACertificates('default'), ...extraAuthorities];
  return createSecureContext({
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(ca === undefined ? {} : { ca }),
  });
}

/** Rejects with a `Failure`, or with the signal's reason once it is aborted; the socket is then destroyed. */
export function secure(
  socket: Socket,
  handshake: Handshake,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, session } = handshake;
    const secured = connect({
      socket,
      host,
      servername: isIP(host) === 0 ? host : '',
      secureContext: handshake.context,
      rejectUnauthorized: handshake.verify,
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
    });
    const cancel = clock.after(handshakeMsMax, () =>
      fail(failed('timeout_tls', 'The TLS handshake was not completed in time')),
    );
    const onAbort = () => fail(signal.reason as Error);

    function fail(reason: Error): void {
      settle();
      secured.destroy();
      socket.destroy();
      reject(reason);
    }
    function settle(): void {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }

    signal.addEventListener('abort', onAbort);
    secured.on('session', handshake.onSession);
    // Node judges the certificate in this event, too.
    secured.prependOnceListener('secure', () => handshake.onHandshake(secured));
    secured.on('error', (error) => fail(tlsFailure(error)));
    secured.once('secureConnect', () => {
      settle();
      resolve(secured);
    });
  });
}
