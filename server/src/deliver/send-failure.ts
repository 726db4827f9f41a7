// What an error of undici, Node or OpenSSL during an exchange means to people. No text names an address.

import { exhausted } from './egress/failure.ts';
import type { FailureOutcome } from './egress/failure.ts';
import { tlsFailure } from './egress/tls-failure.ts';

export function exchangeFailure(error: NodeJS.ErrnoException): FailureOutcome {
  const code = error.code ?? '';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failure('headers_overflow', "The answer's headers are larger than 16 KiB");
  }
  if (unsendable.has(code)) {
    return failure('request_invalid', 'The URL or a header of the webhook can not be sent');
  }
  const exhaustion = exhausted(code);
  if (exhaustion !== undefined) return exhaustion.outcome;
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return tlsFailure(error).outcome;
  const unasked = notAsked.get(error.message);
  if (unasked !== undefined)
    return failure('bad_response', `The answer is ${unasked}, which nobody asked for`);
  if (lost.has(code)) {
    return failure('connection_lost', 'The connection was closed before a complete answer came');
  }
  return failure('bad_response', 'The answer is not valid HTTP/1.1');
}

const unsendable = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

const lost = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_INFO',
  'UND_ERR_ABORTED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** The messages of `UND_ERR_SOCKET` for answers that end the connection. */
const notAsked = new Map([
  ['bad response', '100 Continue'],
  ['bad upgrade', '101 Switching Protocols'],
]);

function failure(
  reason: Extract<FailureOutcome, { kind: 'error' }>['reason'],
  detail: string,
): FailureOutcome {
  return { kind: 'error', reason, detail };
}
