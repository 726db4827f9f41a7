import { beforeEach, expect, test } from 'vitest';
import { testClock, type TestClock } from '../../test/test-clock.ts';
import { minuteMs } from '../domain/clock.ts';
import { makeThrottle, type Throttle } from './throttle.ts';

let clock: TestClock;
let throttle: Throttle;
beforeEach(() => {
  clock = testClock();
  throttle = makeThrottle(clock, 3);
});

const attempts = (count: number) => Array.from({ length: count }, () => throttle.attempt('a'));

test('AUT-07: after the free attempts each waits twice as long, up to a minute', async () => {
  expect(attempts(4)).toEqual([0, 0, 0, 1_000]);
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    await clock.advance(throttle.attempt('a'));
    expect(throttle.attempt('a')).toBe(0);
    waits.push(throttle.attempt('a'));
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, minuteMs, minuteMs, minuteMs]);
});

test('asking while one must wait makes the wait no longer', async () => {
  attempts(3);
  await clock.advance(400);
  expect(throttle.attempt('a')).toBe(600);
  expect(throttle.attempt('a')).toBe(600);
  await clock.advance(600);
  expect(throttle.attempt('a')).toBe(0);
});

test('AUT-07: nobody is locked out for good: after a quarter of an hour all is forgotten', async () => {
  attempts(3);
  await clock.advance(15 * minuteMs);
  expect(attempts(4)).toEqual([0, 0, 0, 1_000]);
});

test('a right attempt does not count, and one key says nothing about another', () => {
  for (let round = 0; round < 10; round++) {
    expect(throttle.attempt('a')).toBe(0);
    throttle.forgive('a');
  }
  expect(attempts(4)).toEqual([0, 0, 0, 1_000]);
  expect(throttle.attempt('b')).toBe(0);
  throttle.clear('a');
  expect(throttle.attempt('a')).toBe(0);
});
