// The list of webhooks: how each does, found and narrowed, and followed while it is open.

import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { injections } from './injections.ts';
import { visitAs } from './sign-in.ts';

/** The create line of Atlassian's guide, verbatim. */
const guideLine = `curl -u admin:password -X POST -H 'Content-Type: application/json' -d '{"name": "Page changes","events": ["page_created","page_removed","page_updated"],"url": "http://example.endpoint.com","active": true}' http://example.confluence.com/rest/api/webhooks/`;
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let browser: Browser;
let posthorn: Posthorn;
let good: Receiver;
let bad: Receiver;

beforeAll(async () => {
  [browser, posthorn, good, bad] = await Promise.all([
    openBrowser(),
    startPosthorn({ env: { POSTHORN_ADMIN_PASSWORD: 'password' } }),
    startReceiver(),
    startReceiver(() => ({ status: 503 })),
  ]);
  await webhook({ name: 'Billing sync', url: `${good.url}/billing`, eventTypes: ['invoice.*'] });
  await webhook({ name: 'Data warehouse', url: `${bad.url}/ingest`, eventTypes: ['*'] });
  await webhook({ name: 'On holiday', url: good.url, eventTypes: ['never'], state: 'paused' });
  await webhook({
    name: injections.join(' ').slice(0, 255),
    url: `${good.url}/?q=${encodeURIComponent(injections[0])}`,
    eventTypes: ['page_created'],
    dialect: 'confluence',
  });
  await posthorn.api('/events', { method: 'POST', body: { type: 'invoice.paid', data: {} } });
  await Promise.all([good.waitFor(1), bad.waitFor(1)]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose](), good?.close(), bad?.close()]);
});

test('each webhook shows how it does', async () => {
  await using visitor = await visitAs(browser, seen(), '/webhooks', { width: 1440 });
  const { page, complaints } = visitor;
  await expect.poll(() => textOf(page, 'Data warehouse')).toMatch(/Failing.*503.*0 %/s);
  await expect.poll(() => textOf(page, 'Billing sync')).toMatch(/Active.*200.*100 %/s);
  await page.getByRole('img', { name: 'Billing sync, last 24 hours: 1 of 1 attempts succeeded' }).waitFor();
  await page.getByText(injections[0]).first().waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('on a phone and in the dark, state and name are what is left', async () => {
  await using visitor = await visitAs(browser, seen(), '/webhooks', { width: 390, dark: true });
  const { page, complaints } = visitor;
  await expect.poll(() => textOf(page, 'Data warehouse')).toContain('Failing');
  await page.getByText(injections[0]).first().waitFor();
  expect(await page.getByText('Last outcome').isVisible()).toBe(false);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('search and filters stand in the URL, and survive a reload', async () => {
  await using visitor = await visitAs(browser, seen(), '/webhooks');
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('ingest');
  await expect.poll(() => names(page)).toEqual(['Data warehouse']);
  expect(page.url()).toContain('q=ingest');
  await page.reload();
  await expect.poll(() => names(page)).toEqual(['Data warehouse']);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('State').selectOption('paused');
  await expect.poll(() => names(page)).toEqual(['On holiday']);
  await page.getByLabel('State').selectOption('');
  await page.getByLabel('Failing only').check();
  await expect.poll(() => names(page)).toEqual(['Data warehouse']);
  await page.getByLabel('Dialect').selectOption('entrust');
  await page.getByText('No webhook is like this').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('the keyboard walks the list and opens a webhook', async () => {
  await using visitor = await visitAs(browser, seen(), '/webhooks');
  const { page } = visitor;
  await page.getByText('Billing sync').waitFor();
  for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { name: 'Billing sync' }).waitFor();
  expect(page.url()).toContain('/webhooks/wh_');
});

test.skipIf(!hasCurl)(
  "the guide's create command is run in a shell, and the webhook appears without a reload",
  async () => {
    await using visitor = await visitAs(browser, seen(), '/webhooks');
    const { page, complaints } = visitor;
    await page.getByText('Billing sync').waitFor();
    await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' });

    await using home = await temporaryDirectory();
    const target = `connect-to = "example.confluence.com:80:127.0.0.1:${posthorn.port}"`;
    await writeFile(join(home.path, '.curlrc'), `silent\n${target}\n`);
    await promisify(execFile)('sh', ['-c', guideLine], { env: { ...process.env, CURL_HOME: home.path } });

    await page.getByText('http://example.endpoint.com').waitFor();
    expect(await names(page)).toContain('Page changes');
    expect(complaints).toEqual([]);
  },
);

test('who may only look is offered nothing else', async () => {
  const { body } = await posthorn.api<{ id: string }>('/principals', {
    method: 'POST',
    body: {
      kind: 'user',
      username: 'reader',
      password: 'password-of-a-reader',
      displayName: 'Reader',
      roleId: 'rol_auditor',
    },
  });
  expect(body.id).toBeTruthy();
  const reader = { url: posthorn.url, username: 'reader', password: 'password-of-a-reader' };
  await using visitor = await visitAs(browser, reader, '/webhooks');
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').click();
  await page.getByRole('heading', { name: 'Billing sync' }).waitFor();
  for (const name of ['Create webhook', 'Test', 'Pause', 'More actions']) {
    expect(await page.getByRole('button', { name }).or(page.getByRole('link', { name })).count()).toBe(0);
  }
  await page.goto(`${posthorn.url}/ui/webhooks/new`);
  await page.getByText('You may not see this page').waitFor();
  expect(complaints).toEqual([]);
});

function seen(): Pick<Posthorn, 'url' | 'username' | 'password'> {
  return { url: posthorn.url, username: 'admin', password: 'password' };
}

async function webhook(body: object): Promise<void> {
  const answer = await posthorn.api('/webhooks', { method: 'POST', body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
}

function names(page: Page): Promise<string[]> {
  return page.locator('tbody td div.font-medium').allTextContents();
}

async function textOf(page: Page, name: string): Promise<string> {
  return (await page.getByRole('row').filter({ hasText: name }).first().textContent()) ?? '';
}
