// The results as text: for the terminal, and for bench/README.md.

import type { Latency } from './latency.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './numbers.ts';

export type CaseResult = {
  readonly name: string;
  /** Deliveries per second. */
  readonly rate: Spread;
  /** To the raw loop of the same round. */
  readonly ratio: Spread;
  readonly publishes: Spread;
};

export type Results = {
  readonly machine: Machine;
  readonly durability: string;
  readonly receiver: string;
  readonly rounds: number;
  readonly roundMs: number;
  readonly raw: Spread;
  readonly cases: readonly CaseResult[];
  readonly latencies: readonly MeasuredLatency[];
};

export type MeasuredLatency = Latency & { readonly ratePerSecond: number };

export function report(results: Results): string {
  const { machine, raw, cases, latencies } = results;
  return [
    ...Object.entries({
      Machine: `${machine.cpu}, ${machine.memory}, kernel ${machine.kernel}, ${machine.disk}, load before ${machine.load}`,
      Software: `Node ${machine.node}, commit ${machine.commit}`,
      Durability: results.durability,
      Receiver: results.receiver,
      Rounds: `${results.rounds} of ${results.roundMs / 1_000} s each, medians, (smallest–largest)`,
    }).map(([name, text]) => `- ${name}: ${text}`),
    '',
    '| benchmark | deliveries/s | ratio to the raw loop | publishes/s |',
    '|---|---|---|---|',
    `| raw loop: one process signs and posts | ${whole(raw)} | 1 | – |`,
    ...cases.map(
      ({ name, rate, ratio, publishes }) =>
        `| ${name} | ${whole(rate)} | ${hundredths(ratio)} | ${whole(publishes)} |`,
    ),
    ...latencies.flatMap(latencyTable),
  ].join('\n');
}

function latencyTable(latency: MeasuredLatency): string[] {
  return [
    '',
    `| at ${latency.ratePerSecond} events/s, ${latency.events} events | p50 | p99 |`,
    '|---|---|---|',
    `| publish → 202 | ${ms(latency.ackMsP50)} | ${ms(latency.ackMsP99)} |`,
    `| publish → receiver | ${ms(latency.receivedMsP50)} | ${ms(latency.receivedMsP99)} |`,
  ];
}

function whole({ median, min, max }: Spread): string {
  const text = (value: number) => Math.round(value).toLocaleString('en');
  return `${text(median)} (${text(min)}–${text(max)})`;
}

function hundredths({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
