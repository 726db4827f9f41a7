// `100 Continue` that nobody asked for is passed over like every interim answer (RFC 9110 §15.2).
//
// Undici ends the connection at it. It passes over `102 Processing`, which says no more than that the answer is still to come.

import type { Socket } from 'node:net';

const end = Buffer.from('\r\n\r\n');
const zero = 0x30;
const one = 0x31;
const two = 0x32;

/** `awaitsAnswer` tells whether what is read next is the head of an answer. */
export function passOverContinue(socket: Socket, awaitsAnswer: () => boolean): void {
  const read = socket.read.bind(socket);
  const readAnswer = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    if (chunk !== null && awaitsAnswer()) renameContinue(chunk);
    return chunk;
  };
  socket.read = readAnswer;
}

/** Of all interim answers that stand at the beginning. One whose first bytes come in pieces stays what it is. */
function renameContinue(chunk: Buffer): void {
  let at = 0;
  while (isInterim(chunk, at)) {
    if (chunk[at + 10] === zero && chunk[at + 11] === zero) chunk[at + 11] = two;
    const endsAt = chunk.indexOf(end, at);
    if (endsAt === -1) return;
    at = endsAt + end.length;
  }
}

/** Nearly every answer is told apart by the first digit of its status. */
function isInterim(chunk: Buffer, at: number): boolean {
  return chunk[at + 9] === one && /^HTTP\/1\.1 1\d\d[ \r]/.test(chunk.toString('latin1', at, at + 13));
}
