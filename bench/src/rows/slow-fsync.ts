// The same with 1 ms added to every fsync: what a slow disk costs.

import { cases, connections } from '../cases.ts';
import { spreadOf } from '../numbers.ts';
import { startPipeline, type Pipeline } from '../pipeline.ts';
import { startRawLoop } from '../raw-rate.ts';
import { startReceiver } from '../receiver.ts';
import { hundredths, roundsOf, table, whole } from '../report.ts';
import type { Row } from '../row.ts';
import { makeSlowFsync } from '../slow-fsync.ts';

export const slowFsync: Row = {
  name: 'slow-fsync',
  title: '1 ms added to every fsync',
  async measure({ databases, extent, say }) {
    await using slowDisk = await makeSlowFsync();
    if (slowDisk === undefined) return { kind: 'skipped', reason: 'there is no C compiler (cc)' };
    const slowSettings = await databases.settingsWith(slowDisk.env);
    if (slowSettings === undefined)
      return { kind: 'skipped', reason: 'the PostgreSQL server must be of the benchmark: --postgres npm' };
    const each = cases[0]!;
    await using receiver = await startReceiver();
    using rawLoop = await startRawLoop(receiver.url);
    await using plain = await startPipeline(each, receiver.url, await databases.settings());
    await using slow = await startPipeline(each, receiver.url, slowSettings);
    const servers: readonly [string, Pipeline][] = [
      ['as it is', plain],
      ['1 ms more', slow],
    ];
    for (const [, pipeline] of servers) await pipeline.round(extent.roundMs, connections);
    const rates = servers.map(() => ({ perSecond: [] as number[], ratio: [] as number[] }));
    for (let round = 1; round <= extent.rounds; round++) {
      say(`slow fsync: round ${round} of ${extent.rounds}`);
      for (const [index, [, pipeline]] of servers.entries()) {
        const raw = await rawLoop.rate(extent.roundMs);
        const { deliveriesPerSecond } = await pipeline.round(extent.roundMs, connections);
        rates[index]!.perSecond.push(deliveriesPerSecond);
        rates[index]!.ratio.push(deliveriesPerSecond / raw);
      }
    }
    return {
      kind: 'measured',
      lines: [
        `- ${each.name}. ${roundsOf(extent)}`,
        '',
        ...table(
          ['fsync', 'deliveries/s', 'ratio to the raw loop'],
          servers.map(([name], index) => [
            name,
            whole(spreadOf(rates[index]!.perSecond)),
            hundredths(spreadOf(rates[index]!.ratio)),
          ]),
        ),
      ],
    };
  },
};
