// Puts a directory that is made in one go where it is looked for: whoever looks finds all of it, or none.
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const triesMax = 5;
const scratchName = '.making-';
/** Whoever began to make something so long ago was killed. */
const scratchMsMax = 24 * 3_600_000;

/** What is there already gives way. Of several that do this at once one stays, whole. */
export async function makeInPlace(target: string, make: (into: string) => Promise<void>): Promise<void> {
  const place = dirname(target);
  removeWhere(place, scratchName, scratchMsMax);
  const scratch = mkdtempSync(join(place, scratchName));
  try {
    const made = join(scratch, 'made');
    await make(made);
    for (let tried = 1; !renamed(made, target); tried++) {
      if (tried === triesMax) throw new Error(`${target} is in the way and does not go`);
      renamed(target, join(scratch, `before-${tried}`));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Removes what is in the directory, begins with that name, and was not changed for so long. */
export function removeWhere(directory: string, beginsWith: string, unchangedMs: number): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(beginsWith)) continue;
    const changedAt = statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - changedAt > unchangedMs) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** Whether it could be: not where something else has the name, and not what another took away. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'ENOENT') return false;
    throw error;
  }
}
