// Numbers for the operator's monitoring, in the Prometheus text format. No label names a tenant, a webhook or a secret.

import { Registry, collectDefaultMetrics } from 'prom-client';
import type { Clock } from '../domain/clock.ts';
import { makeCounters } from './metrics/counters.ts';
import { makeGauges, type Gauged } from './metrics/gauges.ts';
import { makeMailCounter } from './metrics/mail-counter.ts';
import type { MailResult } from './mail/outbox.ts';
import type { Listener } from './signals.ts';

export type Metrics = {
  /** Counts what the signals tell. */
  readonly listen: Listener;
  readonly countMail: (result: MailResult) => void;
  readonly contentType: string;
  /** Reads the gauges and answers all numbers, among them the process's own (event-loop lag, memory, open files). */
  text(): Promise<string>;
};

export function makeMetrics(gauged: Gauged, clock: Clock, nodeName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ node: nodeName });
  collectDefaultMetrics({ register: registry });
  const readGauges = makeGauges(registry, gauged, clock);
  return {
    listen: makeCounters(registry),
    countMail: makeMailCounter(registry),
    contentType: registry.contentType,
    async text() {
      await readGauges();
      return registry.metrics();
    },
  };
}
