// What a rate limit promises, judged from when attempts began: by whom, on which node and after what does not matter.

import type { RateLimit } from '../src/domain/rate-limit.ts';

/** The most that began in any window of the limit's seconds, the end of which is not part of it. */
export function mostInAWindow(begunAtMs: readonly number[], { perSeconds }: RateLimit): number {
  const times = begunAtMs.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while (at - times[first]! >= perSeconds * 1_000) first++;
    most = Math.max(most, index + 1 - first);
  }
  return most;
}

/** So many may begin in one: a tenth more than its requests, or one more where that is less. */
export function mostAllowed({ requests }: RateLimit): number {
  return requests + Math.max(1, Math.floor(requests / 10));
}
