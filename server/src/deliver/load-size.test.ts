import { describe, expect, test } from 'vitest';
import { countToLoad, firstLoadSize, lowWater } from './load-size.ts';

const secondsMs = 1_000;

/** What a lane brings, load by load, that takes so long for each delivery. */
function loads(count: number, msPerDelivery: number, times: number): number[] {
  const brought: number[] = [];
  let size = { ...firstLoadSize, count };
  let nowMs = 0;
  for (let load = 0; load < times; load++) {
    size = { count: countToLoad(size, nowMs), last: { full: true, endedAtMs: nowMs } };
    brought.push(size.count);
    nowMs += size.count * msPerDelivery;
  }
  return brought;
}

describe('how much a lane brings at once', () => {
  test('begins small and doubles while it is gone at once, up to what one statement should bring', () => {
    expect(loads(firstLoadSize.count, 0.1, 6)).toEqual([16, 32, 64, 128, 256, 256]);
  });

  test('is what lasts the lane for a few seconds, and little where a few last longer', () => {
    expect(loads(16, 40, 4)).toEqual([16, 32, 64, 64]);
    expect(loads(256, 100, 4)).toEqual([256, 64, 64, 64]);
    expect(loads(256, 5_000, 3)).toEqual([256, 16, 16]);
  });

  test('does not grow where the last load has brought all that there was', () => {
    expect(countToLoad({ count: 32, last: { full: false, endedAtMs: 0 } }, 1)).toBe(32);
  });

  test('stays where the last load tells nothing', () => {
    expect(countToLoad({ count: 64, last: null }, 100 * secondsMs)).toBe(64);
  });

  test('is asked for again while a quarter is left', () => {
    expect(lowWater({ count: 256, last: null })).toBe(64);
    expect(lowWater({ count: 16, last: null })).toBe(4);
  });
});
