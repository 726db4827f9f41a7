// Waiting for a condition that only asking tells.

import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer fits; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await sleep(20);
  }
}
