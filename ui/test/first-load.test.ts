// How much script a first visit fetches, to the overview and all that it draws.

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { openBrowser, visit } from './browser.ts';
import { signInAs } from './sign-in.ts';

const budgetBytes = 200_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

let browser: Browser;
let posthorn: Posthorn;

beforeAll(async () => {
  [browser, posthorn] = await Promise.all([openBrowser(), startPosthorn()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose]()]);
});

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
