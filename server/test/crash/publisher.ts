// The publisher of the crash rounds: asks again with the same key until every event that it means to publish is accepted.

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Random } from '../../src/domain/random.ts';
import type { Intent, Ledger } from './ledger.ts';

export interface Publisher {
  /** Begins nothing new, and resolves once all that was begun is accepted. */
  finish(): Promise<void>;
}

export type PublisherOptions = {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  /** Mean pause of a connection between two publishes. */
  readonly pauseMs: number;
};

const types = ['order.paid', 'order.shipped', 'page_created', 'user.left'];
const answerWithinMs = 15_000;

export function startPublisher(ledger: Ledger, random: Random, options: PublisherOptions): Publisher {
  const pool = new Pool(options.url, { connections: options.connections });
  let publishing = true;
  let count = 0;

  async function publishOn(): Promise<void> {
    while (publishing) {
      const draw = random.fraction();
      if (draw < 0.05) await publishBatch(2 + Math.floor(20 * random.fraction()));
      else await publishOne(draw < 0.5 ? 'publisher id' : 'idempotency key');
      await sleep(2 * options.pauseMs * random.fraction());
    }
  }

  async function publishOne(how: 'publisher id' | 'idempotency key'): Promise<void> {
    const { intent, data } = newIntent();
    const id = how === 'publisher id' ? `,"id":"${intent.key}"` : '';
    const body = `{"type":"${intent.type}"${id},"data":${data}}`;
    const key = how === 'idempotency key' ? intent.key : null;
    const repeat = random.fraction() < 0.05 ? 2 : 1;
    for (let time = 0; time < repeat; time++) {
      const answer = await accepted<{ id: string }>('/api/v1/events', body, key);
      if (answer !== undefined) ledger.acked(intent, answer.id);
    }
  }

  async function publishBatch(size: number): Promise<void> {
    const events = Array.from({ length: size }, newIntent);
    const body = `[${events.map(({ intent, data }) => `{"type":"${intent.type}","data":${data}}`).join(',')}]`;
    const key = `batch-${events[0]!.intent.key}`;
    const answer = await accepted<{ events: { id: string }[] }>('/api/v1/events/batch', body, key);
    for (const [index, { id }] of answer?.events.entries() ?? []) ledger.acked(events[index]!.intent, id);
  }

  function newIntent(): { readonly intent: Intent; readonly data: string } {
    const key = `k${count++}`;
    const data = `{"key":"${key}", "amount":1.0, "n":12345678901234567890,"text":"\\u00e9 é ${'x'.repeat(Math.floor(600 * random.fraction()))}"}`;
    const dataSha256 = createHash('sha256').update(data).digest('hex');
    const type = types[Math.floor(types.length * random.fraction())]!;
    const intent: Intent = { key, type, dataSha256, ackedAs: null };
    ledger.intent(intent);
    return { intent, data };
  }

  /** Asks until it gets a 202; an answer that no fault explains is a problem and ends the asking. */
  async function accepted<Answer>(
    path: string,
    body: string,
    key: string | null,
  ): Promise<Answer | undefined> {
    const headers = {
      authorization: `Bearer ${options.token}`,
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
    };
    for (;;) {
      const answer = await post(path, body, headers);
      if (answer?.status === 202) return JSON.parse(answer.text) as Answer;
      if (answer !== undefined && answer.status !== 503) {
        ledger.problem(`publishing got ${answer.status}: ${answer.text}`);
        return undefined;
      }
      await sleep(10 + 30 * random.fraction());
    }
  }

  /** Undefined when the outcome is unknown: the connection broke, or no answer came. */
  async function post(path: string, body: string, headers: Record<string, string>) {
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const response = await pool.request({ method: 'POST', path, body, headers, signal });
      return { status: response.statusCode, text: await response.body.text() };
    } catch {
      return undefined;
    }
  }

  const loops = Promise.all(Array.from({ length: options.connections }, publishOn));
  return {
    async finish() {
      publishing = false;
      await loops;
      await pool.destroy();
    },
  };
}
