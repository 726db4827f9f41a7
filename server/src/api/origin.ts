// Which page made a browser send a request: what the browser adds by itself is no proof of what its user wants.

import type { FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusal.ts';

type Asking = Pick<FastifyRequest, 'method' | 'headers'>;

/**
 * Refuses with `forbidden` what a page of another site makes a browser send: what looks something up is let through,
 * since the page can't read the answer, and so are programs, which say no origin.
 */
export function refuseOtherSite(request: Asking, what: string): void {
  if (isRead(request) || originOf(request) !== 'other') return;
  throw new Refusal('forbidden', `A page of another site may not ${what}`);
}

/**
 * The same for a request that only its cookie speaks for: it must say that it comes from a page of ours. What looks
 * something up may say nothing, as a browser does when its user enters the address.
 */
export function refuseOtherOrigin(request: Asking): void {
  const origin = originOf(request);
  if (origin === 'own' || (origin === 'none' && isRead(request))) return;
  const message =
    'With a session, send Sec-Fetch-Site or Origin as a browser does for its own page, or use a token';
  throw new Refusal('forbidden', message);
}

function isRead({ method }: Asking): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * `own` for a page of this very origin, `none` for no page. A browser says it in `Sec-Fetch-Site` (W3C Fetch Metadata
 * §2.3); over plain http it leaves that out, and `Origin` tells.
 */
function originOf({ headers }: Asking): 'own' | 'other' | 'none' {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined) return site === 'same-origin' ? 'own' : site === 'none' ? 'none' : 'other';
  if (origin === undefined) return 'none';
  return URL.canParse(origin) && new URL(origin).host === host ? 'own' : 'other';
}
