// Reads what is left of a refused request before its connection closes, so that the refusal reaches its client.

import type { IncomingMessage } from 'node:http';
import { secondMs } from '../domain/clock.ts';

const bytesMax = 32 * 1024 * 1024;
const wholeMs = 10 * secondMs;
/** Who sends nothing for so long waits for the answer. */
const silenceMs = 2 * secondMs;

/**
 * Throws the rest of the body away: a connection that is closed with bytes unread is reset, and the reset overtakes the
 * answer (RFC 9112 §9.6). Resolves at the end of the body, or when it has gone on for 32 MiB or 10 s or has paused for
 * 2 s: who sends more than that may miss the answer.
 */
export async function readToEnd(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const { promise: enough, resolve: stop } = Promise.withResolvers<void>();
  const whole = setTimeout(stop, wholeMs);
  const silence = setTimeout(stop, silenceMs);
  let bytes = 0;
  const count = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    silence.refresh();
    if (bytes > bytesMax) stop();
  };
  request.on('data', count).once('end', stop).once('close', stop).once('error', stop);
  await enough;
  request.off('data', count).off('end', stop).off('close', stop).off('error', stop);
  clearTimeout(whole);
  clearTimeout(silence);
}
