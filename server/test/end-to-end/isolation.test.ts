// One receiver's trouble is nobody else's: with real connections that hang.

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { createWebhook, deliveries, delivery, publish } from './given.ts';

vi.setConfig({ testTimeout: 120_000 });

test('FAI-03, OPS-01: while fifty webhooks hang, a healthy one gets everything and the server stays ready', async () => {
  await using silent = await startSilent();
  await using healthy = await startReceiver();
  await using posthorn = await startPosthorn({ env: { POSTHORN_DELIVERY_CONCURRENCY: '64' } });
  for (let count = 0; count < 50; count++)
    await createWebhook(posthorn, `${silent.url}/${count}`, { timeoutMs: 30_000 });
  const webhook = await createWebhook(posthorn, healthy.url);

  for (let count = 0; count < 60; count++) await publish(posthorn, 'order.paid', { count });
  await healthy.waitFor(60);

  expect(silent.connections).toBeGreaterThan(0);
  const attempted = await deliveries(posthorn, 'outcome=error');
  expect(attempted.filter(({ webhookId }) => webhookId !== webhook.id)).toEqual([]);
  expect((await fetch(`${posthorn.url}/ready`)).status).toBe(200);
  expect((await fetch(`${posthorn.url}/health`)).status).toBe(200);
});

test('HOS-09: a receiver that takes the connection and says nothing costs one attempt and its deadline', async () => {
  await using silent = await startSilent();
  await using posthorn = await startPosthorn();
  await createWebhook(posthorn, silent.url, { timeoutMs: 1_000 });
  const event = await publish(posthorn, 'order.paid');

  const { state, attempts } = await delivery(posthorn, event.id, ({ attemptCount }) => attemptCount === 1);

  expect(state).toBe('scheduled');
  expect(attempts).toMatchObject([
    { outcome: 'error', status: null, error: expect.stringMatching(/timeout/) },
  ]);
});

/** Accepts connections, reads what comes, and never answers. */
async function startSilent() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
