// Kills the server at named moments on an event's way, and starts it again: nothing accepted is lost, nothing is there twice.

import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { startCrashing } from './crashing.ts';
import {
  allEvents,
  allListed,
  createWebhook,
  delivery,
  eventually,
  isDelivered,
  type Published,
} from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

const event = { method: 'POST', body: { type: 'order.paid', data: { order: 7 } } };

test('DUR-09: a kill between commit and answer: the retry with the same key gets the stored answer, five times', async () => {
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  await using first = await startCrashing(directory.path, 'after the commit');
  await createWebhook(first, receiver.url);
  const request = { ...event, headers: { 'idempotency-key': 'order-7' } };

  await expect(first.api('/events', request)).rejects.toThrow('fetch failed');
  await first.exited;

  await using second = await startPosthorn({ dataDir: directory.path });
  const answers = [];
  for (let time = 0; time < 5; time++) answers.push(await second.api<Published>('/events', request));
  const [{ id }] = (await allEvents(second)) as [{ id: string }];
  expect(await allEvents(second)).toHaveLength(1);
  expect(answers.map(({ status, body }) => [status, body])).toEqual(
    Array.from({ length: 5 }, () => [202, { id, deliveries: 1 }]),
  );
  await delivery(second, id, isDelivered);
  expect(receiver.requests).toHaveLength(1);
});

test.each([
  { at: 'after the commit', requests: 1, attempts: 1 },
  { at: 'before the send', requests: 1, attempts: 1 },
  { at: 'after the send', requests: 2, attempts: 1 },
  { at: 'after the record', requests: 1, attempts: 1 },
])(
  'DUR-04: a kill $at loses nothing, and repeats only what was not recorded',
  async ({ at, requests, attempts }) => {
    await using directory = await temporaryDirectory();
    await using receiver = await startReceiver();
    await using first = await startCrashing(directory.path, at);
    const webhook = await createWebhook(first, receiver.url);
    await first.api('/events', event).catch(() => undefined);
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

    await using second = await startPosthorn({ dataDir: directory.path });
    const [stored] = await allEvents(second);
    const delivered = await delivery(second, stored!.id, isDelivered);
    await second.stop();

    expect(delivered).toMatchObject({ webhookId: webhook.id, attemptCount: attempts });
    expect(delivered.attempts).toHaveLength(attempts);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array.from({ length: requests }, () => stored!.id),
    );
  },
);

test('a kill in the middle of a replay repeats none of its deliveries and loses none', async () => {
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  await using first = await startCrashing(directory.path, 'after the second step of a replay');
  await createWebhook(first, receiver.url);
  const count = 350;
  const body = Array.from({ length: count }, (_, order) => ({ type: 'order.paid', data: { order } }));
  await first.api('/events/batch', { method: 'POST', body });
  await receiver.waitFor(count);
  await eventually('all delivered', async () =>
    (await allListed(first, 'deliveries', 'state=delivered')).length === count ? true : undefined,
  );
  const plan = { states: ['delivered'] };
  const replay = await first.api<{ id: string }>('/replays', { method: 'POST', body: plan });
  expect(replay.body).toMatchObject({ state: 'running', count });
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

  await using second = await startPosthorn({ dataDir: directory.path });
  const done = await eventually('the end of the replay', async () => {
    const { body: shown } = await second.api<{ state: string }>(`/replays/${replay.body.id}`);
    return shown.state === 'completed' ? shown : undefined;
  });
  expect(done).toMatchObject({ done: count, skipped: 0, progress: 1 });
  const all = await eventually('all delivered again', async () => {
    const delivered = await allListed<{ id: string; redeliveryOf: string | null }>(
      second,
      'deliveries',
      'state=delivered',
    );
    return delivered.length === 2 * count ? delivered : undefined;
  });
  const originals = all.filter(({ redeliveryOf }) => redeliveryOf === null).map(({ id }) => id);
  const again = all.flatMap(({ redeliveryOf }) => redeliveryOf ?? []);
  expect(again.toSorted()).toEqual(originals.toSorted());
});
