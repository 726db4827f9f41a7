// DUR-12: after an fsync that failed nothing is acknowledged any more; and what was acknowledged had been synced.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runVictim } from './crash/run-victim.ts';
import { temporaryDirectory } from './temporary-directory.ts';

vi.setConfig({ testTimeout: 120_000 });

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('DUR-12: a publish whose fsync fails is not acknowledged, nor is any after it', async (context) => {
  if (!hasStrace()) return context.skip('strace is not installed, or may not trace');
  const path = join(temporaryDirectory(), 'posthorn.db');
  const first = runVictim(path, 'visit');
  expect(await first.ended).toMatchObject({ code: 0 });
  const tool = ['strace', '-f', '-qq', '-P', `${path}-wal`, '-e', 'trace=fsync,fdatasync'];
  const inject = ['-e', 'inject=fsync,fdatasync:error=EIO:when=5', '-o', '/dev/null'];

  const victim = runVictim(path, 'publish all', 20, [...tool, ...inject]);
  expect(await victim.ended).toMatchObject({ code: 0 });

  const outcomes = victim.words.filter((word) =>
    /^(stored|StoreBroken|StoreFull|StoreUnavailable)/.test(word),
  );
  const failed = outcomes.findIndex((word) => word !== 'stored');
  expect(failed).toBeGreaterThan(0);
  expect(outcomes.slice(failed).every((word) => word.startsWith('StoreBroken'))).toBe(true);
  expect(outcomes).toHaveLength(20);
});

test('DUR-01: each acknowledgement comes after a sync of the log that holds it', async (context) => {
  if (!hasStrace()) return context.skip('strace is not installed, or may not trace');
  const directory = temporaryDirectory();
  const [path, log] = [join(directory, 'posthorn.db'), join(directory, 'strace.log')];
  const tool = [
    'strace',
    '-f',
    '-y',
    '-qq',
    '-s',
    '200',
    '-e',
    'trace=pwrite64,fsync,fdatasync,write',
    '-o',
    log,
  ];

  const victim = runVictim(path, 'publish all', 8, tool);
  expect(await victim.ended).toMatchObject({ code: 0 });

  // Between two acknowledgements: a write to the log, then a sync of it that succeeded, and no write after the sync.
  const steps: string[] = [];
  const underWay = new Map<string, string>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(.*)$/.exec(line) ?? ['', '', ''];
    // Where another thread's call comes between, its begin and its end are lines of their own.
    const begun = call.endsWith(' <unfinished ...>');
    if (begun) underWay.set(thread, call);
    const ended = begun ? '' : call.replace(/^<\.\.\. .*? resumed>/, underWay.get(thread) ?? '');
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) steps.push('write');
    else if (/^(fsync|fdatasync)\(\d+<[^>]*-wal>.* = 0$/.test(ended)) steps.push('sync');
    else if (/^write\(1<.*"stored/.test(call)) steps.push('acknowledged');
  }
  const untilLast = steps.slice(0, steps.lastIndexOf('acknowledged') + 1);
  const rounds = untilLast.join(' ').split(' acknowledged').slice(0, -1);
  expect(rounds).toHaveLength(8);
  for (const round of rounds) expect(round).toMatch(/write sync$/);
});
