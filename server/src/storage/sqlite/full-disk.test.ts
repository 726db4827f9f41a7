// DUR-10: a full disk declines what comes, loses nothing, and is no reason to restart.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { steadyClock } from '../../clock.ts';
import { aDelivery, anEntry, anEvent, aWebhook, bytes, routed, succeeded } from '../contract/given.ts';
import { StoreFull } from '../store.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { openSqliteStore } from './open.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A file system of a few MiB; undefined where none can be mounted. */
function smallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]));
  return directory;
}

test('DUR-10: publishing until the disk is full, then with more room', async (context) => {
  const directory = smallDisk();
  if (directory === undefined) return context.skip('no file system can be mounted here');
  const store = await openSqliteStore({
    path: join(directory, 'posthorn.db'),
    masterKey: undefined,
    clock: steadyClock(),
  });
  const data = bytes(`{"a":"${'x'.repeat(2_000)}"}`);
  const publish = async () => {
    const event = anEvent({ data });
    const delivery = aDelivery(event, aWebhook());
    await store.publish(anEntry([routed(event, [delivery])]));
    return delivery;
  };

  const acknowledged: ScheduledDelivery[] = [];
  let refused: unknown;
  while (refused === undefined && acknowledged.length < 10_000) {
    await publish().then(
      (delivery) => acknowledged.push(delivery),
      (error: unknown) => (refused = error),
    );
  }
  expect(refused).toBeInstanceOf(StoreFull);
  const result = { results: [succeeded(acknowledged[0]!, {})], health: new Map() };
  for (let again = 0; again < 3; again++) {
    await expect(publish()).rejects.toBeInstanceOf(StoreFull);
  }
  expect(await store.check()).toMatchObject({ ok: false });
  const kept = store.record({ ...result, results: Array.from({ length: 1_000 }, () => result.results[0]!) });
  await expect(kept).rejects.toBeInstanceOf(StoreFull);
  expect((await store.backlog()).pending).toBe(acknowledged.length);

  execFileSync('mount', ['-o', 'remount,size=64m', directory]);
  expect(await store.record(result)).toEqual(['recorded']);
  acknowledged.push(await publish());
  expect(await store.check()).toEqual({ ok: true });
  for (const { eventId } of acknowledged) expect(await store.loadEvent(eventId)).toBeDefined();
  await store.close();
});
