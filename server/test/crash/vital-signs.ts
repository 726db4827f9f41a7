// What a long run watches on a living server: memory, open files, and the size of the write-ahead log.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Posthorn } from '../process/posthorn.ts';

export type VitalSigns = {
  readonly atMs: number;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly logBytes: number;
};

export function vitalSigns({ pid, dataDir }: Pick<Posthorn, 'pid' | 'dataDir'>): VitalSigns {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    atMs: performance.now(),
    residentBytes: 1_024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
    logBytes: statSync(join(dataDir, 'posthorn.db-wal'), { throwIfNoEntry: false })?.size ?? 0,
  };
}

/** How fast memory grows over the second half of a run, when caches are warm: bytes per hour, by least squares. */
export function growthPerHour(signs: readonly VitalSigns[]): number {
  const warm = signs.slice(Math.floor(signs.length / 2));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAt, meanBytes] = [
    mean(warm.map(({ atMs }) => atMs)),
    mean(warm.map(({ residentBytes }) => residentBytes)),
  ];
  const above = warm.map(({ atMs, residentBytes }) => (atMs - meanAt) * (residentBytes - meanBytes));
  const below = warm.map(({ atMs }) => (atMs - meanAt) ** 2);
  return (mean(above) / mean(below)) * 3_600_000;
}
