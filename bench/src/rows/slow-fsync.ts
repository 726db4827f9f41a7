// The same with 1 ms added to every fsync: what a slow disk costs. strace adds it (reliability.md §6.1), and takes some time
// of its own at every fsync, which a server that it only looks on at shows.

import { noStrace } from '../../../server/test/process/strace.ts';
import { cases, connections } from '../cases.ts';
import { spreadOf } from '../numbers.ts';
import { startPipeline, type Pipeline } from '../pipeline.ts';
import { startRawLoop } from '../raw-rate.ts';
import { startReceiver } from '../receiver.ts';
import { hundredths, table, whole } from '../report.ts';
import type { Row } from '../row.ts';
import { roundsOf } from './throughput.ts';

const calls = 'fsync,fdatasync';
/** The filter is in the kernel, so that other system calls cost what they did. */
const lookOn = ['--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`];
const delay = ['-e', `inject=${calls}:delay_exit=1000`];

export const slowFsync: Row = {
  name: 'slow-fsync',
  title: '1 ms added to every fsync',
  async measure({ databases, extent, say }) {
    if (noStrace !== undefined) return { kind: 'skipped', reason: noStrace };
    const watched = await databases.straced(lookOn);
    const delayed = await databases.straced([...lookOn, ...delay]);
    if (watched === undefined || delayed === undefined)
      return {
        kind: 'skipped',
        reason: 'strace looks on only at a PostgreSQL server that the benchmark starts: --postgres npm',
      };
    const each = cases[0]!;
    await using receiver = await startReceiver();
    using rawLoop = await startRawLoop(receiver.url);
    await using plain = await startPipeline(each, receiver.url, await databases.settings());
    await using looked = await startPipeline(each, receiver.url, watched.env ?? {}, watched);
    await using slow = await startPipeline(each, receiver.url, delayed.env ?? {}, delayed);
    const servers: readonly [string, Pipeline][] = [
      ['as it is', plain],
      ['strace looks on', looked],
      ['strace adds 1 ms to every fsync', slow],
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
