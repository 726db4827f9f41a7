import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { steadyClock } from '../clock.ts';
import { temporaryDirectory } from '../storage/sqlite/temporary-directory.ts';
import { openStore } from './open-store.ts';

// Threads are started here: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

async function keysOf(path: string): Promise<{ readonly cursors: string; readonly accessTokens: string }> {
  const config = { databaseUrl: { kind: 'sqlite', path }, masterKey: null, saveMemory: false } as const;
  const opened = await openStore(config, steadyClock());
  await opened!.store.close();
  const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
  return { cursors: hex(opened!.cursorKey), accessTokens: hex(opened!.accessTokenKey) };
}

test('cursors and access tokens stay good over a restart, under keys of their own, in no other installation', async () => {
  const path = join(temporaryDirectory(), 'posthorn.db');
  const first = await keysOf(path);
  const other = await keysOf(join(temporaryDirectory(), 'posthorn.db'));
  expect(await keysOf(path)).toEqual(first);
  expect(new Set([...Object.values(first), ...Object.values(other)]).size).toBe(4);
  for (const key of Object.values(first)) expect(key).toMatch(/^[0-9a-f]{64}$/);
});
