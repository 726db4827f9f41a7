// Steady load in a process of its own, as a benchmark orders it.

import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startProgram, type Program } from './program.ts';
import type { Latency, SteadyAnswer, SteadyOrder } from './steady-load.ts';

export interface SteadyLoad extends Disposable {
  /** Of its receivers. */
  readonly urls: readonly string[];
  readonly program: Program<SteadyOrder, SteadyAnswer>;
}

/** With receivers that take so many milliseconds each to answer; null never answers. */
export async function startSteadyLoad(answerMs: readonly (number | null)[]): Promise<SteadyLoad> {
  const program: Program<SteadyOrder, SteadyAnswer> = await startProgram('steady-load.ts');
  const { urls } = await program.ask({ kind: 'listen', answerMs });
  return { urls, program, [Symbol.dispose]: () => program[Symbol.dispose]() };
}

export type SteadyPublish = {
  readonly type?: string;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Whose requests count; each of them gets every event. */
  readonly receivers: readonly number[];
};

/** Publishes for the time and answers once the receivers have it all. */
export async function publishSteadily(
  { program }: SteadyLoad,
  { port, token }: Posthorn,
  { type = 'bench.event', ...order }: SteadyPublish,
): Promise<Latency> {
  return (await program.ask({ kind: 'publish', port, token, type, ...order })).latency!;
}
