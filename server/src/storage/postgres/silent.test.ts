// A node that falls silent inside a transaction, frozen or cut off, holds up the others for no longer than they wait for locks.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../../test/postgres/fault-proxy.ts';
import { database, openOwnStore, store } from '../../../test/postgres/own-store.ts';
import { openStore, type OpenStore } from '../../../test/postgres/store.ts';
import { dayMs } from '../../domain/clock.ts';
import { again } from './again.ts';
import { Pool } from './pool.ts';
import { inTransaction, setLocally } from './session.ts';
import { aChange, aDelivery, anEntry, anEvent, aWebhook, now, routed, succeeded } from '../contract/given.ts';

openOwnStore();

const longAgo = now - 400 * dayMs;

async function publish(webhookId: string, orderingKey: string | null) {
  const event = anEvent();
  const delivery = aDelivery(event, { id: webhookId }, { orderingKey });
  await store.publish(anEntry([routed(event, [delivery])]));
  return delivery;
}

/** What is asked of another node, which falls silent at this. */
type Silent = (far: OpenStore, webhookId: string) => Promise<unknown>;

test.each<[string, string, Silent, (webhookId: string) => Promise<unknown>]>([
  [
    'removes what is over keeps nobody from publishing',
    'FROM events_other e WHERE accepted_at',
    (far) => far.purge(longAgo, longAgo, 10),
    (id) => publish(id, null),
  ],
  [
    'records what stands in line, behind a pooler, keeps nobody from publishing into the line',
    'COMMIT',
    async (far, id) => far.record({ results: [succeeded(await publish(id, 'k'))], health: new Map() }),
    (id) => publish(id, 'k'),
  ],
  [
    'changes what people manage keeps nobody from changing something',
    'COMMIT',
    (far) => far.createWebhook(aWebhook(), { kind: 'none' }, aChange()),
    () => store.createWebhook(aWebhook(), { kind: 'none' }, aChange()),
  ],
])('a node that falls silent while it %s', async (_, freezesAt, act, goesOn) => {
  const { id } = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  await using proxy = await startFaultProxy(Number(new URL(database.url).port), { asPooler: true });
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await using far = await openStore(url.href);
  proxy.freezesAt = freezesAt;
  const silent = act(far, id).catch((error: unknown) => error);
  await expect.poll(() => proxy.freezesAt).toBeNull();
  await expect(goesOn(id)).resolves.toBeDefined();
  proxy.cut();
  await silent;
});

test.each([
  ['hears of it before it commits', () => sleep(300)],
  [
    'is at work until it commits',
    () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300),
  ],
])('a transaction that was over since its node was silent, which %s, is tried again', async (_, beSilent) => {
  const pool = new Pool(database.url, {
    name: 'silent',
    max: 1,
    statementMs: 5_000,
    lockMs: 1_000,
    connectMs: 5_000,
  });
  let tries = 0;
  const answer = await again(() =>
    pool.use((session) =>
      inTransaction(session, async () => {
        if (++tries === 1) {
          await setLocally(session, { idle_in_transaction_session_timeout: '20' });
          await beSilent();
        }
        return tries;
      }),
    ),
  );
  expect(answer).toBe(2);
  await pool.end();
});
