// Signing in, and the frame around the pages.

import { expect, test } from 'vitest';
import { expectAccessible, visit } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

test('who is not signed in is asked to, and is then where they wanted to be', async () => {
  await using visitor = await visitAs(browser, posthorn, '/catalogue?q=page');
  const { page, complaints } = visitor;
  expect(page.url()).toBe(`${posthorn.url}/ui/catalogue?q=page`);
  expect(complaints).toEqual([]);
});

test('a wrong password says so, and says nothing else', async () => {
  await using visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${posthorn.url}/ui/`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('is not right');
});

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])('the sign-in page is accessible, %o', async (look) => {
  await using visitor = await visit(browser, look);
  const { page, complaints } = visitor;
  await page.goto(`${posthorn.url}/ui/sign-in`);
  await page.getByLabel('Username').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('signing out ends the session, in other tabs as well', async () => {
  await using visitor = await visitAs(browser, posthorn, '/catalogue');
  const { page } = visitor;
  const other = await page.context().newPage();
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Username').waitFor();
  await other.goto(`${posthorn.url}/ui/`);
  await expect.poll(() => other.getByLabel('Username').isVisible()).toBe(true);
});
