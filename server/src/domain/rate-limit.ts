// How often requests to a webhook may begin: evenly spread (GCRA, the leaky bucket as a meter), with a little room to catch up. Pure.

import { secondMs } from './clock.ts';

/** So many requests in so many seconds. */
export type RateLimit = { readonly requests: number; readonly perSeconds: number };

/** How many requests a webhook is ahead of the even spread, at a time of the monotonic clock. */
export type Pace = { readonly ahead: number; readonly atMs: number };

/** Of the requests of a limit so many may catch up after a lull or a late timer, and at least one. */
const catchUpShare = 0.1;

/** Where nothing has begun under the limit yet: one may begin at once, and nothing is there to catch up on. */
export function freshPace(limit: RateLimit, nowMs: number): Pace {
  return { ahead: catchUpMax(limit), atMs: nowMs };
}

/** As far ahead as any can be: where others may have begun requests until now, so that theirs count whatever they were. */
export function spentPace(limit: RateLimit, nowMs: number): Pace {
  return afterRequest(freshPace(limit, nowMs), limit, nowMs);
}

/** Under another limit: what is left to be waited of one interval is left of the other, so that no change lets one begin. */
export function carriedPace(pace: Pace, from: RateLimit, to: RateLimit, nowMs: number): Pace {
  const left = Math.max(0, aheadAt(pace, from, nowMs) - catchUpMax(from));
  return { ahead: catchUpMax(to) + Math.min(1, left), atMs: nowMs };
}

/**
 * In how many milliseconds the next request may begin, 0 for now. Who waits for that begins, in any `perSeconds`, at most
 * a tenth more than `requests`, or one more where that is less.
 */
export function waitMs(pace: Pace, limit: RateLimit, nowMs: number): number {
  return Math.max(0, aheadAt(pace, limit, nowMs) - catchUpMax(limit)) * intervalMs(limit);
}

/** A request begins. */
export function afterRequest(pace: Pace, limit: RateLimit, nowMs: number): Pace {
  return { ahead: aheadAt(pace, limit, nowMs) + 1, atMs: nowMs };
}

/** The time from one request to the next where they are spread evenly: the longest that `waitMs` can be. */
export function intervalMs({ requests, perSeconds }: RateLimit): number {
  return (perSeconds * secondMs) / requests;
}

export function isSameLimit(one: RateLimit, other: RateLimit): boolean {
  return one.requests === other.requests && one.perSeconds === other.perSeconds;
}

function aheadAt({ ahead, atMs }: Pace, limit: RateLimit, nowMs: number): number {
  return Math.max(0, ahead - (nowMs - atMs) / intervalMs(limit));
}

function catchUpMax({ requests }: RateLimit): number {
  return Math.max(1, Math.floor(requests * catchUpShare));
}
