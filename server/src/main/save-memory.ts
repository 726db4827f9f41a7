// V8's flags for little memory. They hold for all threads only from the launch of Node on, so the process starts itself anew.

import { setFlagsFromString } from 'node:v8';
import type { StopSignals } from './stop-signals.ts';

/** Young generations of 12 MB at most in each thread; old ones that are collected after growing by half. */
const flags = ['--max-semi-space-size=4', '--heap-growing-percent=50'];

/**
 * Puts the flags in force. Where the process isn't launched with them it becomes one that is, with the same id, arguments
 * and outputs, and this does not return; unless it was asked to stop, which is then answered by false.
 */
export async function saveMemory(signals: StopSignals): Promise<boolean> {
  if (flags.every((flag) => process.execArgv.includes(flag))) return true;
  // Windows replaces no process, and what a parent process says over a channel would be lost: it holds as far as it can.
  if (process.execve === undefined || process.connected) {
    for (const flag of flags) setFlagsFromString(flag);
    return true;
  }
  // A signal that has come is heard in the next turn; one that comes after it ends the process, as before it took them.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  if (signals.asked.aborted) return false;
  signals.letGo();
  const given = [...flags, ...process.execArgv, ...process.argv.slice(1)];
  return process.execve(process.execPath, [process.execPath, ...given]);
}
