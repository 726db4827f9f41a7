import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { steadyClock } from '../clock.ts';
import { Connections } from './egress/connections.ts';
import { closedPolicy } from './egress/policy.ts';
import { exchange } from './send-exchange.ts';
import { Cuts, Span } from './send-span.ts';

test('HOS-16: a kept connection that closes before the request is written is replaced unseen', async () => {
  const clock = steadyClock();
  const connections = new Connections(clock);
  await using receiver = await startReceiver();

  async function openConnection() {
    const socket = connect(receiver.port, '127.0.0.1');
    await once(socket, 'connect');
    return connections.add('key', receiver.url, { socket, wire: socket }, closedPolicy);
  }
  function post(kept: Awaited<ReturnType<typeof openConnection>>[]) {
    const request = { method: 'POST' as const, url: receiver.url, headers: {}, body: Buffer.from('x') };
    return exchange(request, '/', new Span(clock, 5_000, new Cuts(), new AbortController().signal), {
      connections,
      reuse: () => kept.pop(),
      connect: openConnection,
      onRefused: () => undefined,
      wall: () => clock.wall(),
      inspects: false,
    });
  }

  const connection = await openConnection();
  expect((await post([connection])).outcome).toEqual({ kind: 'success', status: 200 });
  connection.socket.destroy();
  const second = await post([connection]);

  expect(second.outcome).toEqual({ kind: 'success', status: 200 });
  expect(second).not.toHaveProperty('staleConnection');
  expect(receiver.connections).toBe(2);
  expect(receiver.requests).toHaveLength(2);
  await connections.close();
});
