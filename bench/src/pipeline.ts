// The whole pipeline under load: HTTP publish → durable commit → signed delivery → record, in a server of its own.

import { setTimeout as sleep } from 'node:timers/promises';
import { startPosthorn, type Posthorn, type StartOptions } from '../../server/test/process/posthorn.ts';
import { startProgram, type Program } from './program.ts';
import type { PublishAnswer, PublishOrder } from './publish-load.ts';

export type PipelineCase = {
  readonly name: string;
  /** Events in a request. */
  readonly batch: number;
  /** Webhooks that each event is for. */
  readonly fanOut: number;
};

export type PipelineRound = {
  /** Deliveries recorded per second, from the first publish to the last record. */
  readonly deliveriesPerSecond: number;
  readonly publishesPerSecond: number;
  readonly refused: number;
};

/** What takes rounds of publishes: the product, or what it is compared with. */
export interface Loaded extends AsyncDisposable {
  /** Ends when every delivery is recorded. */
  round(durationMs: number, connections: number): Promise<PipelineRound>;
}

export interface Pipeline extends Loaded {
  readonly posthorn: Posthorn;
}

/** The most that a webhook may have in flight, and what a server has by default. */
const concurrencyMax = 500;
const inFlightMax = 1_000;

/** Asking costs the server time that it would deliver in. */
const pollMs = 20;

/** A server with `fanOut` webhooks that point to the receiver, and a publisher process. */
export async function startPipeline(
  { batch, fanOut }: Pick<PipelineCase, 'batch' | 'fanOut'>,
  receiverUrl: string,
  settings: Readonly<Record<string, string>>,
  more: Pick<StartOptions, 'nodeArguments' | 'entry'> = {},
): Promise<Pipeline> {
  const posthorn = await startPosthorn({ ...more, env: { POSTHORN_LOG_LEVEL: 'warn', ...settings } });
  await createWebhooks(posthorn, receiverUrl, fanOut, Math.min(concurrencyMax, inFlightMax / fanOut));
  const load = await startLoad({ batch, fanOut }, posthorn, () => isDrained(posthorn));
  return {
    posthorn,
    round: (durationMs, connections) => load.round(durationMs, connections),
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await posthorn[Symbol.asyncDispose]();
    },
  };
}

/** A publisher process for a server that tells when everything is recorded. */
export async function startLoad(
  { batch, fanOut }: Pick<PipelineCase, 'batch' | 'fanOut'>,
  { port, token }: Pick<PublishOrder, 'port' | 'token'>,
  drained: () => Promise<boolean>,
): Promise<Loaded> {
  const publisher: Program<PublishOrder, PublishAnswer> = await startProgram('publish-load.ts');
  return {
    async round(durationMs, connections) {
      const startedAt = performance.now();
      const published = await publisher.ask({ port, token, connections, batch, durationMs });
      while (!(await drained())) await sleep(pollMs);
      const seconds = (performance.now() - startedAt) / 1_000;
      return {
        deliveriesPerSecond: (published.events * fanOut) / seconds,
        publishesPerSecond: published.events / (published.elapsedMs / 1_000),
        refused: published.refused,
      };
    },
    async [Symbol.asyncDispose]() {
      publisher[Symbol.dispose]();
    },
  };
}

/** Webhooks that get the benchmarks' events, signed by Standard Webhooks. */
export async function createWebhooks(
  { api }: Posthorn,
  receiverUrl: string,
  count: number,
  concurrency = 100,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const body = {
      name: `bench ${index}`,
      url: `${receiverUrl}/hook/${index}`,
      eventTypes: ['bench.*'],
      concurrency,
    };
    const created = await api('/webhooks', { method: 'POST', body });
    if (created.status !== 201) throw new Error(`no webhook: ${JSON.stringify(created.body)}`);
  }
}

async function isDrained({ api }: Posthorn): Promise<boolean> {
  const { body } = await api<{ data: readonly unknown[] }>('/deliveries?state=scheduled&limit=1');
  return body.data.length === 0;
}
