// Cookies of a request (RFC 6265 §4.2.1).

import type { FastifyRequest } from 'fastify';

/** The first of its name; undefined without one. */
export function cookieNamed({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
