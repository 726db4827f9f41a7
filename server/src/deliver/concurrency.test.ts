import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../domain/outcome.ts';
import { afterAnswer, allowed, recoveringConcurrency, unprovenConcurrency } from './concurrency.ts';

const ok: Outcome = { kind: 'success', status: 200 };
const timeout: Outcome = { kind: 'error', reason: 'timeout_headers', detail: '' };
const quick = (outcome: Outcome) => ({ outcome, durationMs: 10, timeoutMs: 15_000 });

function rounds(start: typeof unprovenConcurrency, count: number, max: number): number[] {
  let concurrency = start;
  return Array.from({ length: count }, () => {
    const now = allowed(concurrency, max);
    for (let answer = 0; answer < now; answer++) concurrency = afterAnswer(concurrency, quick(ok), max);
    return now;
  });
}

describe('concurrency of an endpoint', () => {
  test('P17: after an outage it goes 1, 2, 4 … up to the endpoint’s own limit', () => {
    expect(rounds(recoveringConcurrency, 6, 20)).toEqual([1, 2, 4, 8, 16, 20]);
  });

  test('halves on a timeout and on 429, and then grows by one a round', () => {
    const grown = { limit: 16, threshold: Number.POSITIVE_INFINITY };
    const halved = afterAnswer(grown, quick(timeout), 64);
    expect(allowed(halved, 64)).toBe(8);
    expect(afterAnswer(grown, quick({ kind: 'failure', status: 429 }), 64)).toEqual(halved);
    expect(rounds(halved, 4, 64)).toEqual([8, 8, 9, 10]);
  });

  test('other failures and slow answers leave it as it is', () => {
    expect(afterAnswer(unprovenConcurrency, quick({ kind: 'failure', status: 500 }), 64)).toBe(
      unprovenConcurrency,
    );
    const slow = { outcome: ok, durationMs: 10_000, timeoutMs: 15_000 };
    expect(afterAnswer(unprovenConcurrency, slow, 64)).toBe(unprovenConcurrency);
  });

  test('stays between 1 and the endpoint’s limit whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 100 }), (answers, max) => {
        let concurrency = unprovenConcurrency;
        for (const succeeded of answers) {
          concurrency = afterAnswer(concurrency, quick(succeeded ? ok : timeout), max);
          expect(allowed(concurrency, max)).toBeGreaterThanOrEqual(1);
          expect(allowed(concurrency, max)).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
