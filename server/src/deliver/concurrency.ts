// How many requests an endpoint gets at once: more while it answers quickly, fewer when it times out or says 429. Pure.

import { isTimeout, type Outcome } from '../domain/outcome.ts';

export type Concurrency = {
  /** May hold a fraction: what is allowed is its whole part. */
  readonly limit: number;
  /** Up to here every success adds one (doubling per round), beyond it one per round. */
  readonly threshold: number;
};

/** For an endpoint that nothing is known about. */
export const unprovenConcurrency: Concurrency = { limit: 4, threshold: Number.POSITIVE_INFINITY };

/** For an endpoint that has just come back: 1, 2, 4 … (reliability P17). */
export const recoveringConcurrency: Concurrency = { limit: 1, threshold: Number.POSITIVE_INFINITY };

/** An answer within this share of the webhook's deadline counts as quick. */
const quickShare = 0.25;

export function allowed(concurrency: Concurrency, max: number): number {
  return Math.max(1, Math.min(max, Math.floor(concurrency.limit)));
}

/** The concurrency after an attempt; `max` is the endpoint's own limit. */
export function afterAnswer(
  concurrency: Concurrency,
  answer: { readonly outcome: Outcome; readonly durationMs: number; readonly timeoutMs: number },
  max: number,
): Concurrency {
  const { outcome, durationMs, timeoutMs } = answer;
  if (isTimeout(outcome) || (outcome.kind === 'failure' && outcome.status === 429)) {
    const half = Math.max(1, concurrency.limit / 2);
    return { limit: half, threshold: half };
  }
  if (outcome.kind !== 'success' || durationMs > timeoutMs * quickShare || concurrency.limit >= max)
    return concurrency;
  const step = concurrency.limit < concurrency.threshold ? 1 : 1 / concurrency.limit;
  return { limit: Math.min(max, concurrency.limit + step), threshold: concurrency.threshold };
}
