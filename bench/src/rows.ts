// All rows of the benchmarks, in the order of bench/README.md.

import type { Row } from './row.ts';
import { backlog } from './rows/backlog.ts';
import { cost } from './rows/cost.ts';
import { floor } from './rows/floor.ts';
import { hangingReceiver } from './rows/hanging-receiver.ts';
import { latency } from './rows/latency.ts';
import { lists } from './rows/lists.ts';
import { slowFsync } from './rows/slow-fsync.ts';
import { throughput } from './rows/throughput.ts';

export const rows: readonly Row[] = [
  throughput,
  floor,
  slowFsync,
  latency,
  hangingReceiver,
  backlog,
  lists,
  cost,
];
