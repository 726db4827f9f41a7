// The most memory that a process has held.

import { readFileSync } from 'node:fs';

/** What was resident at most since the process began, in MiB (proc(5), `VmHWM`). */
export function peakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
