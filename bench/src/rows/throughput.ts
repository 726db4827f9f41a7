// How close the whole pipeline comes to a loop that does nothing but sign and post.

import { measureBesideRawLoop } from '../beside-raw-loop.ts';
import { startPipeline } from '../pipeline.ts';
import type { Row } from '../row.ts';

export const throughput: Row = {
  name: 'throughput',
  title: 'Throughput',
  measure: (bench) =>
    measureBesideRawLoop(bench, async (each, receiverUrl) =>
      startPipeline(each, receiverUrl, await bench.databases.settings()),
    ),
};
