// The web app's files under `/ui/`, as they were built: immutable assets, and one page for every path that is none of them.
// The page behind portal links has paths of its own and the same assets.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Refusal } from '../domain/refusal.ts';
import { contentPolicy } from './content-policy.ts';
import { portalRoutes, type FrameOfPortal } from './portal-page.ts';

const dayS = 86_400;

/** Serves what is in `directory`; where it was never built, the pages say how to build it. */
export function pageRoutes(app: FastifyInstance, directory: string, frameOfPortal: FrameOfPortal): void {
  if (!existsSync(join(directory, 'index.html'))) {
    for (const path of ['/ui', '/ui/*', '/portal/*']) {
      app.get(path, async () => Promise.reject(notBuilt()));
    }
    app.get('/', async (_, reply) => reply.redirect('/ui/'));
    return;
  }
  void app.register(fastifyStatic, {
    root: directory,
    serve: false,
    preCompressed: true,
    // Names of assets carry a hash of their content.
    immutable: true,
    maxAge: 365 * dayS * 1_000,
  });
  app.get('/', async (_, reply) => reply.redirect('/ui/'));
  app.get('/ui', async (_, reply) => sendPage(reply));
  app.get<{ Params: { '*': string } }>('/ui/*', async (request, reply) => {
    const path = request.params['*'];
    if (path.startsWith('assets/')) return reply.removeHeader('cache-control').sendFile(path);
    if (path === 'theme.js' || path === 'icon.svg') return reply.sendFile(path, { cacheControl: false });
    return sendPage(reply);
  });
  portalRoutes(app, frameOfPortal);
}

/** The page is asked for again each time, so that a new version is seen at once. */
function sendPage(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', contentPolicy())
    .header('cache-control', 'no-cache')
    .sendFile('index.html', { cacheControl: false });
}

function notBuilt(): Refusal {
  return new Refusal(
    'not_found',
    'The web app is not built here; `npm start` builds it, or `npm run build:ui`',
  );
}
