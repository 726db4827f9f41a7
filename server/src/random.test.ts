// Chance from the operating system: given once, spread evenly.

import { expect, test } from 'vitest';
import { seededRandom } from '../test/test-clock.ts';
import { systemRandom } from './random.ts';

test('SIG-10: bytes are never given twice, whatever the sizes asked for', () => {
  const random = systemRandom();
  const seen = new Set<string>();
  for (let draw = 0; draw < 5_000; draw++) {
    const bytes = random.bytes([10, 16, 24, 32, 33][draw % 5]!);
    expect(bytes.length).toBe([10, 16, 24, 32, 33][draw % 5]);
    seen.add(Buffer.from(bytes.subarray(0, 10)).toString('hex'));
  }
  expect(seen.size).toBe(5_000);
});

test('bytes already given do not change with later draws', () => {
  const random = systemRandom();
  const first = random.bytes(64);
  const copy = Buffer.from(first);
  for (let draw = 0; draw < 1_000; draw++) random.bytes(64);
  expect(copy.equals(first)).toBe(true);
  expect(first.some((byte) => byte !== 0)).toBe(true);
});

test('more bytes than a block holds come whole', () => {
  const bytes = systemRandom().bytes(100_000);
  expect(bytes.length).toBe(100_000);
  expect(new Set(bytes.subarray(-4_096)).size).toBeGreaterThan(200);
});

test.each([
  ["the operating system's", systemRandom()],
  ['a seeded', seededRandom(42)],
])('%s fraction is in [0, 1) and even', (_, random) => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 20_000; draw++) {
    const fraction = random.fraction();
    expect(fraction >= 0 && fraction < 1).toBe(true);
    tenths[Math.floor(fraction * 10)]! += 1;
  }
  for (const count of tenths) expect(count).toBeGreaterThan(1_700);
});

test('a seed always gives the same numbers, another seed others', () => {
  const draws = (seed: number) => {
    const random = seededRandom(seed);
    return [random.fraction(), ...random.bytes(8), random.fraction()];
  };
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
  expect(draws(7)).not.toEqual(draws(7 + 2 ** 32));
});
