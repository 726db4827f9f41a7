// V8's flags for little memory. They hold for all threads only from the launch of Node on, so the process starts itself anew.

import { setImmediate as nextTurn } from 'node:timers/promises';
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
  // Windows replaces no process, and what a parent process says over a channel would be lost: they hold as far as they can.
  if (process.execve === undefined || process.platform === 'win32' || process.connected) {
    for (const flag of flags) setFlagsFromString(flag);
    return true;
  }
  // A signal that has come is heard when the loop has looked for it once, which is between two turns; one that comes later
  // ends the process, as before it took them.
  await nextTurn();
  await nextTurn();
  if (signals.asked.aborted) return false;
  signals.letGo();
  const given = [...flags, ...process.execArgv, ...process.argv.slice(1)];
  return process.execve(process.execPath, [process.execPath, ...given]);
}
