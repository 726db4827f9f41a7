// A visitor who has signed in to a running Posthorn.

import type { Browser, Page } from 'playwright-core';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { visit, type Look, type Visitor } from './browser.ts';

type Server = Pick<Posthorn, 'url' | 'username' | 'password'>;

/** Has signed in already, and lands on `path`, below `/ui`. */
export async function visitAs(
  browser: Browser,
  { url, username, password }: Server,
  path: string,
  look: Look = {},
): Promise<Visitor> {
  const visitor = await visit(browser, look);
  const { page } = visitor;
  const signedIn = await page.request.post(`${url}/api/v1/session`, { data: { username, password } });
  if (!signedIn.ok()) throw new Error(`no session: ${await signedIn.text()}`);
  await page.goto(`${url}/ui${path}`);
  await page.locator('#content').waitFor();
  return visitor;
}

/** Signs in through the form and lands on `path`, below `/ui`. */
export async function signInAs(page: Page, { url, username, password }: Server, path: string): Promise<void> {
  await page.goto(`${url}/ui${path}`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#content').waitFor();
}
