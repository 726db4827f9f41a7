// While the server is away: nobody is thrown out, and what is shown says that it may be old.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhook } from '../../server/test/end-to-end/given.ts';
import { startPosthorn } from '../../server/test/process/posthorn.ts';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { visitAs } from './sign-in.ts';

const assets = fileURLToPath(new URL('../dist/assets/', import.meta.url));
const url = 'https://example.com/hooks';

let browser: Browser;
beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser?.close());

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])('an outage throws nobody out: it is told, other pages open, and what is typed stays, %o', async (look) => {
  await using directory = await temporaryDirectory();
  const posthorn = await startPosthorn({ dataDir: directory.path });
  const { id } = await createWebhook(posthorn, url, { name: 'Orders' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`, look);
  const { page } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Orders of today');
  await fetchedAhead(page, ['DeliveriesPage', 'AccountTab', 'PhoneMenu']);
  await mark(page);
  await posthorn.kill9();

  await page.getByText(/^Not connected since \d\d:\d\d:\d\d\. What is shown may be old\.$/).waitFor();
  // Where it is not over anything.
  await page.evaluate(() => scrollTo(0, 0));
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Posthorn does not answer').first().waitFor();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Orders of today');

  await using again = await startPosthorn({ dataDir: directory.path, port: posthorn.port });
  await page.getByText('Not connected since').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await again.api(`/webhooks/${id}`)).body)
    .toMatchObject({ name: 'Orders of today' });
  await again.kill9();
  await page.getByText('Not connected since').waitFor();
  if (look.width < 600) await page.getByRole('button', { name: 'Menu' }).click();
  const pages = page.getByRole('navigation', { name: 'Main navigation' });
  await pages.getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  await page.getByText('Posthorn does not answer').waitFor();

  await using third = await startPosthorn({ dataDir: directory.path, port: posthorn.port });
  await page.getByText('Posthorn does not answer').waitFor({ state: 'detached' });
  expect(third.exit).toBeUndefined();
  expect(await isMarked(page)).toBe(true);
});

test('a page whose code can not be had says so in its place, and is there once the server is', async () => {
  await using posthorn = await startPosthorn();
  await using visitor = await visitAs(browser, posthorn, '/webhooks');
  const { page } = visitor;
  await mark(page);
  const code = `**/${assetOf('CataloguePage')}`;
  for (const path of [code, '**/health']) await page.route(path, (route) => route.abort());
  await page.getByRole('link', { name: 'Event catalogue' }).click();
  await page.getByRole('heading', { level: 1, name: 'This page could not be shown' }).waitFor();
  await page.getByText('Posthorn does not answer').waitFor();
  await expectAccessible(page);
  await page.unroute(code);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Event catalogue' }).waitFor();
  expect(await isMarked(page)).toBe(true);
});

test('a server of another version, which has other files, is told; the reader says when to reload', async () => {
  await using posthorn = await startPosthorn();
  await using visitor = await visitAs(browser, posthorn, '/webhooks');
  const { page } = visitor;
  await mark(page);
  const code = `**/${assetOf('CataloguePage')}`;
  await page.route(code, (route) => route.fulfill({ status: 404 }));
  await page.getByRole('link', { name: 'Event catalogue' }).click();
  await page.getByText('Posthorn has been updated since this window was opened').waitFor();
  expect(await isMarked(page)).toBe(true);
  await page.unroute(code);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('heading', { level: 1, name: 'Event catalogue' }).waitFor();
  expect(await isMarked(page)).toBe(false);
});

/** The file that has the component. */
function assetOf(component: string): string {
  const exported = new RegExp(`\\bas ${component}\\b`);
  const name = readdirSync(assets).find(
    (one) => one.endsWith('.js') && exported.test(readFileSync(`${assets}${one}`, 'utf8')),
  );
  if (name === undefined) throw new Error(`no file has ${component}`);
  return name;
}

async function fetchedAhead(page: Page, components: readonly string[]): Promise<void> {
  for (const name of components.map(assetOf)) {
    const isThere = (one: string) =>
      performance.getEntriesByType('resource').some((entry) => entry.name.endsWith(one));
    await page.waitForFunction(isThere, name);
  }
}

/** A reload of the window would lose it. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(globalThis, { marked: true }));
const isMarked = (page: Page) => page.evaluate(() => 'marked' in globalThis);
