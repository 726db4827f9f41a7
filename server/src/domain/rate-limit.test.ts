import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterRequest,
  freshPace,
  intervalMs,
  spentPace,
  waitMs,
  type Pace,
  type RateLimit,
} from './rate-limit.ts';

const limits = fc.record({
  requests: fc.oneof(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 100_000 })),
  perSeconds: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3_600 })),
});

/** What happens next: somebody asks after a while, or as soon as the answer before said, with a timer that is late by so much. */
const asks = fc.array(
  fc.oneof(
    fc.record({ afterShare: fc.double({ min: 0, max: 2, noNaN: true }) }),
    fc.record({ lateMs: fc.integer({ min: 0, max: 50 }) }),
  ),
  { minLength: 1, maxLength: 200, size: 'max' },
);

test('in any window of its seconds at most a tenth more than its requests begin, or one more, whoever asks when', () => {
  fc.assert(
    fc.property(limits, asks, (limit, all) => {
      for (const pace of [freshPace(limit, 0), spentPace(limit, 0), { ahead: 0, atMs: 0 }]) {
        expect(mostInAWindow(begun(limit, all, pace), limit)).toBeLessThanOrEqual(allowedIn(limit));
      }
    }),
  );
});

test('where the requests before a takeover are not known, the window that spans it keeps the limit all the same', () => {
  fc.assert(
    fc.property(limits, asks, asks, (limit, before, after) => {
      const first = begun(limit, before, { ahead: 0, atMs: 0 });
      const takenAtMs = first.at(-1) ?? 0;
      const then = begun(limit, after, spentPace(limit, takenAtMs));
      expect(mostInAWindow([...first, ...then], limit)).toBeLessThanOrEqual(allowedIn(limit));
    }),
  );
});

test('who always waits as long as it is told begins no fewer than its requests in its seconds', () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 0, max: 50 }), (limit, lateMsMax) => {
      const lateMs = Math.min(lateMsMax, Math.floor(intervalMs(limit)));
      const rounds = Math.min(2 * limit.requests, 400);
      const times = begun(
        limit,
        Array.from({ length: rounds }, () => ({ lateMs })),
        freshPace(limit, 0),
      );
      expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual((rounds - 1) * intervalMs(limit) + lateMs + 1);
    }),
  );
});

test('a webhook under a new limit begins with one request at once, and with none that catch up', () => {
  const limit = { requests: 50, perSeconds: 1 };
  const first = freshPace(limit, 7);
  expect(waitMs(first, limit, 7)).toBe(0);
  expect(waitMs(afterRequest(first, limit, 7), limit, 7)).toBe(20);
});

test('after a lull a tenth of the requests catches up, and the others are spread evenly again', () => {
  const limit = { requests: 50, perSeconds: 1 };
  const atOnce = begun(
    limit,
    Array.from({ length: 20 }, () => ({ afterShare: 0 })),
    { ahead: 0, atMs: 0 },
  );
  expect(atOnce).toHaveLength(6);
});

test('what nobody here knows of counts as all that could have been: the first request waits for one interval', () => {
  const limit = { requests: 1, perSeconds: 3_600 };
  expect(waitMs(spentPace(limit, 5), limit, 5)).toBe(intervalMs(limit));
});

type Ask = { readonly afterShare: number } | { readonly lateMs: number };

/** When requests begin, in whole milliseconds, as an engine asks. */
function begun(limit: RateLimit, all: readonly Ask[], first: Pace): number[] {
  let pace = first;
  let nowMs = first.atMs;
  const times: number[] = [];
  for (const ask of all) {
    nowMs +=
      'lateMs' in ask
        ? Math.ceil(waitMs(pace, limit, nowMs)) + ask.lateMs
        : Math.round(ask.afterShare * intervalMs(limit));
    if (waitMs(pace, limit, nowMs) > 0) continue;
    pace = afterRequest(pace, limit, nowMs);
    times.push(nowMs);
  }
  return times;
}

function mostInAWindow(times: readonly number[], { perSeconds }: RateLimit): number {
  return Math.max(
    0,
    ...times.map((from, index) => times.slice(index).filter((at) => at < from + perSeconds * 1_000).length),
  );
}

function allowedIn({ requests }: RateLimit): number {
  return requests + Math.max(1, Math.floor(requests / 10));
}
