// Tells the operator of a proxy that is not trusted: until it is, everybody behind it counts as one client.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Emit } from '../domain/signal.ts';

/** Says it at the first request with an `X-Forwarded-For` that is not believed, and never again. */
export function tellUntrustedProxy(app: FastifyInstance, emit: Emit): void {
  let told = false;
  app.addHook('onRequest', (request, _reply, done) => {
    if (!told && request.headers['x-forwarded-for'] !== undefined) tell(request);
    done();
  });

  function tell({ ips, ip }: FastifyRequest): void {
    // Of a trusted proxy, there is at least the address that it forwards for besides its own.
    if (ips !== undefined && ips.length > 1) return;
    told = true;
    emit({ kind: 'proxy.untrusted', address: ip });
  }
}
