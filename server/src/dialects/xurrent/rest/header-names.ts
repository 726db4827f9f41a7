// Every header's name in lower case on the wire, as in the original since 2024-10 (specification §2.3).

import type { FastifyInstance } from 'fastify';
import { secondMs, type Clock } from '../../../domain/clock.ts';

/** Node adds three headers, whose names it writes with capitals, wherever they are not there yet. */
export function lowerCaseNames(app: FastifyInstance, clock: Pick<Clock, 'wall'>): void {
  app.addHook('onSend', async (_, reply, payload) => {
    const ends = reply.getHeader('connection') === 'close' || !reply.raw.shouldKeepAlive;
    void reply.headers({
      date: new Date(clock.wall()).toUTCString(),
      connection: ends ? 'close' : 'keep-alive',
      ...(!ends && { 'keep-alive': `timeout=${Math.floor(app.server.keepAliveTimeout / secondMs)}` }),
    });
    return payload;
  });
}
