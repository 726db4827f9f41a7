import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createWebhook, publish } from '../../test/end-to-end/given.ts';
import { isReady } from '../../test/process/command.ts';
import { freePort } from '../../test/process/free-port.ts';
import { peakMiB } from '../../test/process/peak-memory.ts';
import { program } from '../../test/process/posthorn-process.ts';
import { startPosthorn, testEnvironment, type Posthorn } from '../../test/process/posthorn.ts';
import { temporaryDirectory } from '../../test/process/temporary-directory.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 20 };

const token = 'administrator-of-these-tests';

test('SEC-07: SIGUSR1 opens no inspector', async () => {
  await using posthorn = await startPosthorn();
  posthorn.signal('SIGUSR1');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('egress settings read again'), patience);
  expect(posthorn.logs()).not.toMatch(/debugger|inspector/i);
  const inspector = connect(9229, '127.0.0.1');
  const [error] = (await once(inspector, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('SIGHUP reads .env again: what is opened there may be reached, and a bad file changes nothing', async () => {
  await using receiver = await startReceiver();
  await using posthorn = await startPosthorn({ env: { POSTHORN_EGRESS_ALLOW_CIDRS: '' } });
  const create = () => posthorn.api('/webhooks', { method: 'POST', body: nativeWebhook(receiver.url) });
  expect((await create()).status).toBe(422);

  await writeFile(join(posthorn.dataDir, '.env'), 'POSTHORN_EGRESS_ALLOW_CIDRS=127.0.0.0/8\n');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('egress settings read again'), patience);
  expect(posthorn.logs()).toContain('"opened":"127.0.0.0/8"');
  expect((await create()).status).toBe(201);

  await writeFile(join(posthorn.dataDir, '.env'), 'POSTHORN_EGRESS_ALLOW_CIDRS=nonsense\n');
  posthorn.signal('SIGHUP');
  await vi.waitFor(() => expect(posthorn.logs()).toContain('settings not read again'), patience);
  expect((await create()).status).toBe(201);
});

test('OPS-06: while nobody reads the standard output, or its disk is full, deliveries go on', async () => {
  await using receiver = await startReceiver();
  const full = openSync('/dev/full', 'w');
  for (const output of ['pipe', full] as const) {
    await using directory = await temporaryDirectory();
    const port = await freePort();
    const env = {
      ...testEnvironment(directory.path, port),
      POSTHORN_ADMIN_TOKEN: token,
      POSTHORN_LOG_LEVEL: 'debug',
    };
    // What goes into the pipe stays there: nothing reads it.
    const server = spawn(process.execPath, [program, 'serve'], {
      cwd: directory.path,
      env,
      stdio: ['ignore', output, 'ignore'],
    });
    const ended = once(server, 'exit');
    const url = `http://127.0.0.1:${port}`;
    const posthorn = { api: administratorOf(url) };
    await vi.waitFor(async () => expect(await isReady(url)).toBe(true), patience);
    const before = receiver.requests.length;
    for (let index = 0; index < 40; index++) await createWebhook(posthorn, receiver.url);
    for (let index = 0; index < 10; index++) await publish(posthorn, 'invoice.paid');
    await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThanOrEqual(before + 400), patience);
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
  closeSync(full);
});

test('SEC-08, SEC-06: no secret of a webhook or of the administrator appears in the log', async () => {
  await using receiver = await startReceiver(() => ({ status: 500 }));
  await using posthorn = await startPosthorn({ env: { POSTHORN_LOG_LEVEL: 'trace' } });
  const url = `${receiver.url}/path-secret?token=query-secret`;
  const created = await posthorn.api<{ secret: string }>('/webhooks', {
    method: 'POST',
    body: { ...nativeWebhook(url), headers: { 'X-Api-Key': 'header-secret' } },
  });
  const body = { type: 'invoice.paid', data: { note: 'payload-secret' } };
  await posthorn.api('/events', { method: 'POST', body });
  await receiver.waitFor(1);
  await vi.waitFor(() => expect(posthorn.logs()).toContain('delivery.attempted'), patience);
  await posthorn.stop();
  for (const secret of [posthorn.token, posthorn.password, created.body.secret, '-secret']) {
    expect(posthorn.logs()).not.toContain(secret);
  }
});

test('SAVE_MEMORY: the same work takes less memory', async () => {
  await using receiver = await startReceiver();
  const [usual, saving] = [await peakOf(receiver.url, 'false'), await peakOf(receiver.url, 'true')];
  expect(saving).toBeLessThan(usual);
});

test('SAVE_MEMORY: the same process goes on with its flags in force, and stops as any other', async () => {
  await using posthorn = await startPosthorn({
    env: { POSTHORN_SAVE_MEMORY: 'true' },
    nodeArguments: ['--trace-uncaught'],
  });
  const launched = readFileSync(`/proc/${posthorn.pid}/cmdline`, 'utf8').split('\0');
  expect(launched.filter((argument) => /semi-space|growing|trace/.test(argument))).toEqual([
    '--max-semi-space-size=4',
    '--heap-growing-percent=50',
    '--trace-uncaught',
  ]);
  expect(posthorn.logs()).not.toContain('Warning');
  expect(await posthorn.stop()).toEqual({ code: 0, signal: null });
});

/** The most memory that a server held which delivered twelve thousand events: enough that garbage counts. */
async function peakOf(url: string, saveMemory: string): Promise<number> {
  await using posthorn = await startPosthorn({ env: { POSTHORN_SAVE_MEMORY: saveMemory } });
  await createWebhook(posthorn, url, { eventTypes: ['invoice.*'] });
  const data = { text: 'x'.repeat(4_000) };
  const body = Array.from({ length: 200 }, () => ({ type: 'invoice.paid', data }));
  for (let batch = 0; batch < 60; batch++) {
    expect((await posthorn.api('/events/batch', { method: 'POST', body })).status).toBe(202);
  }
  await vi.waitFor(async () => {
    const { body: waiting } = await posthorn.api<{ data: unknown[] }>('/deliveries?state=scheduled&limit=1');
    expect(waiting.data).toEqual([]);
  }, patience);
  return peakMiB(posthorn.pid);
}

function nativeWebhook(url: string) {
  return { name: 'Test', url, eventTypes: ['invoice.*'] };
}

function administratorOf(url: string): Posthorn['api'] {
  return async (path, { method = 'GET', body } = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as never };
  };
}

test('`npm run dev`: a server that Node watches starts and stops as any other', async () => {
  await using posthorn = await startPosthorn({ nodeArguments: ['--watch'] });
  expect((await posthorn.api('/webhooks')).status).toBe(200);
  await posthorn.stop();
  await expect(fetch(`${posthorn.url}/health`)).rejects.toThrow(/fetch failed/);
});
