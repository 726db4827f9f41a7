// How close a plain server of the same libraries, in the same threads, comes to the raw loop: how much of the distance is theirs.

import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from '../../../server/test/process/temporary-directory.ts';
import { cases, connections } from '../cases.ts';
import type { FloorAnswer, FloorOrder } from '../floor.ts';
import { spreadOf } from '../numbers.ts';
import type { PipelineCase } from '../pipeline.ts';
import { startProgram, type Program } from '../program.ts';
import type { PublishAnswer, PublishOrder } from '../publish-load.ts';
import { startRawLoop } from '../raw-rate.ts';
import { startReceiver } from '../receiver.ts';
import { hundredths, table, whole } from '../report.ts';
import type { Row } from '../row.ts';
import { roundsOf } from './throughput.ts';

const pollMs = 20;

export const floor: Row = {
  name: 'floor',
  title: 'A plain server of the same libraries',
  async measure({ databases, extent, say }) {
    if (databases.name !== 'SQLite') return { kind: 'skipped', reason: 'its database is SQLite' };
    await using receiver = await startReceiver();
    using rawLoop = await startRawLoop(receiver.url);
    const rows: string[][] = [];
    for (const each of cases) rows.push(await measureCase(each));
    return {
      kind: 'measured',
      lines: [
        `- Receiver: ${receiver.what}. ${roundsOf(extent)}`,
        '',
        ...table(['benchmark', 'deliveries/s', 'ratio to the raw loop'], rows),
      ],
    };

    async function measureCase({ name, batch, fanOut }: PipelineCase): Promise<string[]> {
      await using directory = await temporaryDirectory();
      using program: Program<FloorOrder, FloorAnswer> = await startProgram('floor.ts');
      using publisher: Program<PublishOrder, PublishAnswer> = await startProgram('publish-load.ts');
      const path = `${directory.path}/floor.db`;
      const { port } = await program.ask({ kind: 'start', receiverUrl: receiver.url, fanOut, path });
      const perSecond: number[] = [];
      const ratios: number[] = [];
      await round();
      for (let number = 1; number <= extent.rounds; number++) {
        say(`floor, ${name}: round ${number} of ${extent.rounds}`);
        const raw = await rawLoop.rate(extent.roundMs);
        const measured = await round();
        perSecond.push(measured);
        ratios.push(measured / raw);
      }
      return [name, whole(spreadOf(perSecond)), hundredths(spreadOf(ratios))];

      async function round(): Promise<number> {
        const startedAt = performance.now();
        const order = { port, token: '', connections, batch, durationMs: extent.roundMs };
        const { events, refused } = await publisher.ask(order);
        if (refused > 0) throw new Error(`${refused} publishes were refused`);
        while ((await program.ask({ kind: 'open' })).open > 0) await sleep(pollMs);
        const { failed } = await program.ask({ kind: 'open' });
        if (failed > 0) throw new Error(`${failed} deliveries failed`);
        return (events * fanOut) / ((performance.now() - startedAt) / 1_000);
      }
    }
  },
};
