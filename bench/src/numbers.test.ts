import { expect, test } from 'vitest';
import { quantile, spreadOf } from './numbers.ts';

test('a median is not moved by one round that went wrong', () => {
  expect(spreadOf([1, 3, 1_000, 2, 4])).toEqual({ median: 3, min: 1, max: 1_000 });
});

test('p99 of a hundred values is the last one', () => {
  const values = Array.from({ length: 100 }, (_, index) => index);
  expect([quantile(values, 0.5), quantile(values, 0.99)]).toEqual([50, 99]);
});
