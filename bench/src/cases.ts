// What the throughput benchmarks measure.

import type { PipelineCase } from './pipeline.ts';

export const cases: readonly PipelineCase[] = [
  { name: '1 publish → 1 delivery, single publishes', batch: 1, fanOut: 1 },
  { name: '1 publish → 10 deliveries', batch: 1, fanOut: 10 },
  { name: 'batches of 100, 1 delivery each', batch: 100, fanOut: 1 },
];

/** Of the publisher. */
export const connections = 64;

/** Events per second at which latency is measured. */
export const latencyRates = [200, 1_000];
