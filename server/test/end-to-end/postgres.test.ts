// The server on PostgreSQL: what it accepts outlives its own death and the database's.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { steadyClock } from '../../src/clock.ts';
import { migrate } from '../../src/storage/postgres/migrate.ts';
import { migrations } from '../../src/storage/postgres/migrations/migrations.ts';
import { Pool } from '../../src/storage/postgres/pool.ts';
import { postgresEnvironment, testDatabase } from '../postgres/database.ts';
import { startPostgres } from '../postgres/server.ts';
import { runCommand } from '../process/command.ts';
import { launchPosthorn, startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { changeWebhook, createWebhook, delivery, eventually, isDelivered, publish } from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

test('DUR-04: what a killed server accepted and had not sent is delivered by the next one', async () => {
  await using database = await testDatabase();
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  const options = { env: database.env, dataDir: directory.path };
  await using first = await startPosthorn(options);
  const webhook = await createWebhook(first, receiver.url);
  const sent = await publish(first, 'order.paid', { order: 0 });
  await delivery(first, sent.id, isDelivered);
  await changeWebhook(first, webhook.id, { state: 'paused' });
  const events = await Promise.all(
    Array.from({ length: 200 }, (_, order) => publish(first, 'order.paid', { order })),
  );
  await first.kill9();

  await using second = await startPosthorn(options);
  await changeWebhook(second, webhook.id, { state: 'active' });
  await receiver.waitFor(201);
  for (const { id } of events) await delivery(second, id, isDelivered);
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids)).toEqual(new Set([sent, ...events].map(({ id }) => id)));
  expect((await second.stop()).code).toBe(0);
});

test('DBF-01: while the database is restarted again and again, publishers hear 503 at worst, and all they were promised arrives', async () => {
  await using postgres = await startPostgres();
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ env: postgresEnvironment(postgres.url('postgres')) });
  await createWebhook(posthorn, receiver.url);
  const publishing = publishSteadily(posthorn);
  for (let round = 0; round < 6; round++) {
    await sleep(500);
    await postgres.restart(round % 2 === 0 ? 'fast' : 'crash');
    await posthorn.ready(10_000);
  }
  const { accepted, statuses } = await publishing.stop();

  expect(statuses).toEqual(new Set([202, 503]));
  expect(accepted.length).toBeGreaterThan(50);
  const missing = () => {
    const arrived = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    return accepted.filter((id) => !arrived.has(id));
  };
  await eventually('all that was accepted', () => (missing().length === 0 ? true : undefined), 60_000);
  expect(posthorn.exit).toBeUndefined();
});

/** Eight publishers that repeat what was not accepted with the same key, until they are told to stop. */
function publishSteadily({ api }: Posthorn) {
  const accepted: string[] = [];
  const statuses = new Set<number>();
  let going = true;
  const publisher = async (name: number) => {
    for (let count = 0; going; count++) {
      const headers = { 'idempotency-key': `order-${name}-${count}` };
      const body = { type: 'order.paid', data: { order: count } };
      for (let status = 0; status !== 202;) {
        const answer = await api<{ id: string }>('/events', { method: 'POST', body, headers });
        ({ status } = answer);
        statuses.add(status);
        if (status === 202) accepted.push(answer.body.id);
        else await sleep(50);
      }
    }
  };
  const publishers = Promise.all(Array.from({ length: 8 }, (_, name) => publisher(name)));
  return {
    async stop() {
      going = false;
      await publishers;
      return { accepted, statuses };
    },
  };
}

test('a new password takes hold while the server runs, since several programs may have the database', async () => {
  await using database = await testDatabase();
  await using posthorn = await startPosthorn({ env: database.env });
  const signIn = async (password: string) => {
    const authorization = `Basic ${Buffer.from(`${posthorn.username}:${password}`).toString('base64')}`;
    return (await fetch(`${posthorn.url}/rest/api/webhooks`, { headers: { authorization } })).status;
  };
  expect(await signIn(posthorn.password)).toBe(200);
  const { exit } = await runCommand(['users', 'reset', posthorn.username], {
    ...database.env,
    POSTHORN_ADMIN_PASSWORD: 'another-password',
  });
  expect(exit.code).toBe(0);
  await eventually('the new password', async () =>
    (await signIn('another-password')) === 200 ? true : undefined,
  );
  expect(await signIn(posthorn.password)).toBe(401);
});

test('a server that a long transaction keeps from migrating says so once, ends when asked, and starts when it is over', async () => {
  await using database = await testDatabase();
  const pool = new Pool(database.url, {
    name: 'older',
    max: 1,
    statementMs: 30_000,
    lockMs: 0,
    connectMs: 5_000,
  });
  await pool.use((session) => migrate(session, steadyClock(), { steps: migrations.slice(0, -1) }));
  await pool.end();
  const waits = (posthorn: Posthorn) => posthorn.logs().match(/waiting for a transaction/g) ?? [];

  const transaction = await database.hold('LOCK TABLE migrations IN SHARE MODE');
  await using stopped = await launchPosthorn({ env: database.env });
  await expect.poll(() => waits(stopped), { timeout: 60_000 }).toHaveLength(1);
  expect(await stopped.stop()).toEqual({ code: 0, signal: null });

  await using started = await launchPosthorn({ env: database.env });
  await expect.poll(() => waits(started), { timeout: 60_000 }).toHaveLength(1);
  await transaction[Symbol.asyncDispose]();
  await started.ready();
  expect(waits(started)).toHaveLength(1);
});

test('without a master key it does not start, and says what to do', async () => {
  await using database = await testDatabase();
  const { exit, said } = await runCommand(['serve'], { POSTHORN_DATABASE_URL: database.url });
  expect(exit.code).not.toBe(0);
  expect(said).toMatch(/POSTHORN_MASTER_KEY is required with PostgreSQL/);
});

test('SEC-06: the password of the database is shown nowhere', async () => {
  const url = 'postgres://posthorn:s3cret-of-the-db@127.0.0.1:1/posthorn?sslmode=disable';
  const env = postgresEnvironment(url);
  const shown = await runCommand(['config'], env);
  expect(shown.said).toMatch('postgres://posthorn:****@127.0.0.1:1/posthorn?sslmode=disable');
  const { exit, said } = await runCommand(['serve'], env);
  expect(exit.code).not.toBe(0);
  expect(said).toMatch(/127\.0\.0\.1:1\/posthorn can't be used/);
  expect(shown.said + said).not.toMatch('s3cret-of-the-db');
});
