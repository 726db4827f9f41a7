// Public keys in the document from which receivers fetch them (RFC 7517 §5).

import type { FastifyReply } from 'fastify';
import { hourMs, secondMs } from '../domain/clock.ts';
import type { PublicJwk } from '../signing/jwk.ts';

/** For an hour anybody may keep it. */
export const cacheable = { 'cache-control': `public, max-age=${hourMs / secondMs}` };

export function sendKeys(reply: FastifyReply, keys: readonly PublicJwk[]): FastifyReply {
  return reply.headers(cacheable).send({ keys });
}
