import { expect, test, vi } from 'vitest';
import { createWebhook, deliveries, publish } from '../../test/end-to-end/given.ts';
import { isReady } from '../../test/process/command.ts';
import { freePort } from '../../test/process/free-port.ts';
import { startPosthorn, testEnvironment } from '../../test/process/posthorn.ts';
import { spawnPosthorn } from '../../test/process/posthorn-process.ts';
import { temporaryDirectory } from '../../test/process/temporary-directory.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 20 };

test('CON-10: SIGTERM stops readiness at once, lets 20 requests in flight end and be recorded, and exits with 0', async () => {
  await using receiver = await startReceiver(async () => {
    await slow.promise;
    return { status: 200 };
  });
  const slow = Promise.withResolvers<void>();
  await using posthorn = await startPosthorn();
  for (let index = 0; index < 5; index++) await createWebhook(posthorn, receiver.url);
  for (let index = 0; index < 4; index++) await publish(posthorn, 'invoice.paid');
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(20), patience);

  posthorn.signal('SIGTERM');
  await vi.waitFor(async () => expect(await isReady(posthorn.url)).toBe(false), patience);
  expect(posthorn.exit).toBeUndefined();
  slow.resolve();
  expect(await posthorn.exited).toEqual({ code: 0, signal: null });

  await using again = await startPosthorn({ dataDir: posthorn.dataDir });
  expect(await deliveries(again, 'state=delivered')).toHaveLength(20);
  expect(receiver.requests).toHaveLength(20);
});

test('CON-11: a second SIGTERM cuts what is in flight, records it, and exits with 0', async () => {
  await using receiver = await startReceiver(() => new Promise(() => {}));
  await using posthorn = await startPosthorn();
  await createWebhook(posthorn, receiver.url);
  await publish(posthorn, 'invoice.paid');
  await receiver.waitFor(1);
  posthorn.signal('SIGTERM');
  await vi.waitFor(async () => expect(await isReady(posthorn.url)).toBe(false), patience);
  expect(posthorn.exit).toBeUndefined();
  posthorn.signal('SIGTERM');
  expect(await posthorn.exited).toEqual({ code: 0, signal: null });
});

test('CON-11: SIGTERM at any moment of the start ends it with 0 and leaves a database that starts', async () => {
  await using directory = await temporaryDirectory();
  const port = await freePort();
  for (const afterMs of [250, 350, 450, 600, 800]) {
    const server = spawnPosthorn(['serve'], {
      cwd: directory.path,
      env: testEnvironment(directory.path, port),
    });
    setTimeout(() => server.signal('SIGTERM'), afterMs);
    const exit = await server.exited;
    // Before Node has run the first line nobody can take a signal: then the system ends the process.
    expect([
      { code: 0, signal: null },
      { code: null, signal: 'SIGTERM' },
    ]).toContainEqual(exit);
  }
  await using posthorn = await startPosthorn({ dataDir: directory.path, port });
  expect((await posthorn.api('/webhooks')).status).toBe(200);
});
