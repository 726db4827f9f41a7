// The yardstick: one process that does nothing but sign a 1 KB body and post it, with the fastest client there is.

import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { Pool, type Dispatcher } from 'undici';
import { body1k } from './payload.ts';
import { answerOrders } from './program.ts';

export type RawLoopOrder = {
  readonly url: string;
  readonly connections: number;
  readonly durationMs: number;
};
export type RawLoopAnswer = { readonly perSecond: number };

const key = createSecretKey(randomBytes(24));
const body = Buffer.from(`{"type":"bench.event","timestamp":"${new Date().toISOString()}","data":${body1k}}`);

answerOrders(async ({ url, connections, durationMs }: RawLoopOrder): Promise<RawLoopAnswer> => {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const loop = postForever(pool, connections);
  await loop.during(durationMs / 4);
  const perSecond = (await loop.during(durationMs)) / (durationMs / 1_000);
  await pool.destroy();
  return { perSecond };
});

function postForever(pool: Pool, inFlight: number): { during(ms: number): Promise<number> } {
  let done = 0;
  let id = 0;

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd() {
      done++;
      post();
    },
    onResponseError() {},
  };

  function post(): void {
    if (pool.destroyed) return;
    const messageId = `evt_${id++}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', key)
      .update(`${messageId}.${timestamp}.`)
      .update(body)
      .digest('base64');
    pool.dispatch(
      {
        method: 'POST',
        path: '/raw',
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': messageId,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
      },
      handler,
    );
  }

  for (let each = 0; each < inFlight; each++) post();
  return {
    async during(ms) {
      const before = done;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return done - before;
    },
  };
}
