// Ids: unique, ascending, not guessable one from another, and convertible to a UUID for wires that want one.

import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { seededRandom, testClock, testEpoch } from '../../test/test-clock.ts';
import { systemRandom } from '../random.ts';
import { dayMs, type Clock } from './clock.ts';
import { isId, makeIds, timeOfId, uuidOfId } from './id.ts';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function idsAt(wall: () => number, seed = 1) {
  return makeIds({ ...testClock(), wall }, seededRandom(seed));
}

describe('AUT-04', () => {
  test('10,000 ids of one millisecond are unique, ascend, and so do their UUIDs', () => {
    const ids = makeIds(testClock(), systemRandom());
    const made = Array.from({ length: 10_000 }, () => ids.next('evt'));
    expect(new Set(made).size).toBe(10_000);
    expect(made.toSorted()).toEqual(made);
    const uuids = made.map(uuidOfId);
    expect(new Set(uuids).size).toBe(10_000);
    expect(uuids.toSorted()).toEqual(uuids);
  });

  test('no sequence is visible: neighbours of one millisecond are random steps apart', () => {
    const ids = makeIds(testClock(), systemRandom());
    const tails = Array.from({ length: 1_000 }, () => BigInt(`0x${uuidOfId(ids.next('dlv')).slice(-12)}`));
    const steps = new Set(tails.slice(1).map((tail, index) => BigInt.asUintN(48, tail - tails[index]!)));
    expect(steps.size).toBeGreaterThan(990);
  });

  test('two nodes with the same time make different ids', () => {
    const made = Array.from({ length: 1_000 }, () => makeIds(testClock(), systemRandom()).next('evt'));
    expect(new Set(made).size).toBe(1_000);
  });
});

test('ids ascend while time passes, stands still and is set back', () => {
  const walls = [
    testEpoch,
    testEpoch,
    testEpoch + 1,
    testEpoch - dayMs,
    testEpoch - dayMs + 1,
    testEpoch + 2,
  ];
  let index = 0;
  const ids = idsAt(() => walls[Math.min(index++, walls.length - 1)]!);
  const made = Array.from({ length: 50 }, () => ids.next('evt'));
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(50);
});

test('ids that were made ahead of time are so no more once they start anew', () => {
  let wall = testEpoch + 100 * dayMs;
  const ids = idsAt(() => wall);
  ids.next('evt');
  wall = testEpoch;
  ids.startAnew();
  expect(timeOfId(ids.next('evt'))).toBe(testEpoch);
});

test('an id has its prefix, 26 digits and the time of its making', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer(), (wall, seed) => {
      const ids = idsAt(() => wall, seed);
      for (const prefix of ['evt', 'wh', 'dlv', 'att'] as const) {
        const id = ids.next(prefix);
        expect(isId(prefix, id)).toBe(true);
        expect(timeOfId(id)).toBe(wall);
      }
    }),
  );
});

test('the UUID of an id is a version 7 with the same time, and always the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer(), (wall, seed) => {
      const id = idsAt(() => wall, seed).next('dlv');
      const uuid = uuidOfId(id);
      expect(uuid).toMatch(uuidV7);
      expect(parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(wall);
      expect(uuidOfId(id)).toBe(uuid);
      expect(uuidOfId(id.replace('dlv_', 'evt_'))).toBe(uuid);
    }),
  );
});

test('the UUID keeps every random bit that its layout has room for', () => {
  const clock: Clock = testClock();
  const bytes = Uint8Array.from([0x7a, 0xbc, 0xff, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]);
  const id = makeIds(clock, { fraction: () => 0, bytes: () => bytes }).next('dlv');
  expect(uuidOfId(id).slice(14)).toBe('7abc-bf12-3456789abcde');
});

test('within a millisecond the smallest step carries through all random digits', () => {
  const full = Uint8Array.from({ length: 10 }, () => 0xff);
  const ids = makeIds(testClock(), { fraction: () => 0, bytes: () => full });
  expect([ids.next('evt'), ids.next('evt'), ids.next('evt')].map((id) => id.slice(-16))).toEqual([
    'fzzzzzzzzzzzzzzz',
    'g000000000000000',
    'g000000000000001',
  ]);
});

test('ids of the year 9999 are ids still', () => {
  const wall = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  expect(timeOfId(idsAt(() => wall).next('evt'))).toBe(wall);
});

const good = idsAt(() => testEpoch).next('evt');

test.each([
  ['', 'nothing'],
  ['evt', 'a prefix'],
  ['evt_', 'a prefix and its line'],
  [good.slice(4), 'no prefix'],
  [good.slice(0, -1), 'a digit too few'],
  [`${good}0`, 'a digit too many'],
  [good.toUpperCase(), 'capitals'],
  [`${good.slice(0, -1)}u`, 'a letter outside the alphabet at its end'],
  [`evt_i${good.slice(5)}`, 'a letter outside the alphabet at its beginning'],
  [`evt_8${good.slice(5)}`, 'more than 48 bits of time'],
  [`${good}\n`, 'a line break'],
  [` ${good}`, 'a space'],
  [good.replace('_', '-'), 'another line'],
  [good.replace('_', '.'), 'a dot'],
])('%j is no id: %s', (text) => {
  expect(isId('evt', text)).toBe(false);
  expect(timeOfId(text)).toBeUndefined();
  expect(() => uuidOfId(text)).toThrow('not an id');
});

test('an id of one kind is none of another', () => {
  expect(isId('wh', good)).toBe(false);
  expect(isId('evt', good)).toBe(true);
});

test('SIG-06: an id never holds a dot', () => {
  expect(good).toMatch(/^[a-z]+_[0-9a-z]+$/);
});
