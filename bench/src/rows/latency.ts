// How long an event takes at a steady rate: until it is accepted, and until its receiver has it.

import { cases, connections, latencyRates } from '../cases.ts';
import { spreadOf } from '../numbers.ts';
import { createWebhooks, startPipeline } from '../pipeline.ts';
import { startReceiver } from '../receiver.ts';
import { milliseconds, roundsOf, table } from '../report.ts';
import type { Bench, Row } from '../row.ts';
import { publishSteadily, startSteadyLoad } from '../steady.ts';
import type { Latency } from '../steady-load.ts';
import { startPosthorn } from '../../../server/test/process/posthorn.ts';

export const latency: Row = {
  name: 'latency',
  title: 'Latency',
  async measure(bench) {
    const { extent } = bench;
    const half = Math.round((await maximum(bench)) / 2);
    const rows: string[][] = [];
    for (const rate of latencyRates) rows.push(await measureAt(rate, `${rate} events/s`, bench));
    rows.push(await measureAt(half, `half the maximum: ${half} events/s`, bench));
    const head = ['at', 'publish → 202: p50', 'p99', 'publish → receiver: p50', 'p99'];
    return {
      kind: 'measured',
      lines: [`- ${roundsOf({ ...extent, roundMs: extent.steadyMs })}`, '', ...table(head, rows)],
    };
  },
};

/** Single publishes per second that are delivered at once, as the row of the throughput has it. */
async function maximum({ databases, extent, say }: Bench): Promise<number> {
  await using receiver = await startReceiver();
  await using pipeline = await startPipeline(cases[0]!, receiver.url, await databases.settings());
  await pipeline.round(extent.roundMs, connections);
  const rates: number[] = [];
  for (let round = 1; round <= 3; round++) {
    say(`latency: the maximum, round ${round} of 3`);
    rates.push((await pipeline.round(extent.roundMs, connections)).deliveriesPerSecond);
  }
  return spreadOf(rates).median;
}

async function measureAt(
  ratePerSecond: number,
  name: string,
  { databases, extent, say }: Bench,
): Promise<string[]> {
  using load = await startSteadyLoad([0]);
  await using posthorn = await startPosthorn({
    env: { POSTHORN_LOG_LEVEL: 'warn', ...(await databases.settings()) },
  });
  await createWebhooks(posthorn, load.urls[0]!, 1);
  const order = { ratePerSecond, receivers: [0] };
  await publishSteadily(load, posthorn, { ...order, durationMs: 2_000 });
  const rounds: Latency[] = [];
  for (let round = 1; round <= extent.rounds; round++) {
    say(`latency at ${name}: round ${round} of ${extent.rounds}`);
    rounds.push(await publishSteadily(load, posthorn, { ...order, durationMs: extent.steadyMs }));
  }
  const text = (of: (each: Latency) => number) => milliseconds(spreadOf(rounds.map(of)));
  return [
    name,
    text(({ ackMsP50 }) => ackMsP50),
    text(({ ackMsP99 }) => ackMsP99),
    text(({ receivedMsP50 }) => receivedMsP50),
    text(({ receivedMsP99 }) => receivedMsP99),
  ];
}
