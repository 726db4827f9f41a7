// The crash rounds: at drawn moments the server is killed under load and started again.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Posthorn } from '../process/posthorn.ts';
import type { Verdict } from './check.ts';
import { progress, runUnderLoad, type Run, type RunOptions } from './run.ts';

const eventsPerSecond = 250;

export function runRounds(
  options: Omit<RunOptions, 'eventsPerSecond'> & { readonly rounds: number },
): Promise<Verdict> {
  const { rounds, say } = options;
  return runUnderLoad({ ...options, eventsPerSecond }, async (run) => {
    for (let round = 1; round <= rounds; round++) {
      await oneLife(run);
      if (round % 10 === 0) say(`${round} of ${rounds} rounds: ${progress(run.ledger)}`);
    }
  });
}

/** Lets the server live for a drawn time: mostly it is killed at work, sometimes while it starts, sometimes stopped. */
async function oneLife(run: Run): Promise<void> {
  const fate = run.chance.fraction();
  const part = run.chance.fraction();
  if (fate < 0.15) {
    await sleep(600 * part);
    return run.restart('killed');
  }
  await run.posthorn.ready();
  run.ledger.interrupted(await possibleDuplicates(run.posthorn));
  await sleep(50 + 750 * part);
  return run.restart(fate < 0.9 ? 'killed' : 'stopped');
}

/** The metric as this process counts it: since its start, which counts what the end before it interrupted. */
async function possibleDuplicates({ url }: Posthorn): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^posthorn_possible_duplicates_total\S* (\d+)/m.exec(text)?.[1]);
}
