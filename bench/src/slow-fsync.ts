// Makes every fsync of a server take a millisecond more: a library that is loaded before the system's own. strace could add
// the same, but stops the thread twice for it and then waits for a processor: that alone would cost more than what it adds.

import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SlowFsync extends AsyncDisposable {
  /** What a program is to have in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Undefined where there is no C compiler. */
export async function makeSlowFsync(): Promise<SlowFsync | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-bench-fsync-'));
  chmodSync(directory, 0o755); // a database server may run as somebody else
  const library = join(directory, 'slow-fsync.so');
  const source = fileURLToPath(new URL('slow-fsync.c', import.meta.url));
  const remove = () => rm(directory, { recursive: true });
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  });
  if (compiled.status === 0) return { env: { LD_PRELOAD: library }, [Symbol.asyncDispose]: remove };
  await remove();
  if (compiled.error !== undefined) return undefined;
  throw new Error(`cc can't compile ${source}: ${compiled.stderr}`);
}
