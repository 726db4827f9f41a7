// A path that is there refuses a method it lacks with 405 and says which ones it has (RFC 9110 §15.5.6).

import type { FastifyInstance, FastifySchema, HTTPMethods } from 'fastify';
import { Refusal } from '../domain/refusal.ts';

/** All that the server knows. */
export const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The document tells of the methods that a path has. */
const undocumented: FastifySchema & { readonly hide: boolean } = { hide: true };

/** To be called before the routes of a part; the answer adds the refusals once all of them are there. */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const paths = new Map<string, { readonly part: FastifyInstance; readonly taken: Set<string> }>();

  app.addHook('onRoute', function note(this: FastifyInstance, route) {
    const path = paths.get(route.url) ?? { part: this, taken: new Set<string>() };
    paths.set(route.url, path);
    for (const method of [route.method].flat()) path.taken.add(method);
  });

  return () => {
    for (const [url, { part, taken }] of paths) {
      const missing = methods.filter((method) => !taken.has(method));
      const allow = methods.filter((method) => taken.has(method)).join(', ');
      const own = url.slice(part.prefix.length);
      part.route({
        method: missing,
        url: own,
        exposeHeadRoute: false,
        config: { permissions: [], refusesMethod: true },
        schema: undocumented,
        handler: (_, reply) => {
          void reply.header('allow', allow);
          throw new Refusal('method_not_allowed', `This path takes ${allow}`);
        },
      });
    }
  };
}
