// A session that ends while somebody works: they sign in over the page, which goes on as if nothing had been.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createWebhook } from '../../server/test/end-to-end/given.ts';
import { expectAccessible } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

const url = 'https://example.com/hooks';
const over = { name: 'Your session has ended' };

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])('whoever sends a form after the end of the session signs in over it, and it is sent, %o', async (look) => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native', look);
  const { page, complaints } = visitor;
  const name = `Typed at ${look.width}`;
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('URL', { exact: true }).fill(url);
  await addPattern(page);
  await endSession(page);
  await page.getByRole('button', { name: 'Create webhook' }).click();
  const dialog = page.getByRole('dialog', over);
  await dialog.getByText('what you typed is kept').waitFor();
  await expectAccessible(page);
  await signInOver(page, 'wrong');
  await dialog.getByText('is not right').waitFor();
  await page.keyboard.press('Escape');
  for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Tab');
  // The focus comes back from the dialog's edge a moment later.
  const isInside = () => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null);
  await expect.poll(isInside).toBe(true);
  await signInOver(page, posthorn.password);
  await page.getByTestId('secret').waitFor();
  expect(await namesLike(name)).toEqual([name]);
  expect(complaints).toEqual([]);
});

test('a page that asks by itself after the end of the session keeps what is typed, and follows the news again', async () => {
  const { id } = await createWebhook(posthorn, url, { name: 'Orders' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByLabel('URL', { exact: true }).fill(`${url}/typed`);
  await endSession(page);
  await posthorn.api(`/webhooks/${id}`, { method: 'PATCH', body: { name: 'Orders of today' } });
  await page.getByRole('dialog', over).waitFor();
  await signInOver(page, posthorn.password);
  await page.getByText('Somebody else changed this webhook meanwhile').first().waitFor();
  expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe(`${url}/typed`);
  expect(page.url()).toBe(`${posthorn.url}/ui/webhooks/${id}/settings`);
  await posthorn.api(`/webhooks/${id}`, { method: 'PATCH', body: { name: 'Orders of tomorrow' } });
  await page.getByRole('heading', { level: 1, name: 'Orders of tomorrow' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a dialog that was open keeps what is typed in it, too', async () => {
  await using visitor = await visitAs(browser, posthorn, '/events');
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'Publish an event' }).first().click();
  const publish = page.getByRole('dialog', { name: 'Publish a test event' });
  await publish.getByLabel('Event type').fill('order.kept');
  await publish.getByLabel('Data').fill('{"kept": true}');
  await endSession(page);
  await publish.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog', over).waitFor();
  await signInOver(page, posthorn.password);
  await publish.getByText('Accepted').waitFor();
  const { body } = await posthorn.api<{ data: readonly unknown[] }>('/events?type=order.kept');
  expect(body.data.length).toBe(1);
  expect(complaints).toEqual([]);
});

test('who acts inside another tenant acts there again, and not at home', async () => {
  const tenant = await posthorn.api('/tenants', { method: 'POST', body: { name: 'elsewhere' } });
  expect(tenant).toMatchObject({ status: 201 });
  await using visitor = await visitAs(browser, posthorn, '/webhooks');
  const { page } = visitor;
  await page.getByRole('button', { name: /^Tenant: / }).click();
  await page.getByRole('menuitem', { name: 'elsewhere' }).click();
  await page.getByRole('button', { name: 'Tenant: elsewhere' }).waitFor();
  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  await page.getByRole('link', { name: 'Create webhook' }).first().click();
  await page.getByRole('link', { name: /^Native/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Of elsewhere');
  await page.getByLabel('URL', { exact: true }).fill(url);
  await addPattern(page);
  await endSession(page);
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('dialog', over).waitFor();
  await signInOver(page, posthorn.password);
  await page.getByTestId('secret').waitFor();
  expect(await namesLike('Of elsewhere')).toEqual([]);
});

test('another person begins at the start, and sees nothing of what the first had typed', async () => {
  const password = 'password-of-the-second';
  const made = await posthorn.api('/principals', {
    method: 'POST',
    body: { kind: 'user', username: 'second', displayName: 'Second', password, roleId: 'rol_administrator' },
  });
  expect(made).toMatchObject({ status: 201 });
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Of the first');
  await page.getByLabel('URL', { exact: true }).fill('https://example.com/first');
  await addPattern(page);
  await endSession(page);
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('dialog', over).waitFor();
  await signInOver(page, password, 'second');
  await page.getByRole('button', { name: 'Account: Second' }).waitFor();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(page.url()).toBe(`${posthorn.url}/ui/`);
  await page.goBack();
  expect(await page.getByText('Of the first').count()).toBe(0);
  expect(complaints).toEqual([]);
});

async function addPattern(page: Page): Promise<void> {
  await page.getByLabel('Event type or pattern').fill('order.*');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

/** As when it has lasted its time. */
async function endSession(page: Page): Promise<void> {
  await page.context().clearCookies();
}

async function signInOver(page: Page, password: string, username?: string): Promise<void> {
  const dialog = page.getByRole('dialog', over);
  if (username !== undefined) await dialog.getByLabel('Username').fill(username);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

async function namesLike(name: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ q: name });
  const { body } = await posthorn.api<{ data: readonly { name: string }[] }>(`/webhooks?${query}`);
  return body.data.map((webhook) => webhook.name);
}
