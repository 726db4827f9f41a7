// What every answer of the REST API carries: quota, a weak ETag, and the headers that the original sends (specification §2.3, §2.5).

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../../domain/refusal.ts';
import type { Quota, RateLimits } from '../../../api/rate-limits.ts';

/** Paths that cost no quota. */
const free = /^\/v1\/rate_limit(\.json)?\/?$/;

/** To be called after authentication is registered: who calls decides whose quota it is. */
export function onEveryAnswer(app: FastifyInstance, limits: RateLimits): void {
  const quotas = new WeakMap<FastifyRequest, Quota>();

  app.addHook('onRequest', async (request) => {
    const quota = isFree(request) ? limits.look(callerOf(request)) : limits.take(callerOf(request));
    quotas.set(request, quota);
    if (quota.waitMs > 0) {
      throw new Refusal('too_many_requests', 'Too Many Requests', { retryAfterMs: quota.waitMs });
    }
  });

  app.addHook('onSend', async (request, reply, payload) => {
    // Who was refused before this hook came to count is counted now, by address.
    const quota = quotas.get(request) ?? limits.take(callerOf(request));
    tellQuota(reply, quota);
    void reply.header('content-security-policy', "default-src 'none'");
    return withEtag(request, reply, payload);
  });
}

function isFree({ url }: FastifyRequest): boolean {
  return free.test(url.split('?', 1)[0]!);
}

/** A caller by its id, anybody else by address. */
export function callerOf({ caller, ip }: FastifyRequest): string {
  return caller === null || caller === undefined ? `address ${ip}` : caller.principal.id;
}

function tellQuota(reply: FastifyReply, { hour }: Quota): void {
  if (hour === null) return;
  void reply.headers({
    'x-ratelimit-limit': String(hour.limit),
    'x-ratelimit-remaining': String(hour.remaining),
    'x-ratelimit-reset': String(hour.resetAtS),
  });
}

/** A body that the client has already is not sent again. */
function withEtag(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (typeof payload !== 'string' || payload === '' || reply.statusCode >= 300) return payload;
  const etag = `W/"${createHash('sha256').update(payload).digest('hex').slice(0, 32)}"`;
  void reply.header('etag', etag);
  if (request.method !== 'GET' || !namesIt(request.headers['if-none-match'], etag)) return payload;
  void reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return null;
}

function namesIt(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((each) => [etag, '*'].includes(each.trim()));
}
