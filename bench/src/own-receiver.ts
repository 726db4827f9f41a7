// The receiver where there is no nginx: reads every request whole and answers 200.

import { createServer, type AddressInfo } from 'node:net';
import { cutMessages } from './http-frames.ts';
import { answerOrders } from './program.ts';

export type ReceiverAnswer = { readonly url: string };

const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

const server = createServer({ noDelay: true }, (socket) => {
  const cut = cutMessages(() => socket.write(answer));
  socket.on('data', cut);
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  answerOrders(async (): Promise<ReceiverAnswer> => ({ url: `http://127.0.0.1:${port}` }));
});
