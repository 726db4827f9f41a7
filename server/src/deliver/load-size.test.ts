import { describe, expect, test } from 'vitest';
import { firstLoadSize, loadSizeAfter, lowWater, type LoadSize } from './load-size.ts';

/** How many a lane brings, load by load, that is through with each after so many milliseconds for a delivery. */
function loads(size: LoadSize, msPerDelivery: number, times: number): number[] {
  let { count } = size;
  return Array.from({ length: times }, (_, index) => {
    if (index > 0) count = loadSizeAfter({ count, full: true }, count * msPerDelivery);
    return count;
  });
}

describe('how much a lane brings at once', () => {
  test('doubles while it is gone at once, up to what one statement should bring', () => {
    expect(loads(firstLoadSize, 0.1, 6)).toEqual([32, 64, 128, 256, 256, 256]);
  });

  test('lasts a lane for a few seconds, however slow it is', () => {
    expect(loads(firstLoadSize, 40, 4)).toEqual([32, 64, 64, 64]);
    expect(loads({ count: 256, full: true }, 100, 5)).toEqual([256, 128, 64, 64, 64]);
    expect(loads({ count: 256, full: true }, 5_000, 7)).toEqual([256, 128, 64, 32, 16, 16, 16]);
  });

  test('does not grow where a load has brought all that there was', () => {
    expect(loadSizeAfter({ count: 32, full: false }, 1)).toBe(32);
  });

  test('begins small, since nothing is known of the lane', () => {
    expect(loadSizeAfter(firstLoadSize, Number.POSITIVE_INFINITY)).toBe(16);
  });

  test('is asked for again while a quarter is left', () => {
    expect(lowWater({ count: 256, full: true })).toBe(64);
    expect(lowWater({ count: 16, full: false })).toBe(4);
  });
});
