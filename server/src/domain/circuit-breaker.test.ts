// The circuit breaker: when it opens, how it finds out that an endpoint is back, and what leaves it alone.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterAttempt,
  closedBreaker,
  durableBreaker,
  hastened,
  permits,
  type BreakerPolicy,
  type CircuitBreaker,
} from './circuit-breaker.ts';
import { minuteMs, secondMs } from './clock.ts';

const now = 1_700_000_000_000;
type Open = Extract<CircuitBreaker, { kind: 'open' }>;

/** The breaker after results in a row, one second apart: a name is the delivery that failed, null a success. */
function after(
  results: readonly (string | null)[],
  policy = durableBreaker,
  from = closedBreaker,
): CircuitBreaker {
  return results.reduce(
    (breaker, failed, index) =>
      afterAttempt(breaker, policy, { failed, startedAt: now + index }, now + index),
    from,
  );
}

function failures(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `dlv_${index}`);
}

function opened(breaker: CircuitBreaker): Open {
  if (breaker.kind !== 'open') throw new Error('the breaker is closed');
  return breaker;
}

describe('RTY-05', () => {
  test('nine failures in a row leave it closed, the tenth opens it for 30 seconds', () => {
    expect(after(failures(9)).kind).toBe('closed');
    expect(after(failures(10))).toEqual({
      kind: 'open',
      until: now + 9 + 30 * secondMs,
      openings: 1,
      since: now + 9,
    });
  });

  test('ten in a row open it also after many successes', () => {
    const successes = Array.from({ length: 20 }, () => null);
    expect(after([...successes, ...failures(9)]).kind).toBe('closed');
    expect(after([...successes, ...failures(10)]).kind).toBe('open');
  });

  test('while open it permits nothing, then one probe', () => {
    const open = opened(after(failures(10)));
    expect(permits(closedBreaker, now)).toEqual({ kind: 'all' });
    expect(permits(open, open.since)).toEqual({ kind: 'none', until: open.until });
    expect(permits(open, open.until - 1)).toEqual({ kind: 'none', until: open.until });
    expect(permits(open, open.until)).toEqual({ kind: 'probe' });
    expect(permits(open, open.until + 365 * 24 * 60 * minuteMs)).toEqual({ kind: 'probe' });
  });

  test('a probe that succeeds closes it and forgets what was', () => {
    const open = opened(after(failures(10)));
    expect(
      afterAttempt(open, durableBreaker, { failed: null, startedAt: open.until }, open.until + 1),
    ).toEqual(closedBreaker);
  });

  test('each probe that fails doubles the wait, to at most 15 minutes', () => {
    const first = opened(after(failures(10)));
    const waits = [first.until - first.since];
    let breaker = first;
    for (let probe = 0; probe < 1_100; probe++) {
      const at = breaker.until;
      breaker = opened(afterAttempt(breaker, durableBreaker, { failed: 'dlv_0', startedAt: at }, at + 10));
      expect(breaker.since, 'it has been open all the time').toBe(first.since);
      waits.push(breaker.until - (at + 10));
    }
    expect(waits.slice(0, 7).map((wait) => wait / secondMs)).toEqual([30, 60, 120, 240, 480, 900, 900]);
    expect(new Set(waits.slice(5))).toEqual(new Set([15 * minuteMs]));
  });

  test('after it has closed, the next opening waits 30 seconds again', () => {
    const open = opened(after(failures(10)));
    const again = opened(
      afterAttempt(open, durableBreaker, { failed: 'dlv_0', startedAt: open.until }, open.until),
    );
    const closed = afterAttempt(again, durableBreaker, { failed: null, startedAt: again.until }, again.until);
    const reopened = opened(after(failures(10), durableBreaker, closed));
    expect(reopened).toMatchObject({ openings: 1, until: reopened.since + 30 * secondMs });
  });
});

test('failures of requests that started before it opened, or while it was open, change nothing', () => {
  const open = opened(after(failures(10)));
  for (const startedAt of [now - minuteMs, open.since, open.until - 1]) {
    expect(afterAttempt(open, durableBreaker, { failed: 'dlv_late', startedAt }, open.until + minuteMs)).toBe(
      open,
    );
  }
});

test('a success of a request that started before it opened closes it: the endpoint answers', () => {
  const open = opened(after(failures(10)));
  expect(afterAttempt(open, durableBreaker, { failed: null, startedAt: now - 1 }, now + 100)).toEqual(
    closedBreaker,
  );
});

test('RTY-09: an endpoint that answers 200 and 500 in turn never opens it', () => {
  const results = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? null : `dlv_${index}`));
  for (let count = 1; count <= results.length; count += 7) {
    expect(after(results.slice(0, count)).kind).toBe('closed');
  }
});

describe('DLV-16', () => {
  test('one poison delivery that fails on and on does not open it alone', () => {
    expect(after(Array.from({ length: 500 }, () => 'dlv_poison')).kind).toBe('closed');
  });

  test('nor does it among others that succeed', () => {
    const results = Array.from({ length: 500 }, (_, index) => (index % 3 === 0 ? null : 'dlv_poison'));
    expect(after(results).kind).toBe('closed');
  });

  test('it counts as one of ten', () => {
    const poison = Array.from({ length: 50 }, () => 'dlv_poison');
    expect(after([...poison, ...failures(8)]).kind).toBe('closed');
    expect(after([...poison, ...failures(9)]).kind).toBe('open');
  });
});

