// On what a result was measured: without it a number means nothing.

import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { statfsSync } from 'node:fs';

export type Machine = {
  readonly cpu: string;
  readonly memory: string;
  readonly kernel: string;
  readonly node: string;
  readonly commit: string;
  /** Where the databases of the benchmarks lie. */
  readonly disk: string;
  /** Of the last minute before the benchmarks: above 0.5, others are measured too. */
  readonly load: string;
};

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: `${cores.length} × ${cores[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    commit: commit(),
    load: loadavg()[0]!.toFixed(1),
    disk: `${fileSystem(tmpdir())} at ${tmpdir()}`,
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout.trim();
  const changed = git('status', '--porcelain', '--', '../../server/src') === '' ? '' : ' with changes';
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed}`;
}

/** The magic numbers of statfs(2) that a benchmark is likely to meet. */
function fileSystem(path: string): string {
  const names: Record<number, string> = {
    0xef53: 'ext4',
    0x9123683e: 'btrfs',
    0x58465342: 'xfs',
    0x01021994: 'tmpfs',
    0x794c7630: 'overlayfs',
  };
  const { type } = statfsSync(path);
  return names[type] ?? `file system ${type.toString(16)}`;
}
