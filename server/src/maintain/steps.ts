// Work in small steps with pauses between them, so that publishes and results never wait behind a chore.

import type { Clock } from '../domain/clock.ts';

const pauseMs = 50;

/** Repeats `step` until it says that nothing is left, `stepsMax` is reached, or `stopped` is aborted. */
export async function inSteps(
  step: () => Promise<{ readonly more: boolean }>,
  stepsMax: number,
  clock: Clock,
  stopped: AbortSignal,
): Promise<void> {
  for (let done = 0; done < stepsMax && !stopped.aborted; done++) {
    const { more } = await step();
    if (!more) return;
    await pause(pauseMs, clock, stopped);
  }
}

/** Ends early once `stopped` is aborted. */
export function pause(ms: number, clock: Clock, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, end);
    stopped.addEventListener('abort', end, { once: true });
    function end(): void {
      cancel();
      stopped.removeEventListener('abort', end);
      resolve();
    }
  });
}
