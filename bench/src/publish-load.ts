// The publisher of the throughput benchmarks: keeps every connection busy with one publish after the other.

import { connect, type Socket } from 'node:net';
import { cutMessages } from './http-frames.ts';
import { body1k } from './payload.ts';
import { answerOrders } from './program.ts';

export type PublishOrder = {
  readonly port: number;
  readonly token: string;
  readonly connections: number;
  /** Events in a request; 1 publishes singly. */
  readonly batch: number;
  readonly durationMs: number;
};
export type PublishAnswer = {
  readonly requests: number;
  readonly events: number;
  /** Answers other than 202. */
  readonly refused: number;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
};

answerOrders(async (order: PublishOrder): Promise<PublishAnswer> => {
  const request = publishRequest(order);
  const startedAt = performance.now();
  const counts = { requests: 0, refused: 0 };
  const endAt = startedAt + order.durationMs;
  await Promise.all(
    Array.from({ length: order.connections }, () => publishUntil(order.port, request, endAt, counts)),
  );
  return { ...counts, events: counts.requests * order.batch, elapsedMs: performance.now() - startedAt };
});

/** One connection's loop: an answer is followed by the next request until the time is over. */
async function publishUntil(
  port: number,
  request: Buffer,
  endAt: number,
  counts: { requests: number; refused: number },
): Promise<void> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const cut = cutMessages((message) => {
      if (isAccepted(message)) counts.requests++;
      else counts.refused++;
      if (performance.now() < endAt) socket.write(request);
      else socket.end(resolve);
    });
    socket.on('data', cut);
    socket.once('error', reject);
    socket.once('connect', () => socket.write(request));
  });
}

function isAccepted(message: Buffer): boolean {
  return message.toString('latin1', 9, 12) === '202';
}

function publishRequest({ port, token, batch }: PublishOrder): Buffer {
  const event = `{"type":"bench.event","data":${body1k}}`;
  const body = batch === 1 ? event : `[${Array.from({ length: batch }, () => event).join(',')}]`;
  return Buffer.from(
    [
      `POST /api/v1/events${batch === 1 ? '' : '/batch'} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
