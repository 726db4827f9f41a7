import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockAheadMs, clockIsRight } from './clock-agreement.ts';

test('a clock that shows the same time is never ahead nor behind, however long the answer was on its way', () => {
  fc.assert(
    fc.property(fc.nat(60_000), fc.nat(60_000), (thereMs, backMs) => {
      const reading = { database: 1_000_000 + thereMs, own: 1_000_000 + thereMs + backMs };
      expect(clockAheadMs({ ...reading, tookMs: thereMs + backMs })).toBe(0);
    }),
  );
});

test('what a clock is ahead or behind is told to within the time that the answer took, and never exaggerated', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(5_000), fc.nat(5_000), (aheadMs, thereMs, backMs) => {
      const took = thereMs + backMs;
      const told = clockAheadMs({ database: thereMs, own: took + aheadMs, tookMs: took });
      expect(Math.abs(told)).toBeLessThanOrEqual(Math.abs(aheadMs));
      expect(Math.abs(told - aheadMs)).toBeLessThanOrEqual(took);
    }),
  );
});

test('a clock is wrong beyond 5 min, either way, and right again within 4', () => {
  for (const way of [1, -1]) {
    expect(clockIsRight(way * 300_000, true)).toBe(true);
    expect(clockIsRight(way * 300_001, true)).toBe(false);
    expect(clockIsRight(way * 240_001, false)).toBe(false);
    expect(clockIsRight(way * 240_000, false)).toBe(true);
  }
});
