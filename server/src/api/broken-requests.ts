// Answers to what never became a request: bytes that are no HTTP, heads that came too slowly, paths that can't be decoded.

import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from './errors.ts';
import { safeHeaders } from './guard-requests.ts';
import { renderProblem } from './problem.ts';

/** Writes the answer on the bare connection and ends it. */
export function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = statusOf(error.code);
  const body = JSON.stringify({
    title: reason,
    status,
    code: 'bad_request',
    detail: `${reason}: this is no request that can be answered`,
    requestId,
  });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    ...Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function statusOf(code: string | undefined): readonly [number, string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'Request Timeout'];
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Request Header Fields Too Large'];
    default:
      return [400, 'Bad Request'];
  }
}

/** A path that can't be decoded reaches no part of the server, so that nobody else renders its refusal. */
export function answerBrokenUrl(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOf(error);
  const declined =
    refusal === undefined ? ({ kind: 'fault' } as const) : ({ kind: 'refusal', refusal } as const);
  const { status, contentType, body } = renderProblem(declined, request.id);
  void reply
    .status(status)
    .headers({ ...safeHeaders, 'x-request-id': request.id })
    .type(contentType)
    .send(JSON.stringify(body));
}
