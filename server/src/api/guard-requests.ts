// What every request meets first, whatever its path: headers that protect its answer, and refusals of what nobody needs.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers even while the server stops. */
    answersWhileStopping?: boolean;
  }
}

const headersMax = 100;

export function guardRequests(
  app: FastifyInstance,
  state: { readonly draining: () => boolean; readonly https: boolean },
): void {
  app.decorateRequest('caller');
  app.decorateRequest('bytes');
  app.addHook('onRequest', (request, reply, done) => {
    request.bytes = noBytes;
    void reply.headers({ ...safeHeaders, 'x-request-id': request.id });
    if (state.https) void reply.header('strict-transport-security', 'max-age=31536000');
    if (isMalformed(request)) {
      void reply.header('connection', 'close');
      throw new Refusal(
        'bad_request',
        'Send HTTP/1.1 with the path alone as its target, one Host, and at most 100 headers',
      );
    }
    if (state.draining() && request.routeOptions.config.answersWhileStopping !== true) {
      throw new Refusal('unavailable', 'The server is stopping; send the request again', {
        retryAfterMs: 1_000,
      });
    }
    done();
  });
  // A connection that stays open would be waited for when the server stops.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.draining()) void reply.header('connection', 'close');
    done();
  });
}

/** An answer is data for who asked: nobody stores it, guesses its type, frames it or learns where it came from. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const noBytes = new Uint8Array();

/**
 * HTTP/0.9 has no headers, targets in absolute form are for proxies, more than a hundred headers for nobody, and of two
 * `Host` headers a proxy may believe the other one (RFC 9112 §3.2).
 */
function isMalformed({ raw }: FastifyRequest): boolean {
  return (
    raw.httpVersionMajor !== 1 ||
    raw.url?.startsWith('/') !== true ||
    raw.rawHeaders.length > 2 * headersMax ||
    hostsIn(raw.rawHeaders) > 1
  );
}

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
