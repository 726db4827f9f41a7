// What something was built from: a hash of its sources, to compare with what was hashed at the last build.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Of the files, and of all that is in the directories, by their names in `root`; those that are not there don't count. */
export function hashOf(root: string, names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => filesAt(join(root, name))))
    hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Whether the file that a build leaves last says that it was made from these sources. */
export function isBuiltFrom(sources: string, stamp: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((file) => join(path, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted();
}
