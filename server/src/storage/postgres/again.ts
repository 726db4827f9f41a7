// How often what another transaction was in the way of is tried again.

import { setTimeout } from 'node:timers/promises';

export const triesMax = 5;
const firstPauseMs = 10;

/** A little while, another each time, so that two that met do not meet again. */
export async function pauseBeforeAgain(tried: number): Promise<void> {
  await setTimeout(firstPauseMs * 2 ** (tried - 1) * (0.5 + Math.random()));
}
