// One of ten receivers hangs until the deadline: what the others notice.
//
// Ten webhooks get every event. Each round has a fresh server, since a breaker that is open would spare it the hanging
// one; rounds with and without a hanging receiver take turns.

import { spreadOf } from '../numbers.ts';
import { createWebhooks } from '../pipeline.ts';
import { hundredths, milliseconds, roundsOf, table } from '../report.ts';
import type { Bench, Row } from '../row.ts';
import { publishSteadily, startSteadyLoad } from '../steady.ts';
import { startPosthorn } from '../../../server/test/process/posthorn.ts';

const healthyReceivers = Array.from({ length: 9 }, (_, index) => index);
const ratePerSecond = 50;
/** Beyond the deadline of 15 s, so that what hung is tried again and again within a round. */
const longestMs = 20_000;

export const hangingReceiver: Row = {
  name: 'hanging-receiver',
  title: 'One of ten receivers hangs until the deadline',
  async measure(bench) {
    const { extent, say } = bench;
    const roundMs = Math.min(2 * extent.steadyMs, longestMs);
    const healthy: number[] = [];
    const hanging: number[] = [];
    for (let round = 1; round <= extent.rounds; round++) {
      say(`hanging receiver: round ${round} of ${extent.rounds}`);
      healthy.push(await p99OfNine(0, roundMs, bench));
      hanging.push(await p99OfNine(null, roundMs, bench));
    }
    const ratios = hanging.map((ms, round) => ms / healthy[round]!);
    return {
      kind: 'measured',
      lines: [
        `- ${ratePerSecond} events/s, each to ten webhooks. ${roundsOf({ ...extent, roundMs })}`,
        '',
        ...table(
          ['the tenth receiver', 'publish → the nine others, p99', 'against healthy'],
          [
            ['answers at once', milliseconds(spreadOf(healthy)), '1'],
            ['hangs', milliseconds(spreadOf(hanging)), hundredths(spreadOf(ratios))],
          ],
        ),
      ],
    };
  },
};

async function p99OfNine(tenthMs: number | null, durationMs: number, { databases }: Bench): Promise<number> {
  using load = await startSteadyLoad([...healthyReceivers.map(() => 0), tenthMs]);
  await using posthorn = await startPosthorn({
    env: { POSTHORN_LOG_LEVEL: 'error', ...(await databases.settings()) },
  });
  for (const url of load.urls) await createWebhooks(posthorn, url, 1);
  const order = { ratePerSecond, receivers: healthyReceivers };
  await publishSteadily(load, posthorn, { ...order, durationMs: 2_000 });
  return (await publishSteadily(load, posthorn, { ...order, durationMs })).receivedMsP99;
}
