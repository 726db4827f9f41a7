import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { testClock, type TestClock } from '../../test/test-clock.ts';
import { dayMs } from '../domain/clock.ts';
import { makeCursors, type Cursors } from './cursor.ts';

const key = new Uint8Array(32).fill(1);
const list = { tenantId: 'tnt_1', list: 'webhooks' };
const position = { at: 1_800_000_000_000, id: 'wh_1' };
const page = { rows: [], next: position, previous: position };
const badRequest = expect.objectContaining({ code: 'bad_request' });

let clock: TestClock;
let cursors: Cursors;
beforeEach(() => {
  clock = testClock();
  cursors = makeCursors({ key, clock });
});

const nextOf = (in_: Cursors = cursors) => in_.page(list, page, String).next!;

test('a cursor leads to the position that it was made for, in its direction', () => {
  const { next, previous } = cursors.page(list, page, String);
  expect(cursors.pageRequest(list, { cursor: next! })).toEqual({ limit: 50, after: position, before: null });
  expect(cursors.pageRequest(list, { cursor: previous! })).toEqual({
    limit: 50,
    after: null,
    before: position,
  });
  expect(cursors.page(list, { rows: [1, 2], next: null, previous: null }, String)).toEqual({
    data: ['1', '2'],
    next: null,
    previous: null,
  });
});

test('INP-16: a limit is capped at 250', () => {
  expect(cursors.pageRequest(list, { limit: 1_000_000_000 })).toMatchObject({ limit: 250 });
  expect(cursors.pageRequest(list, { limit: 1 })).toMatchObject({ limit: 1 });
});

test('AUT-05: a cursor is good for its tenant and list only', () => {
  const cursor = nextOf();
  for (const foreign of [
    { ...list, tenantId: 'tnt_2' },
    { ...list, list: 'events' },
  ]) {
    expect(() => cursors.pageRequest(foreign, { cursor })).toThrow(badRequest);
  }
});

test('AUT-05: a cursor that was tampered with is refused, wherever', () => {
  const cursor = nextOf();
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom('A', 'B', '_', '='), (at, character) => {
      fc.pre(cursor[at] !== character);
      const tampered = cursor.slice(0, at) + character + cursor.slice(at + 1);
      expect(() => cursors.pageRequest(list, { cursor: tampered })).toThrow(badRequest);
    }),
  );
  for (const garbage of ['', 'x', '====', `${cursor}A`, cursor.slice(1), 'é', '\0']) {
    expect(() => cursors.pageRequest(list, { cursor: garbage })).toThrow(badRequest);
  }
});

test('AUT-05: a cursor of another installation or older than a day is refused', async () => {
  const other = makeCursors({ key: new Uint8Array(32).fill(2), clock });
  expect(() => cursors.pageRequest(list, { cursor: nextOf(other) })).toThrow(badRequest);
  const cursor = nextOf();
  await clock.advance(dayMs);
  expect(cursors.pageRequest(list, { cursor })).toMatchObject({ after: position });
  await clock.advance(1);
  expect(() => cursors.pageRequest(list, { cursor })).toThrow(badRequest);
});

test('a restart keeps cursors good', () => {
  const after = makeCursors({ key, clock });
  expect(after.pageRequest(list, { cursor: nextOf() })).toMatchObject({ after: position });
});
