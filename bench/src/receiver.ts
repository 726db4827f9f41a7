// The receiver of the throughput benchmarks: reads every request whole, answers 200, and counts.

import { createServer, type AddressInfo } from 'node:net';
import { cutMessages } from './http-frames.ts';
import { answerOrders } from './program.ts';

export type ReceiverOrder = { readonly kind: 'count' };
export type ReceiverAnswer = { readonly url: string; readonly received: number };

const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
let received = 0;

const server = createServer({ noDelay: true }, (socket) => {
  const cut = cutMessages(() => {
    received++;
    socket.write(answer);
  });
  socket.on('data', cut);
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  answerOrders(async (): Promise<ReceiverAnswer> => ({ url: `http://127.0.0.1:${port}`, received }));
});
