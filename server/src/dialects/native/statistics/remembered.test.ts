import { expect, test } from 'vitest';
import { makeRemember } from './remembered.ts';

/** Each answer says when it was asked for, and takes so long. */
function asking() {
  let now = 0;
  const remember = makeRemember({ monotonicMs: () => now });
  return {
    ask: (costMs: number, forMs = 10_000) =>
      remember('key', forMs, async () => {
        const askedAt = now;
        now += costMs;
        return askedAt;
      }),
    wait: (ms: number) => void (now += ms),
  };
}

test('an answer is given again for twenty times as long as it took', async () => {
  const { ask, wait } = asking();
  expect(await ask(10)).toBe(0);
  wait(199);
  expect(await ask(10)).toBe(0);
  wait(1);
  expect(await ask(10)).toBe(210);
});

test('no answer is older than it may be, whatever it took', async () => {
  const { ask, wait } = asking();
  expect(await ask(5_000)).toBe(0);
  wait(4_999);
  expect(await ask(5_000)).toBe(0);
  wait(1);
  expect(await ask(5_000)).toBe(10_000);
});

test('who asks meanwhile gets the same answer, and a failure is not remembered', async () => {
  const remember = makeRemember({ monotonicMs: () => 0 });
  const first = remember('key', 10, async () => {
    throw new Error('down');
  });
  expect(remember('key', 10, async () => 1)).toBe(first);
  await expect(first).rejects.toThrow('down');
  expect(await remember('key', 10, async () => 2)).toBe(2);
});
