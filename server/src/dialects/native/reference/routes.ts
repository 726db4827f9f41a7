// `/openapi.json` and `/reference`: the document, and a page to read it with that loads nothing from elsewhere.

import type { FastifyInstance } from 'fastify';
import { scalarScript } from './scalar-script.ts';

/** Open to everybody: they describe the program, not an installation. */
export function referenceRoutes(app: FastifyInstance): void {
  const hidden = { schema: { hide: true } };

  app.get('/openapi.json', hidden, async (_, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );

  app.get('/reference', hidden, async (_, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  );

  app.get('/reference/start.js', hidden, async (_, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(start),
  );

  app.get('/reference/scalar.js', hidden, async (_, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(await scalarScript()),
  );
}

/** Scripts from here only; styles are set by the page's script. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Posthorn API</title>
  </head>
  <body>
    <div id="app"></div>
    <script src="/api/v1/reference/scalar.js"></script>
    <script src="/api/v1/reference/start.js"></script>
  </body>
</html>
`;

const start = `Scalar.createApiReference('#app', {
  url: '/api/v1/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
`;
