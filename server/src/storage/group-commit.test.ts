// Group commit: who shares a commit, in which order, and what happens once the database is broken.

import { expect, test } from 'vitest';
import { StoreBroken, StoreFull } from './store.ts';
import type { Command, Reply } from './command.ts';
import { GroupCommit } from './group-commit.ts';

/** Commits that end when the test says so; each command is answered with its own name. */
function slowCommits() {
  const groups: string[][] = [];
  const ends: ((replies?: readonly Reply[]) => void)[] = [];
  const commits = new GroupCommit((commands: readonly Command[]) => {
    groups.push(commands.map(({ name }) => name));
    return new Promise((resolve) =>
      ends.push((replies) => resolve(replies ?? commands.map(({ name }) => ({ value: name })))),
    );
  });
  const end = async (replies?: readonly Reply[]) => {
    ends.shift()!(replies);
    await settled();
  };
  const add = (name: string, bytes = 0) => commits.add({ name, args: [{ bytes }] });
  return { commits, groups, end, add };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test('calls of one turn share a commit; calls during a commit share the next one', async () => {
  const { groups, end, add } = slowCommits();
  const first = [add('a'), add('b')];
  await settled();
  const second = [add('c'), add('d'), add('e')];
  await settled();
  expect(groups).toEqual([['a', 'b']]);
  await end();
  expect(await Promise.all(first)).toEqual(['a', 'b']);
  expect(groups).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
  await end();
  expect(await Promise.all(second)).toEqual(['c', 'd', 'e']);
});

test('a group has at most 256 commands and 8 MiB, and always at least one', async () => {
  const { groups, end, add } = slowCommits();
  const all = Array.from({ length: 300 }, (_, index) => add(`${index}`));
  all.push(add('big', 9_000_000), add('bigger', 90_000_000), add('small', 1));
  await settled();
  while (groups.flat().length < 303) await end();
  await end();
  await Promise.all(all);
  expect(groups.map((group) => group.length)).toEqual([256, 44, 1, 1, 1]);
});

test('a command that fails fails alone, and a full disk is no reason to stop', async () => {
  const { groups, end, add } = slowCommits();
  const [good, bad] = [add('good'), add('bad')];
  const failed = bad.catch((error: unknown) => error);
  await settled();
  await end([{ value: 1 }, { failure: { kind: 'full', message: 'the disk is full' } }]);
  expect(await good).toBe(1);
  expect(await failed).toBeInstanceOf(StoreFull);
  const next = add('next');
  await settled();
  await end();
  expect(await next).toBe('next');
  expect(groups).toHaveLength(2);
});

test('DUR-12: once broken, nothing is committed or acknowledged any more', async () => {
  const { commits, groups, end, add } = slowCommits();
  const broken = add('a').catch((error: unknown) => error);
  await settled();
  const waiting = add('b').catch((error: unknown) => error);
  await end([{ failure: { kind: 'broken', message: 'disk I/O error' } }]);
  expect(await broken).toBeInstanceOf(StoreBroken);
  expect(await waiting).toBeInstanceOf(StoreBroken);
  await expect(add('c')).rejects.toThrow('disk I/O error');
  expect(groups).toEqual([['a']]);
  expect(commits.isBroken).toBe(true);
  await commits.drained();
});

test('what runs between commits has none beside it', async () => {
  const { commits, groups, end, add } = slowCommits();
  const done: string[] = [];
  const before = add('before');
  await settled();
  let finish = () => {};
  const between = commits.between(async () => {
    done.push('between');
    await new Promise<void>((resolve) => (finish = resolve));
  });
  const after = add('after');
  await settled();
  expect(done).toEqual([]);
  await end();
  expect([done, groups]).toEqual([['between'], [['before']]]);
  finish();
  await between;
  await settled();
  await end();
  expect(await Promise.all([before, after])).toEqual(['before', 'after']);
  expect(groups).toEqual([['before'], ['after']]);
});

test('between runs at once when nothing is under way, and drained waits for all', async () => {
  const { commits, end, add } = slowCommits();
  await commits.between(async () => {});
  let drained = false;
  const added = add('a');
  const draining = commits.drained().then(() => (drained = true));
  await settled();
  expect(drained).toBe(false);
  await end();
  await draining;
  expect(await added).toBe('a');
});
