// The steadied clock: what a wall clock that is set may and may not do to schedules.

import { expect, test, vi } from 'vitest';
import { testClock, testEpoch } from '../test/test-clock.ts';
import { steadyClock, type SystemTime } from './clock.ts';
import { dayMs, hourMs, minuteMs } from './domain/clock.ts';

test('now follows the wall clock while nobody sets it', async () => {
  const clock = testClock();
  for (let hour = 0; hour < 100; hour++) {
    await clock.advance(hourMs + hour);
    expect(clock.now()).toBe(clock.wall());
  }
});

test.each([
  ['forwards', dayMs],
  ['backwards', -dayMs],
])(
  'CLK-01: a wall clock set %s by a day moves now by at most 10 %% of the time that passes',
  async (_, jumpMs) => {
    const clock = testClock();
    const before = clock.now();
    clock.setWall(clock.wall() + jumpMs);
    expect(clock.wall()).toBe(testEpoch + jumpMs);
    expect(clock.now()).toBe(before);

    let last = before;
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(minuteMs);
      const now = clock.now();
      expect(now - last).toBeGreaterThanOrEqual(0.9 * minuteMs - 1);
      expect(now - last).toBeLessThanOrEqual(1.1 * minuteMs + 1);
      last = now;
    }
    expect(last - before).toBeCloseTo(hourMs + Math.sign(jumpMs) * 0.1 * hourMs, -1);

    await clock.advance(11 * dayMs);
    expect(clock.now()).toBe(clock.wall());
  },
);

test('CLK-01: now never goes backwards, however often and wherever the wall clock is set', async () => {
  const clock = testClock();
  let last = clock.now();
  for (const jumpMs of [-1, 1, -dayMs, 3 * dayMs, -hourMs, -365 * dayMs, 0.5]) {
    clock.setWall(clock.wall() + jumpMs);
    for (const ms of [0, 0.25, 1, 7, 1_000]) {
      await clock.advance(ms);
      expect(clock.now()).toBeGreaterThanOrEqual(last);
      last = clock.now();
    }
  }
});

test('a clock that starts anew has the time of the wall clock at once', async () => {
  const clock = testClock();
  clock.setWall(testEpoch + 100 * dayMs);
  await clock.advance(dayMs);
  clock.setWall(testEpoch);
  clock.startAnew();
  expect(clock.now()).toBe(testEpoch);
  await clock.advance(hourMs);
  expect(clock.now()).toBe(testEpoch + hourMs);
});

test('CLK-01: after counts the time that passes, wherever the wall clock is set', async () => {
  const clock = testClock();
  const then = vi.fn<() => void>();
  clock.after(hourMs, then);
  clock.setWall(clock.wall() + dayMs);
  await clock.advance(hourMs - 1);
  expect(then).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(then).toHaveBeenCalledTimes(1);
});

test('a wait longer than a system timer can take ends at its time, and can be cancelled on the way', async () => {
  const clock = testClock();
  const [kept, cancelled] = [vi.fn<() => void>(), vi.fn<() => void>()];
  clock.after(60 * dayMs, kept);
  const cancel = clock.after(60 * dayMs, cancelled);
  await clock.advance(30 * dayMs);
  cancel();
  await clock.advance(30 * dayMs - 1);
  expect(kept).not.toHaveBeenCalled();
  await clock.advance(100 * dayMs);
  expect(kept).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});

test('no system timer is asked for more than the 2^31 - 1 ms that it can take', () => {
  const delays: number[] = [];
  const system: SystemTime = {
    wall: () => 0,
    monotonicMs: () => 0,
    startTimer: (ms) => (delays.push(ms), () => {}),
  };
  const clock = steadyClock(system);
  for (const ms of [2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 40]) clock.after(ms, () => {});
  expect(delays).toEqual([2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
});

test('a system timer that fires early is waited out', () => {
  let monotonicMs = 0;
  const timers: { delayMs: number; fire: () => void }[] = [];
  const early: SystemTime = {
    wall: () => 0,
    monotonicMs: () => monotonicMs,
    startTimer: (delayMs, then) => (timers.push({ delayMs, fire: then }), () => {}),
  };
  const then = vi.fn<() => void>();
  steadyClock(early).after(10, then);
  monotonicMs = 9.6;
  timers[0]!.fire();
  expect(then).not.toHaveBeenCalled();
  expect(timers[1]!.delayMs).toBe(1);
  monotonicMs = 10;
  timers[1]!.fire();
  expect(then).toHaveBeenCalledTimes(1);
});

test("the system's own time: a negative delay is none, a timer fires once, a cancelled one never", async () => {
  const clock = steadyClock();
  const cancelled = vi.fn<() => void>();
  clock.after(0, cancelled)();
  const startedMs = clock.monotonicMs();
  await new Promise<void>((resolve) => clock.after(-5, resolve));
  await new Promise<void>((resolve) => {
    const alive = setTimeout(() => {}, 60_000);
    clock.after(20, () => (clearTimeout(alive), resolve()));
  });
  expect(clock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(20);
  expect(cancelled).not.toHaveBeenCalled();
});
