// Rounds of the throughput cases, each beside a round of the raw loop, so that both see the same machine.

import { cases, connections } from './cases.ts';
import { spreadOf } from './numbers.ts';
import type { Loaded, PipelineCase, PipelineRound } from './pipeline.ts';
import { startRawLoop } from './raw-rate.ts';
import { startReceiver } from './receiver.ts';
import { hundredths, roundsOf, table, whole } from './report.ts';
import type { Bench, Measured } from './row.ts';

/** `start` starts what takes the rounds of a case; it is measured by itself and as a share of the raw loop. */
export async function measureBesideRawLoop(
  { extent, say }: Pick<Bench, 'extent' | 'say'>,
  start: (each: PipelineCase, receiverUrl: string) => Promise<Loaded>,
): Promise<Measured> {
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

  async function measureCase(each: PipelineCase): Promise<string[]> {
    await using loaded = await start(each, receiver.url);
    await loaded.round(extent.roundMs, connections);
    const rounds: (PipelineRound & { readonly ratio: number })[] = [];
    for (let round = 1; round <= extent.rounds; round++) {
      say(`${each.name}: round ${round} of ${extent.rounds}`);
      const perSecond = await rawLoop.rate(extent.roundMs);
      const measured = await loaded.round(extent.roundMs, connections);
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
}