describe('the share of failures among the last results', () => {
  test('90 % of at least ten opens it, though no ten were in a row', () => {
    // One success among twenty results: 19 of 20, but never more than nine in a row after it.
    const results = [...failures(9), null, ...failures(9)];
    expect(after(results.slice(0, 10)).kind).toBe('closed');
    expect(after(results.slice(0, 11)).kind).toBe('open');
  });

  test('90 % of ten are enough, all of nine are not', () => {
    expect(after([null, ...failures(8)]).kind).toBe('closed');
    expect(after([null, ...failures(9)]).kind).toBe('open');
    expect(after(failures(9)).kind).toBe('closed');
  });

  test('fewer than 90 % leave it closed at every moment', () => {
    // Two successes in ten, for ever: 80 %.
    const results = Array.from({ length: 100 }, (_, index) => (index % 5 === 0 ? null : `dlv_${index}`));
    for (let count = 1; count <= results.length; count++) {
      expect(after(results.slice(0, count)).kind).toBe('closed');
    }
  });

  test('results older than the last twenty count no more', () => {
    const successes = Array.from({ length: 20 }, () => null);
    const failing = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? null : `dlv_${index}`));
    expect(after([...failing, ...successes])).toMatchObject({ recent: 0, samples: 20, failuresInARow: 0 });
    expect(after([...failing, ...successes, ...failures(9)])).toMatchObject({ kind: 'closed', samples: 20 });
  });

  test('a policy with no share looks at the row only', () => {
    const policy: BreakerPolicy = { ...durableBreaker, samplesMin: 0, failuresInARowMax: 5 };
    const results = Array.from({ length: 100 }, (_, index) => (index % 5 === 4 ? null : `dlv_${index}`));
    expect(after(results, policy).kind).toBe('closed');
    expect(after(failures(5), policy).kind).toBe('open');
  });
});

test("a policy's own waits are followed: 10 s growing by 1.2 to 10 hours, as the Confluence family does", () => {
  const policy: BreakerPolicy = {
    failuresInARowMax: 5,
    samplesMin: 0,
    failedShareMax: 1,
    firstWaitMs: 10 * secondMs,
    growth: 1.2,
    waitMsMax: 36_000 * secondMs,
  };
  let breaker = opened(after(failures(5), policy));
  let openedAt = breaker.since;
  const waits: number[] = [];
  for (let probe = 0; probe <= 46; probe++) {
    waits.push(Math.round((breaker.until - openedAt) / secondMs));
    openedAt = breaker.until;
    breaker = opened(
      afterAttempt(breaker, policy, { failed: 'dlv_0', startedAt: breaker.until }, breaker.until),
    );
  }
  expect([waits[0], waits[1], waits[10], waits[20], waits[45], waits[46]]).toEqual([
    10, 12, 62, 383, 36_000, 36_000,
  ]);
});

describe('whatever happens', () => {
  const attempts = fc.array(
    fc.record({
      failed: fc.oneof(
        fc.constant(null),
        fc.integer({ min: 0, max: 30 }).map((index) => `dlv_${index}`),
      ),
      tookMs: fc.integer({ min: 0, max: 2 * minuteMs }),
      pauseMs: fc.integer({ min: 0, max: 20 * minuteMs }),
    }),
    { maxLength: 120 },
  );

  type Step = { readonly failed: string | null; readonly tookMs: number; readonly pauseMs: number };

  /** The breaker after each attempt. */
  function* lifeOf(
    row: readonly Step[],
  ): Generator<{ readonly breaker: CircuitBreaker; readonly at: number }> {
    let [breaker, at]: [CircuitBreaker, number] = [closedBreaker, now];
    for (const { failed, tookMs, pauseMs } of row) {
      at += pauseMs;
      breaker = afterAttempt(breaker, durableBreaker, { failed, startedAt: at - tookMs }, at);
      yield { breaker, at };
    }
  }

  test('it survives being stored as JSON, and its numbers stay small', () => {
    fc.assert(
      fc.property(attempts, (row) => {
        for (const { breaker } of lifeOf(row)) {
          expect(JSON.parse(JSON.stringify(breaker))).toEqual(breaker);
          expect(breaker).toSatisfy(isSound);
        }
      }),
    );
  });

  function isSound(breaker: CircuitBreaker): boolean {
    if (breaker.kind === 'open') {
      return breaker.until - breaker.since >= 30 * secondMs && breaker.openings >= 1;
    }
    const { failuresInARow, recent, samples } = breaker;
    return failuresInARow < 10 && samples <= 20 && recent >= 0 && recent < 2 ** samples;
  }

  test('a hastened one lets a probe through at once; whoever can go anyway is left as it is', () => {
    fc.assert(
      fc.property(attempts, (row) => {
        for (const { breaker, at } of lifeOf(row)) {
          const permitted = permits(breaker, at);
          const soon = permitted.kind === 'none' ? { kind: 'probe' } : permitted;
          expect(permits(hastened(breaker, at), at)).toEqual(soon);
        }
      }),
    );
  });

  test('it opens only by a failure, closes only by a success, and after a success it is closed', () => {
    fc.assert(
      fc.property(attempts, (row) => {
        let [breaker, at]: [CircuitBreaker, number] = [closedBreaker, now];
        for (const { failed, tookMs, pauseMs } of row) {
          at += pauseMs;
          const wasOpen = permits(breaker, at).kind !== 'all';
          breaker = afterAttempt(breaker, durableBreaker, { failed, startedAt: at - tookMs }, at);
          const isOpen = permits(breaker, at).kind !== 'all';
          expect(!wasOpen && isOpen && failed === null).toBe(false);
          expect(wasOpen && !isOpen && failed !== null).toBe(false);
          expect(isOpen && failed === null).toBe(false);
        }
      }),
    );
  });
});
