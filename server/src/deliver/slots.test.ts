import { expect, test } from 'vitest';
import { testClock } from '../../test/test-clock.ts';
import { Slots } from './slots.ts';

test('P18: requests that hang give their shared places to others after a second', async () => {
  const clock = testClock();
  const slots = new Slots(clock, 2);
  slots.take();
  slots.take();
  expect(slots.waitMs()).toBe(1_000);
  await clock.advance(1_000);
  expect(slots.waitMs()).toBeUndefined();
  slots.take();
  slots.take();
  expect(slots.waitMs()).toBe(1_000);
  expect(slots.inFlight).toBe(4);
});

test('slow requests too have a limit: four times the shared one', async () => {
  const clock = testClock();
  const slots = new Slots(clock, 1);
  const release = Array.from({ length: 4 }, () => slots.take());
  await clock.advance(5_000);
  expect(slots.waitMs()).toBeNull();
  release[0]!();
  expect(slots.waitMs()).toBeUndefined();
});

test('a place that is given back is free at once', () => {
  const slots = new Slots(testClock(), 1);
  const giveBack = slots.take();
  expect(slots.waitMs()).toBe(1_000);
  giveBack();
  expect(slots.waitMs()).toBeUndefined();
  expect(slots.inFlight).toBe(0);
});
