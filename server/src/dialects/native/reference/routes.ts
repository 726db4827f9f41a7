// `/openapi.json` and `/reference`: the document, and a page to read it with, served without any other host.

import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import scalar from '@scalar/fastify-api-reference';

const hidden: object = { hide: true };

/** Open to everybody: they describe the program, not an installation. */
export async function referenceRoutes(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: hidden }, async (_, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
  app.addHook('onSend', async (_, reply, payload) => {
    const type = String(reply.getHeader('content-type'));
    if (typeof payload !== 'string' || !type.startsWith('text/html')) return payload;
    void reply.header('content-security-policy', policyFor(payload));
    return payload;
  });
  await app.register(scalar, {
    routePrefix: '/reference',
    configuration: {
      url: '../openapi.json',
      pageTitle: 'Posthorn API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
    },
  });
}

/** Allows the page's own script by its hash, and nothing that it does not need. */
function policyFor(page: string): string {
  const scripts = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = scripts.map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
