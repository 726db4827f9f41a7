// Asks the operator's forward proxy for a tunnel to the target (CONNECT, RFC 9110 §9.3.6).

import { isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { EgressProxy } from './policy.ts';
import { failed, notAllowed, platformFailed } from './failure.ts';
import type { Failure } from './failure.ts';

const headBytesMax = 16_384;
const headEnd = Buffer.from('\r\n\r\n');

/** Resolves once the proxy has opened the tunnel. Rejects with a `Failure`, or with the signal's reason once aborted. */
export function tunnel(
  socket: Socket,
  target: { readonly host: string; readonly port: number },
  proxy: EgressProxy,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onAbort = () => fail(signal.reason as Error);
    const onClose = () => fail(platformFailed('egress_proxy_down', 'The egress proxy closed the connection'));

    function onData(chunk: Buffer): void {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(headEnd);
      if (end === -1 && head.length < headBytesMax) return;
      const failure = answerFailure(head.subarray(0, Math.max(end, 0)).toString('latin1'));
      if (failure !== undefined) return fail(failure);
      settle();
      // Nothing can have come behind the head: neither in HTTP nor in TLS does a receiver speak first.
      socket.pause();
      resolve(socket);
    }
    function fail(reason: Error): void {
      settle();
      socket.destroy();
      reject(reason);
    }
    function settle(): void {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('data', onData);
      socket.removeListener('close', onClose);
    }

    signal.addEventListener('abort', onAbort);
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.write(connectRequest(target, proxy));
  });
}

function connectRequest(
  target: { readonly host: string; readonly port: number },
  proxy: EgressProxy,
): string {
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const authorization =
    proxy.authorization === null ? '' : `Proxy-Authorization: ${proxy.authorization.reveal()}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}

/** What an answer other than 2xx means: the proxy's own trouble, its rules, or a target that it could not reach. */
function answerFailure(head: string): Failure | undefined {
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1] ?? 0);
  if (status >= 200 && status < 300) return undefined;
  // Smokescreen refuses a target with 407 and says why in a header of its own.
  const refused = status === 403 || (status === 407 && /^x-smokescreen-error:/im.test(head));
  if (refused) return notAllowed(`egress proxy answered ${status}`);
  if (status === 504) return failed('connect_timeout', 'The connection was not answered in time');
  if (status === 502 || status === 503) return failed('connect_failed', 'The host could not be reached');
  return platformFailed(
    'egress_proxy_down',
    `The egress proxy answered ${status === 0 ? 'no HTTP' : status}`,
  );
}
