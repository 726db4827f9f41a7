// The raw loop as a yardstick: its rate at the moment, against one receiver.

import { connections } from './cases.ts';
import { startProgram, type Program } from './program.ts';
import type { RawLoopAnswer, RawLoopOrder } from './raw-loop.ts';

export interface RawLoop extends Disposable {
  /** Requests per second over so many milliseconds. */
  rate(durationMs: number): Promise<number>;
}

export async function startRawLoop(url: string): Promise<RawLoop> {
  const program: Program<RawLoopOrder, RawLoopAnswer> = await startProgram('raw-loop.ts');
  return {
    rate: async (durationMs) => (await program.ask({ url, connections, durationMs })).perSecond,
    [Symbol.dispose]: () => program[Symbol.dispose](),
  };
}
