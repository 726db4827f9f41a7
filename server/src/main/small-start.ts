// Keeps the start of the server from enlarging V8's young generations.

import { setFlagsFromString } from 'node:v8';

/**
 * Read whenever a thread's young generation might grow: it becomes so many times as large. At the launch of Node V8 takes 2 for
 * the least; when it is set later, 1 holds too, for threads that begin then as well.
 */
const growth = (factor: number) => `--semi-space-growth-factor=${factor}`;
const v8Default = 2;

/**
 * Runs `start` while no young generation of the process grows. A start makes what stays for good; V8 takes so many survivors for
 * a reason to double the space again and again, to 60 MB in the main thread, and hardly ever gives it back (decision 26).
 */
export async function startSmall<Result>(start: () => Promise<Result>): Promise<Result> {
  setFlagsFromString(growth(1));
  try {
    return await start();
  } finally {
    setFlagsFromString(growth(v8Default));
  }
}
