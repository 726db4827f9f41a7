import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { passOverContinue } from './unasked-continue.ts';

const proceed = 'HTTP/1.1 100 Continue\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\n\r\n';

test.each([
  ['is renamed where an answer is awaited', true, proceed + ok, proceed.replace('100', '102') + ok],
  ['is a body where an answer has begun', false, proceed, proceed],
  ['is a body behind a final head', true, ok + proceed, ok + proceed],
])('100 Continue %s', (_, awaitsAnswer, came, read) => {
  const socket = new PassThrough();
  passOverContinue(socket as unknown as Socket, () => awaitsAnswer);
  socket.write(came);
  expect((socket.read() as Buffer).toString()).toBe(read);
});
