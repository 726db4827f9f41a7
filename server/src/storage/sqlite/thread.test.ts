// A thread that ends leaves nobody waiting.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StoreBroken } from '../store.ts';
import { openConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import type { ReaderTalk } from './reader.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { Thread } from './thread.ts';

function database(): string {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const connection = openConnection(path);
  migrate(connection, 0);
  connection.close();
  return path;
}

test('answers come in the order of the requests', async () => {
  const { thread } = await Thread.start<ReaderTalk>('reader', { path: database() });
  const answers = await Promise.all(
    ['backlog', 'loadHealth', 'nothing of ours', 'waitingWebhooks'].map((name) =>
      thread.ask({ name, args: [] }),
    ),
  );
  expect(answers).toEqual([
    { value: { pending: 0, oldestDueAt: null } },
    { value: [] },
    { failure: expect.objectContaining({ kind: 'bug' }) as unknown },
    { value: [] },
  ]);
  await thread.end();
});

test('whoever waits for a thread that ends is told, and so is whoever asks after', async () => {
  const { thread } = await Thread.start<ReaderTalk>('reader', { path: database() });
  const waiting = Promise.allSettled(
    Array.from({ length: 500 }, () => thread.ask({ name: 'waitingWebhooks', args: [] })),
  );
  const ending = thread.end();
  const ends = await waiting;
  await ending;
  const told = ends.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(told.length).toBeGreaterThan(0);
  for (const { reason } of told) expect(reason).toBeInstanceOf(StoreBroken);
  await expect(thread.ask({ name: 'backlog', args: [] })).rejects.toBeInstanceOf(StoreBroken);
});

test('a thread that can’t open its connection says why', async () => {
  const missing = join(temporaryDirectory(), 'nothing.db');
  await expect(Thread.start<ReaderTalk>('reader', { path: missing })).rejects.toMatchObject({
    name: 'StoreRefusal',
  });
});

test('a thread that fails before it can say anything is no riddle either', async () => {
  await expect(Thread.start<ReaderTalk>('nothing' as 'reader', {})).rejects.toThrow(/nothing/);
});
