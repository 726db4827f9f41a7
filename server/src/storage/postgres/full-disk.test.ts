// DUR-11: while the disk of the database is full nothing is accepted, and what was accepted is there when it has room again.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startPostgres } from '../../../test/postgres/server.ts';
import { openStore } from '../../../test/postgres/store.ts';
import { aDelivery, anEntry, anEvent, aWebhook, bytes, routed } from '../contract/given.ts';
import { StoreFull, StoreUnavailable } from '../store.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A file system of so many MiB; undefined where none can be mounted. */
function smallDisk(mebibytes: number): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', directory], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]));
  return directory;
}

test('DUR-11: publishing until the disk is full, then with more room', async (context) => {
  const directory = smallDisk(110);
  if (directory === undefined) return context.skip('no file system can be mounted here');
  const settings = ['shared_buffers=16MB', 'min_wal_size=32MB', 'max_wal_size=32MB'];
  await using postgres = await startPostgres(settings, directory);
  await using store = await openStore(postgres.url('postgres'));
  const padding = 'x'.repeat(60_000);
  let made = 0;
  const publish = async () => {
    // Such that it can't be compressed away.
    const noise = Buffer.from(Array.from({ length: 40_000 }, () => Math.random() * 256)).toString('base64');
    const event = anEvent({ data: bytes(`{"n":${made++},"a":"${noise}${padding}"}`) });
    const delivery = aDelivery(event, aWebhook());
    await store.publish(anEntry([routed(event, [delivery])]));
    return event.id;
  };

  const acknowledged: string[] = [];
  let refused: unknown;
  while (refused === undefined && acknowledged.length < 5_000) {
    await publish().then(
      (id) => acknowledged.push(id),
      (error: unknown) => (refused = error),
    );
  }
  expect([StoreFull, StoreUnavailable].some((kind) => refused instanceof kind)).toBe(true);
  expect(acknowledged.length).toBeGreaterThan(10);

  execFileSync('mount', ['-o', 'remount,size=400m', directory]);
  await expect.poll(() => store.check(), { timeout: 60_000 }).toEqual({ ok: true });
  for (const id of acknowledged) expect(await store.loadEvent(id)).toBeDefined();
  expect(await publish()).toMatch(/^evt_/);
});
