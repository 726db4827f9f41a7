// What a 202 promises, watched from outside: system calls, failing and full disks.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { attachStrace, noStrace } from '../process/strace.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { createWebhook, deliveries, delivery, eventually, isDelivered, publish } from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

test('DUR-01: the log is on disk before the first byte of the 202 leaves', async ({ skip }) => {
  skip(noStrace !== undefined, noStrace);
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ dataDir: directory.path });
  await createWebhook(posthorn, receiver.url);
  const calls = join(directory.path, 'calls');
  await using _ = await attachStrace(posthorn.pid, {
    trace: 'read,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync',
    output: calls,
  });

  await publish(posthorn, 'order.paid', { marker: 'DUR-01' });
  const lines = await eventually('the 202 in the calls', () => {
    const seen = existsSync(calls) ? readFileSync(calls, 'utf8').split('\n') : [];
    return seen.some((line) => line.includes('HTTP/1.1 202')) ? seen : undefined;
  });

  const asked = lines.findIndex((line) => line.includes('POST /api/v1/events'));
  const answered = lines.findIndex((line) => line.includes('HTTP/1.1 202'));
  expect(asked).toBeGreaterThan(-1);
  expect(asked).toBeLessThan(answered);
  expect(synced(lines.slice(asked, answered), /posthorn\.db-wal>/)).toBeGreaterThan(0);
});

test('DUR-12: when fsync fails, the event is not accepted and the server ends; what it accepted before is there', async ({
  skip,
}) => {
  skip(noStrace !== undefined, noStrace);
  await using directory = await temporaryDirectory();
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ dataDir: directory.path });
  await createWebhook(posthorn, receiver.url);
  const before = await publish(posthorn, 'order.paid', { number: 1 });
  await delivery(posthorn, before.id, isDelivered);
  const after = { method: 'POST', body: { type: 'order.paid', data: { number: 2 }, id: 'order-2' } };
  {
    await using _ = await attachStrace(posthorn.pid, {
      trace: 'fsync,fdatasync',
      file: join(directory.path, 'posthorn.db-wal'),
      inject: 'error=EIO',
    });
    const answer = await posthorn.api('/events', after).catch(() => undefined);
    expect(answer?.status ?? 503).toBeGreaterThanOrEqual(500);
    const exit = await posthorn.exited;
    expect(exit.code).toBeGreaterThan(0);
  }

  await using again = await startPosthorn({ dataDir: directory.path });
  expect((await again.api(`/events/${before.id}`)).status).toBe(200);
  const accepted = await again.api<{ id: string }>('/events', after);
  expect(accepted.status).toBe(202);
  await delivery(again, accepted.body.id, isDelivered);
  const second = receiver.requests.filter(({ body }) => body.includes('"number":2'));
  expect(new Set(second.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([accepted.body.id]));
});

test('DUR-10, OPS-01: a full disk refuses events and loses none; with space again it goes on by itself', async ({
  skip,
}) => {
  await using disk = await smallDisk('6m');
  skip(disk === undefined, 'a tmpfs can not be mounted here');
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ dataDir: disk!.path });
  await createWebhook(posthorn, receiver.url);

  const { accepted, refusal } = await publishUntilRefused(posthorn);
  expect([503, 507]).toContain(refusal.status);
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(`${posthorn.url}/health`)).status).toBe(200);
  disk!.grow('64m');
  const next = await eventually('a 202 after the disk grew', async () => {
    const answer = await publishLarge(posthorn);
    return answer.status === 202 ? answer : undefined;
  });

  accepted.push(next.body.id);
  await eventually('all deliveries', async () =>
    (await deliveries(posthorn, 'state=scheduled')).length === 0 ? true : undefined,
  );
  expect((await fetch(`${posthorn.url}/ready`)).status).toBe(200);
  expect(posthorn.exit).toBeUndefined();
  const received = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
  expect(accepted.filter((id) => !received.has(id))).toEqual([]);
});

/** How many fsyncs of a file ended well within these lines; a call may be cut in two by those of other threads. */
function synced(lines: readonly string[], file: RegExp): number {
  const begun = new Set<string>();
  let count = 0;
  for (const line of lines) {
    const thread = line.split(' ', 1)[0]!;
    const whole = /f(data)?sync\(.*\) += 0/.test(line);
    if (/f(data)?sync\(/.test(line) && file.test(line)) {
      if (whole) count++;
      else begun.add(thread);
    } else if (/f(data)?sync resumed.*= 0/.test(line) && begun.delete(thread)) count++;
  }
  return count;
}

/** The ids of the accepted events, and the first answer that is no 202. */
async function publishUntilRefused(posthorn: Posthorn) {
  const accepted: string[] = [];
  for (;;) {
    const answer = await publishLarge(posthorn);
    if (answer.status !== 202) return { accepted, refusal: answer };
    accepted.push(answer.body.id);
  }
}

function publishLarge({ api }: Posthorn) {
  const body = { type: 'order.paid', data: { text: 'x'.repeat(50_000) } };
  return api<{ id: string }>('/events', { method: 'POST', body });
}

type Disk = TemporaryDirectory & { grow(size: string): void };

/** A file system in memory of a given size; undefined where mounting is not allowed. */
async function smallDisk(size: string): Promise<Disk | undefined> {
  const directory = await temporaryDirectory();
  const mount = (...args: string[]) => spawnSync('mount', [...args, directory.path]).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs')) {
    await directory[Symbol.asyncDispose]();
    return undefined;
  }
  return {
    path: directory.path,
    grow: (larger) => expect(mount('-o', `remount,size=${larger}`)).toBe(true),
    async [Symbol.asyncDispose]() {
      spawnSync('umount', [directory.path]);
      await directory[Symbol.asyncDispose]();
    },
  };
}
