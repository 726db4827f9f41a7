import { expect, test } from 'vitest';
import { testClock } from '../../test/test-clock.ts';
import { minuteMs, secondMs } from '../domain/clock.ts';
import type { Signal } from '../domain/signal.ts';
import { startChores, type Chore } from './chores.ts';
import { inSteps } from './steps.ts';

test('every chore runs again after its own time', async () => {
  const { clock, chores, runs } = given(['a', minuteMs], ['b', 10 * minuteMs]);
  await clock.advance(secondMs);
  expect(runs).toEqual(['a', 'b']);
  await clock.advance(9 * minuteMs);
  expect(runs.filter((name) => name === 'a')).toHaveLength(10);
  expect(runs.filter((name) => name === 'b')).toHaveLength(1);
  await chores.stop();
});

test('a chore that fails is told about, runs again, and keeps no other from running', async () => {
  const { clock, chores, runs, signals } = given(['a', minuteMs], ['failing', minuteMs]);
  await clock.advance(secondMs + minuteMs);
  expect(runs).toEqual(['a', 'failing', 'a', 'failing']);
  expect(signals).toMatchObject([
    { kind: 'store.failed', operation: 'failing' },
    { kind: 'store.failed', operation: 'failing' },
  ]);
  await chores.stop();
});

test('stop ends a chore between two steps and is complete when it resolves', async () => {
  const clock = testClock();
  let steps = 0;
  const endless: Chore = {
    name: 'endless',
    everyMs: minuteMs,
    run: (stopped) => inSteps(async () => ({ more: ++steps > 0 }), Number.POSITIVE_INFINITY, clock, stopped),
  };
  const chores = startChores([endless], secondMs, clock, () => {});
  await clock.advance(2 * secondMs);
  expect(steps).toBeGreaterThan(1);
  await chores.stop();
  await chores.stop();
  const stepsAtStop = steps;
  await clock.advance(10 * minuteMs);
  expect(steps).toBe(stepsAtStop);
});

test('a run ends after its number of steps even if more is left', async () => {
  const clock = testClock();
  let steps = 0;
  const run = inSteps(async () => ({ more: ++steps > 0 }), 3, clock, new AbortController().signal);
  await clock.advance(minuteMs);
  await run;
  expect(steps).toBe(3);
});

function given(...chores: [name: string, everyMs: number][]) {
  const clock = testClock();
  const runs: string[] = [];
  const signals: Signal[] = [];
  const make = ([name, everyMs]: [string, number]): Chore => ({
    name,
    everyMs,
    async run() {
      runs.push(name);
      if (name === 'failing') throw new Error('broken');
    },
  });
  return {
    clock,
    runs,
    signals,
    chores: startChores(chores.map(make), secondMs, clock, (signal) => void signals.push(signal)),
  };
}
