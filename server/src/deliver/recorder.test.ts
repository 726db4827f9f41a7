import { expect, test } from 'vitest';
import { testClock } from '../../test/test-clock.ts';
import type { Signal } from '../domain/signal.ts';
import { healthy } from '../domain/webhook-health.ts';
import { StoreBroken, StoreFull } from '../storage/port/store-errors.ts';
import type { RecordBatch, Recorded } from '../storage/store.ts';
import { Recorder, type Unrecorded } from './recorder.ts';

function setup(record: (batch: RecordBatch) => Promise<readonly Recorded[]>) {
  const clock = testClock();
  const signals: Signal[] = [];
  const broken: unknown[] = [];
  const recorder = new Recorder({
    store: { record },
    clock,
    emit: (signal) => signals.push(signal),
    onBroken: (cause) => broken.push(cause),
  });
  const told: [number, Recorded][] = [];
  const add = (number: number): void =>
    recorder.add({
      result: { number } as unknown as Unrecorded['result'],
      webhookId: `wh_${number % 2}`,
      health: healthy,
      then: (recorded) => told.push([number, recorded]),
    });
  return { clock, signals, broken, recorder, told, add };
}

test('results that arrive during a write go together into the next one', async () => {
  const sizes: number[] = [];
  const { clock, add, told } = setup(async ({ results }) => {
    sizes.push(results.length);
    await new Promise<void>((resolve) => clock.after(10, resolve));
    return results.map(() => 'recorded' as const);
  });
  add(1);
  await clock.settle();
  for (const number of [2, 3, 4]) add(number);
  await clock.advance(30);
  expect(sizes).toEqual([1, 3]);
  expect(told.map(([number]) => number)).toEqual([1, 2, 3, 4]);
});

test('results do not wait for the write before them', async () => {
  const { clock, add, told } = setup(async ({ results }) => {
    await new Promise<void>((resolve) => clock.after(50, resolve));
    return results.map(() => 'recorded' as const);
  });
  add(1);
  await clock.advance(20);
  add(2);
  await clock.advance(30);
  expect(told).toEqual([[1, 'recorded']]);
  await clock.advance(20);
  expect(told).toEqual([
    [1, 'recorded'],
    [2, 'recorded'],
  ]);
});

test('a write that has to be repeated brings back no older health', async () => {
  const written: string[][] = [];
  const { clock, add, told, recorder } = setup(async ({ results, health }) => {
    const [{ number } = { number: 0 }] = results as unknown as { number: number }[];
    if (number === 1 && told.length === 0) {
      await new Promise<void>((resolve) => clock.after(50, resolve));
      throw new StoreFull('full');
    }
    written.push([...health.keys()]);
    return results.map(() => 'recorded' as const);
  });
  add(1);
  await clock.settle();
  add(3); // the same webhook
  await clock.settle();
  expect(told).toEqual([[3, 'recorded']]);
  await clock.advance(5_000);
  await recorder.drained();
  expect(told.map(([number]) => number)).toEqual([3, 1]);
  expect(written).toEqual([['wh_1'], []]);
});

test('DUR-10: what a full disk refuses is kept, nothing else may start, and it is written once there is space', async () => {
  let full = true;
  const { clock, add, told, recorder, signals } = setup(async ({ results }) => {
    if (full) throw new StoreFull('full');
    return results.map(() => 'recorded' as const);
  });
  add(1);
  await clock.advance(60_000);
  expect(recorder.healthy).toBe(false);
  expect(told).toEqual([]);
  full = false;
  await clock.advance(5_000);
  expect(told).toEqual([[1, 'recorded']]);
  expect(recorder.healthy).toBe(true);
  expect(signals.at(-1)).toEqual({ kind: 'store.recovered' });
});

test('a stale result is told as such to its own delivery only', async () => {
  const { clock, add, told } = setup(async ({ results }) =>
    results.map((_, index) => (index === 1 ? 'stale' : 'recorded')),
  );
  for (const number of [1, 2, 3]) add(number);
  await clock.settle();
  expect(told).toEqual([
    [1, 'recorded'],
    [2, 'stale'],
    [3, 'recorded'],
  ]);
});

test('drained resolves only once everything given before is durable', async () => {
  const { clock, add, told, recorder } = setup(async ({ results }) => {
    await new Promise<void>((resolve) => clock.after(50, resolve));
    return results.map(() => 'recorded' as const);
  });
  add(1);
  let drained = false;
  void recorder.drained().then(() => {
    drained = true;
  });
  await clock.advance(49);
  expect(drained).toBe(false);
  await clock.advance(1);
  expect(drained).toBe(true);
  expect(told).toHaveLength(1);
});

test('DUR-12: a database that can no longer be trusted is reported once it says so', async () => {
  const { clock, add, broken, told } = setup(async () => {
    throw new StoreBroken('I/O error');
  });
  add(1);
  await clock.settle();
  expect(broken).toHaveLength(1);
  expect(told).toEqual([]);
});
