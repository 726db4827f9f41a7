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
  release[0]!.giveBack();
  expect(slots.waitMs()).toBeUndefined();
});

test('one webhook may have all of the shared limit, and many together never all of the wider one', () => {
  const alone = new Slots(testClock(), 100);
  let inFlight = 0;
  while (alone.leavesRoom(inFlight)) inFlight = alone.take().number + 1;
  expect(inFlight).toBe(100);

  const slots = new Slots(testClock(), 100);
  const taken: number[] = [];
  for (let webhook = 0; webhook < 8; webhook++) {
    let own = 0;
    for (; slots.leavesRoom(own); own++) slots.take();
    taken.push(own);
  }
  expect(taken).toEqual([100, 75, 57, 42, 32, 24, 18, 13]);
});

test('a place that is given back is free at once', () => {
  const slots = new Slots(testClock(), 1);
  const { giveBack } = slots.take();
  expect(slots.waitMs()).toBe(1_000);
  giveBack();
  expect(slots.waitMs()).toBeUndefined();
  expect(slots.inFlight).toBe(0);
});

test('no two requests in flight have the same place, and places are used again', () => {
  const slots = new Slots(testClock(), 10);
  const places = [slots.take(), slots.take(), slots.take()];
  expect(places.map(({ number }) => number)).toEqual([0, 1, 2]);
  places[1]!.giveBack();
  places[0]!.giveBack();
  const next = [slots.take(), slots.take(), slots.take()].map(({ number }) => number);
  expect(new Set(next)).toEqual(new Set([0, 1, 3]));
});
