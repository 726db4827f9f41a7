// Kills the server while its SQLite file is half written, and starts it again: nothing is there in part.

import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { attachStrace, noStrace } from '../process/strace.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { launchCrashing, startCrashing } from './crashing.ts';
import {
  allEvents,
  changeWebhook,
  createWebhook,
  deliveries,
  delivery,
  isDelivered,
  publish,
  type Published,
} from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

const event = { method: 'POST', body: { type: 'order.paid', data: { order: 7 } } };

test('DUR-04: a kill between insert and commit leaves no trace; the publisher’s retry makes exactly one event', async ({
  skip,
}) => {
  skip(noStrace !== undefined, noStrace);
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  const body = { ...event.body, id: 'order-7' };
  await using first = await startPosthorn({ dataDir: directory.path });
  await createWebhook(first, receiver.url);
  await using _ = await attachStrace(first.pid, {
    trace: 'pwrite64',
    file: join(directory.path, 'posthorn.db-wal'),
    inject: 'signal=SIGKILL:when=1',
  });

  await expect(first.api('/events', { ...event, body })).rejects.toThrow('fetch failed');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

  await using second = await startPosthorn({ dataDir: directory.path });
  expect(await allEvents(second)).toEqual([]);
  const retried = await second.api<Published>('/events', { ...event, body });
  const again = await second.api<Published>('/events', { ...event, body });
  expect([retried.status, again.status]).toEqual([202, 202]);
  expect(again.body.id).toBe(retried.body.id);
  await delivery(second, retried.body.id, isDelivered);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([retried.body.id]);
});

test('DUR-04, DUR-17: a kill in the purge leaves nothing half removed, and the next purge goes on', async () => {
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  await using first = await startPosthorn({ dataDir: directory.path });
  const webhook = await createWebhook(first, receiver.url);
  for (let count = 0; count < 10; count++) await publish(first, 'order.paid');
  await receiver.waitFor(10);
  await changeWebhook(first, webhook.id, { state: 'paused' });
  const waiting = await publish(first, 'order.paid');
  await first.stop();

  await using dying = await launchCrashing(directory.path, 'in the purge');
  expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(brokenReferences(directory.path)).toEqual([]);

  await using purged = await startCrashing(directory.path, 'after the purge');
  await expect.poll(() => allEvents(purged), { timeout: 60_000 }).toMatchObject([{ id: waiting.id }]);
  await changeWebhook(purged, webhook.id, { state: 'active' });
  await delivery(purged, waiting.id, isDelivered);
  expect(await deliveries(purged, '')).toHaveLength(1);
  await purged.kill9();
  expect(brokenReferences(directory.path)).toEqual([]);
});

function brokenReferences(dataDir: string): unknown {
  const database = new BetterSqlite3(join(dataDir, 'posthorn.db'));
  const broken = [
    ...(database.pragma('foreign_key_check') as []),
    ...(database.pragma('integrity_check') as []),
  ];
  database.close();
  return broken.filter((row) => (row as { integrity_check?: string }).integrity_check !== 'ok');
}
