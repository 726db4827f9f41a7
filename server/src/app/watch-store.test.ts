import { expect, test } from 'vitest';
import { StoreBroken, StoreFull } from '../storage/port/store-errors.ts';
import { openSqliteInline } from '../storage/sqlite/open.ts';
import { watchStore } from './watch-store.ts';

test('DUR-12: a broken database is noticed whoever asks it, and the asker is told as before', async () => {
  const store = openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const causes: unknown[] = [];
  const failing = (cause: Error) => {
    const backlog = async () => {
      throw cause;
    };
    return watchStore({ ...store, backlog }, (broken) => causes.push(broken));
  };

  await expect(failing(new StoreFull('full')).backlog()).rejects.toThrow('full');
  expect(causes).toEqual([]);
  await expect(failing(new StoreBroken('broken')).backlog()).rejects.toThrow('broken');
  expect(causes).toEqual([new StoreBroken('broken')]);

  const watched = watchStore(store, () => {});
  expect(await watched.backlog()).toEqual({ pending: 0, oldestDueAt: null });
  for await (const webhooks of watched.allWebhooks()) expect(webhooks).toEqual([]);
  await watched.close();
});
