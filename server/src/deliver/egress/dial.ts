// Opens a TCP connection to one judged address, within a time of its own.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { minuteMs, secondMs } from '../../domain/clock.ts';
import type { Clock } from '../../domain/clock.ts';
import { exhausted, failed } from './failure.ts';
import type { Failure } from './failure.ts';

const connectMsMax = 5 * secondMs;

/** Rejects with a `Failure`, or with the signal's reason once it is aborted; the socket is then destroyed. */
export function dial(address: string, port: number, clock: Clock, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      autoSelectFamily: false,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: minuteMs,
    });
    const cancel = clock.after(connectMsMax, () =>
      fail(failed('connect_timeout', 'The connection was not answered in time')),
    );
    const onAbort = () => fail(signal.reason as Error);

    function fail(reason: Error): void {
      settle();
      socket.destroy();
      reject(reason);
    }
    function settle(): void {
      cancel();
      signal.removeEventListener('abort', onAbort);
      // The listener below stays: an error of a socket that nobody uses yet ends no process.
      socket.removeListener('connect', onConnect);
    }
    function onConnect(): void {
      settle();
      resolve(socket);
    }

    signal.addEventListener('abort', onAbort);
    socket.once('connect', onConnect);
    socket.on('error', (error: NodeJS.ErrnoException) => fail(dialFailure(error.code)));
  });
}

function dialFailure(code = ''): Failure {
  if (code === 'ECONNREFUSED') return failed('connect_refused', 'The connection was refused');
  if (code === 'ETIMEDOUT') return failed('connect_timeout', 'The connection was not answered in time');
  return exhausted(code) ?? failed('connect_failed', 'The host could not be reached');
}
