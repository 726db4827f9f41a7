// The script that draws the reference page. Scalar's package brings it inside of a Fastify plugin, so that plugin is
// asked for it; only when somebody opens the page, since it takes 4 MB and a third of a second.

import { fastify } from 'fastify';

let loading: Promise<Buffer> | undefined;

export function scalarScript(): Promise<Buffer> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Buffer> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const app = fastify();
  await app.register(scalar, { routePrefix: '/reference', configuration: { url: '/openapi.json' } });
  const { rawPayload } = await app.inject('/reference/js/scalar.js');
  await app.close();
  return rawPayload;
}
