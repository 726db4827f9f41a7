// Tells the operator of a proxy that is not trusted: until it is, everybody behind it counts as one client.

import type { FastifyInstance } from 'fastify';
import type { Emit } from '../domain/signal.ts';

/** Says it at the first request with an `X-Forwarded-For` that is not believed, and never again. */
export function tellUntrustedProxy(app: FastifyInstance, emit: Emit): void {
  let told = false;
  app.addHook('onRequest', async ({ headers, ips, ip }) => {
    if (told || headers['x-forwarded-for'] === undefined) return;
    // Of a trusted proxy, there is at least the address that it forwards for besides its own.
    if (ips !== undefined && ips.length > 1) return;
    told = true;
    emit({ kind: 'proxy.untrusted', address: ip });
  });
}
