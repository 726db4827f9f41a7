// Sends the answer of a POST that may be a repetition of an earlier one.

import type { FastifyReply } from 'fastify';
import type { OnceAnswer } from '../../../api/idempotency.ts';

export function sendOnce(reply: FastifyReply, { status, body, repeated }: OnceAnswer): FastifyReply {
  if (repeated) reply.header('idempotency-replayed', 'true');
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}
