// How much script a first visit fetches, to the overview and all that it draws.

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { visit } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { signInAs } from './sign-in.ts';

const budgetBytes = 200_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

test('a first visit fetches at most 200 kB of script, zipped', async () => {
  await using visitor = await visit(browser);
  const { page } = visitor;
  const scripts = new Set<string>();
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
  });
  await signInAs(page, posthorn, '/');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const sizes = [...scripts].map((path) => [path, zippedBytes(path)] as const);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(scripts.size).toBeGreaterThan(1);
  expect({ total, withinBudget: total <= budgetBytes, sizes }).toMatchObject({ withinBudget: true });
});

function zippedBytes(path: string): number {
  return statSync(`${dist}${path.replace('/ui/', '')}.gz`).size;
}
