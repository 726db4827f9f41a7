// How close the whole pipeline comes to a loop that does nothing but sign and post.

import { cases, connections } from '../cases.ts';
import { spreadOf } from '../numbers.ts';
import { startPipeline, type PipelineCase, type PipelineRound } from '../pipeline.ts';
import { startRawLoop } from '../raw-rate.ts';
import { startReceiver } from '../receiver.ts';
import { hundredths, table, whole } from '../report.ts';
import type { Bench, Row } from '../row.ts';

export const throughput: Row = {
  name: 'throughput',
  title: 'Throughput',
  async measure({ databases, extent, say }) {
    await using receiver = await startReceiver();
    using rawLoop = await startRawLoop(receiver.url);
    const raw: number[] = [];
    const rows: string[][] = [];
    for (const each of cases) rows.push(await measureCase(each));
    return {
      kind: 'measured',
      lines: [
        `- Receiver: ${receiver.what}. ${roundsOf(extent)}`,
        '',
        ...table(
          ['benchmark', 'deliveries/s', 'ratio to the raw loop', 'publishes/s'],
          [['raw loop: one process signs and posts', whole(spreadOf(raw)), '1', '–'], ...rows],
        ),
      ],
    };

    /** Rounds of a case, each beside a round of the raw loop, so that both see the same machine. */
    async function measureCase(each: PipelineCase): Promise<string[]> {
      await using pipeline = await startPipeline(each, receiver.url, await databases.settings());
      await pipeline.round(extent.roundMs, connections);
      const rounds: (PipelineRound & { readonly ratio: number })[] = [];
      for (let round = 1; round <= extent.rounds; round++) {
        say(`${each.name}: round ${round} of ${extent.rounds}`);
        const perSecond = await rawLoop.rate(extent.roundMs);
        const measured = await pipeline.round(extent.roundMs, connections);
        if (measured.refused > 0) throw new Error(`${measured.refused} publishes were refused`);
        raw.push(perSecond);
        rounds.push({ ...measured, ratio: measured.deliveriesPerSecond / perSecond });
      }
      return [
        each.name,
        whole(spreadOf(rounds.map(({ deliveriesPerSecond }) => deliveriesPerSecond))),
        hundredths(spreadOf(rounds.map(({ ratio }) => ratio))),
        whole(spreadOf(rounds.map(({ publishesPerSecond }) => publishesPerSecond))),
      ];
    }
  },
};

export function roundsOf({ rounds, roundMs }: Pick<Bench['extent'], 'rounds' | 'roundMs'>): string {
  return `${rounds} rounds of ${roundMs / 1_000} s, medians (smallest–largest)`;
}
