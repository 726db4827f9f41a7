// scripts/in-place.ts, by which what `npm start` builds comes to its place.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeInPlace } from '../../scripts/in-place.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'posthorn-in-place-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const never = () => false;
const of = (text: string) => async (into: string) => {
  mkdirSync(into);
  writeFileSync(join(into, 'first'), text);
  await nextTurn();
  writeFileSync(join(into, 'second'), text);
};
const built = () => ['first', 'second'].map((name) => readFileSync(join(place, 'built', name), 'utf8'));

test('of several that make the same at once one stays, whole, and nothing beside it', async () => {
  const made = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((text) => makeInPlace(join(place, 'built'), never, of(text))),
  );

  expect(made.map(({ status }) => status)).toEqual(made.map(() => 'fulfilled'));
  expect(new Set(built()).size).toBe(1);
  expect(readdirSync(place)).toEqual(['built']);
});

test('what was there before gives way, and stays where the next can not be made', async () => {
  await makeInPlace(join(place, 'built'), never, of('old'));
  await expect(
    makeInPlace(join(place, 'built'), never, async (into) => {
      await of('half')(into);
      throw new Error('no room');
    }),
  ).rejects.toThrow('no room');
  expect(built()).toEqual(['old', 'old']);

  await makeInPlace(join(place, 'built'), never, of('new'));
  expect(built()).toEqual(['new', 'new']);
  expect(readdirSync(place)).toEqual(['built']);
});

test('what another has done meanwhile stays as it is, and so does what is there where nothing was made', async () => {
  const target = join(place, 'built');
  await makeInPlace(
    target,
    () => existsSync(target),
    async (into) => {
      await of('mine')(into);
      await makeInPlace(target, never, of('theirs'));
    },
  );
  expect(built()).toEqual(['theirs', 'theirs']);

  await expect(makeInPlace(target, never, async () => {})).rejects.toThrow('ENOENT');
  expect(built()).toEqual(['theirs', 'theirs']);
  expect(readdirSync(place)).toEqual(['built']);
});

test('what a killed build has left is removed after a day, and not sooner', async () => {
  const dayAgo = new Date(Date.now() - 25 * 3_600_000);
  for (const name of ['.making-killed', '.making-now']) mkdirSync(join(place, name));
  utimesSync(join(place, '.making-killed'), dayAgo, dayAgo);

  await makeInPlace(join(place, 'built'), never, of('new'));

  expect(existsSync(join(place, '.making-killed'))).toBe(false);
  expect(existsSync(join(place, '.making-now'))).toBe(true);
});
