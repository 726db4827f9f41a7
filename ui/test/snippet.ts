// The snippet that a page offers for Node, run as it stands.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';

export type Verify = (...given: readonly unknown[]) => unknown;

/** A package that it imports is this repository's. */
export async function shownVerify(page: Page): Promise<Verify> {
  await page.getByRole('tab', { name: 'Node' }).click();
  const source = await page.getByLabel('Verifying in Node', { exact: true }).textContent();
  const { resolve } = createRequire(new URL('../../server/package.json', import.meta.url));
  const runnable = (source ?? '').replace(
    /from 'jose'/,
    () => `from '${pathToFileURL(resolve('jose')).href}'`,
  );
  await using home = await temporaryDirectory();
  const path = join(home.path, 'verify.mjs');
  await writeFile(path, runnable);
  const { verify } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    readonly verify: Verify;
  };
  return verify;
}
