// How close a plain server of the same libraries, in the same threads, comes to the raw loop: how much of the distance is theirs.

import { temporaryDirectory } from '../../../server/test/process/temporary-directory.ts';
import { measureBesideRawLoop } from '../beside-raw-loop.ts';
import type { FloorAnswer, FloorOrder } from '../floor.ts';
import { startLoad, type Loaded, type PipelineCase } from '../pipeline.ts';
import { startProgram, type Program } from '../program.ts';
import type { Row } from '../row.ts';

export const floor: Row = {
  name: 'floor',
  title: 'A plain server of the same libraries',
  async measure(bench) {
    if (bench.databases.name !== 'SQLite') return { kind: 'skipped', reason: 'its database is SQLite' };
    return measureBesideRawLoop(bench, startPlain);
  },
};

async function startPlain({ batch, fanOut }: PipelineCase, receiverUrl: string): Promise<Loaded> {
  await using started = new AsyncDisposableStack();
  const { path: directory } = started.use(await temporaryDirectory());
  const program: Program<FloorOrder, FloorAnswer> = started.use(await startProgram('floor.ts'));
  const path = `${directory}/floor.db`;
  const { port } = await program.ask({ kind: 'start', receiverUrl, fanOut, path });
  const load = started.use(
    await startLoad({ batch, fanOut }, { port, token: '' }, async () => {
      const { open, failed } = await program.ask({ kind: 'open' });
      if (failed > 0) throw new Error(`${failed} deliveries failed`);
      return open === 0;
    }),
  );
  const all = started.move();
  return {
    round: (durationMs, connections) => load.round(durationMs, connections),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
