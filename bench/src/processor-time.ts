// How much processor time processes have used: Linux tells it in ticks of 10 ms (proc(5)).

import { readdirSync, readFileSync } from 'node:fs';

const tickUs = 10_000;

/** All threads of a process, in microseconds. */
export function processorUs(pid: number): number {
  return ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) * tickUs;
}

/** All processes of a name, and those of its children that have ended. */
export function processorUsOf(name: string): number {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.reduce((sum, pid) => sum + (ticksOf(name, pid) ?? 0) * tickUs, 0);
}

/** Undefined for a process of another name, and for one that has ended meanwhile. */
function ticksOf(name: string, pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.includes(`(${name})`) ? ticksIn(stat) : undefined;
  } catch {
    return undefined;
  }
}

/** `utime` and `stime`: the 14th and 15th field; the second, in brackets, may hold spaces. */
function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
