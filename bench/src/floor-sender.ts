// The thread of the floor that sends: the client of the raw loop, and an account of each answer.

import { parentPort, workerData } from 'node:worker_threads';
import { Pool, type Dispatcher } from 'undici';

export type FloorRequest = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly webhook: number;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
};
export type FloorResult = {
  readonly deliveryId: string;
  readonly status: number;
  readonly durationMs: number;
  readonly headers: string;
};

const { receiverUrl } = workerData as { readonly receiverUrl: string };
const pool = new Pool(new URL(receiverUrl).origin, { connections: 100, pipelining: 1 });
let ended: FloorResult[] = [];

parentPort!.on('message', (requests: readonly FloorRequest[]) => {
  for (const request of requests) send(request);
});

function send({ deliveryId, eventId, webhook, timestamp, signature, body }: FloorRequest): void {
  const begunAt = performance.now();
  let answer = { status: 0, headers: '' };
  const end = () => tell({ deliveryId, durationMs: performance.now() - begunAt, ...answer });
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_, status, headers) {
      answer = { status, headers: JSON.stringify(headers) };
    },
    onResponseData() {},
    onResponseEnd: end,
    onResponseError: end,
  };
  pool.dispatch(
    {
      method: 'POST',
      path: `/hook/${webhook}`,
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': eventId,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    },
    handler,
  );
}

/** What ends in one turn of the event loop crosses to the other thread together. */
function tell(result: FloorResult): void {
  if (ended.push(result) > 1) return;
  setImmediate(() => {
    parentPort!.postMessage(ended, []);
    ended = [];
  });
}
