// What is tried again when it failed: together, alone, or after those who were in the way.

import { setTimeout } from 'node:timers/promises';
import type { Reply } from '../command.ts';
import { failureOf, isContended, isLost } from './failure.ts';
import { CommitUnknown } from './session.ts';

/** More than connections of any kind: after a migration each may have to be replaced. */
export const triesMax = 5;
const firstPauseMs = 10;

/**
 * One reply per thing. `attempt` does all or nothing; if it fails unexpectedly each is tried alone, so that only the
 * culprit fails.
 */
export async function together<Thing>(
  things: readonly Thing[],
  attempt: (things: readonly Thing[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  try {
    return await attempt(things);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'bug' || things.length === 1) return things.map(() => ({ failure }));
    const replies: Reply[] = [];
    for (const thing of things) replies.push(...(await together([thing], attempt)));
    return replies;
  }
}

/**
 * Tries again what another transaction was in the way of, and once what a connection was lost over, unless its commit
 * may have happened.
 */
export async function again<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await act();
    } catch (error) {
      const lost = isLost(error) && !(error instanceof CommitUnknown);
      if (!(lost || isContended(error)) || tried === (lost ? 2 : triesMax)) throw error;
      await pauseBeforeAgain(tried);
    }
  }
}

/** A little while, another each time, so that two that met do not meet again. */
export async function pauseBeforeAgain(tried: number): Promise<void> {
  await setTimeout(firstPauseMs * 2 ** (tried - 1) * (0.5 + Math.random()));
}
