// Puts a directory that is made in one go where it is looked for: whoever looks finds all of it, or none.
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const triesMax = 5;
const scratchName = '.making-';
/** Whoever began to make something so long ago was killed. */
const scratchMsMax = 24 * 3_600_000;

/**
 * Makes the directory unless it `isDone`. What is there already gives way, but not what another has done meanwhile; where
 * nothing can be made it stays.
 */
export async function makeInPlace(
  target: string,
  isDone: () => boolean,
  make: (into: string) => Promise<void>,
): Promise<void> {
  if (isDone()) return;
  const place = dirname(target);
  removeWhere(place, scratchName, scratchMsMax);
  const scratch = mkdtempSync(join(place, scratchName));
  try {
    const made = join(scratch, 'made');
    await make(made);
    statSync(made);
    for (let tried = 1; !isDone() && !renamed(made, target, 'ENOTEMPTY', 'EEXIST'); tried++) {
      if (tried === triesMax) throw new Error(`${target} is in the way and does not go`);
      renamed(target, join(scratch, `before-${tried}`), 'ENOENT');
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

/** Whether it could be; another failure than those expected is thrown. */
function renamed(from: string, to: string, ...expected: readonly string[]): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (expected.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
