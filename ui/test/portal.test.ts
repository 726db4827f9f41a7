// The portal: a tenant's people come by a link that their product made, see what is theirs, and only for as long as it is good.

import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhook } from '../../server/test/end-to-end/given.ts';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser, visit, type Look, type Visitor } from './browser.ts';
import { injections } from './injections.ts';

const logo =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** All that these journeys do. */
const everything =
  'WEBHOOKS:VIEW WEBHOOKS:ADD WEBHOOKS:EDIT DELIVERIES:VIEW DELIVERIES:ADD EVENTS:VIEW EVENTS:ADD EVENTTYPES:VIEW'.split(
    ' ',
  );

let browser: Browser;
let posthorn: Posthorn;
let receiver: Receiver;
let product: Server;
/** Of the page that would show the portal in a frame; another site than Posthorn's. */
let productOrigin: string;
/** Whose people come to the portal. */
let tenantId: string;

beforeAll(async () => {
  [browser, posthorn, receiver, product] = await Promise.all([
    openBrowser(),
    startPosthorn(),
    startReceiver(),
    startProduct(),
  ]);
  productOrigin = `http://localhost:${(product.address() as AddressInfo).port}`;
  tenantId = await newTenant(posthorn, 'acme');
  await createWebhook(posthorn, receiver.url, { name: 'Of the operator' });
  const acme = await asTenant(posthorn, tenantId);
  await createWebhook(acme, receiver.url, { name: 'Billing sync' });
  await acme.api('/events', { method: 'POST', body: { type: 'invoice.paid', data: { injections } } });
  await receiver.waitFor(1);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose](), receiver?.close()]);
  product?.close();
});

test('a link shows the webhooks of its tenant alone, without a cookie, and its token is nowhere to be seen', async () => {
  await using visitor = await come(await link());
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  expect(await page.getByText('Of the operator').count()).toBe(0);
  expect(page.url()).toMatch(/\/portal\/ptl_\w+\/webhooks$/);
  expect(await page.title()).toBe('Webhooks · Webhooks');
  await page.reload();
  await page.getByText('Billing sync').waitFor();
  expect(await page.context().cookies()).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a webhook is made and tested, and a delivery looked into and sent again', async () => {
  await using hooks = await startReceiver();
  const started = await newTenant(posthorn, 'started');
  const api = await asTenant(posthorn, started);
  await api.api('/events', { method: 'POST', body: { type: 'order.weighed', data: { weight: 7 } } });
  await using visitor = await come(await link({ permissions: everything }, posthorn, started));
  const { page, complaints } = visitor;
  await page.getByRole('link', { name: 'Create webhook' }).click();
  await page.getByRole('link', { name: /^Native/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Shipping');
  await page.getByLabel('URL', { exact: true }).fill(hooks.url);
  await page.getByLabel('Event type or pattern').fill('order.*');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Only events whose content matches').click();
  await page.getByLabel('Filter as JSON').fill('{"data.weight": {"$lt": 5}}');
  await page.getByText('because data.weight is 7, not < 5').waitFor();
  await page.getByLabel('Filter as JSON').fill('{"data.weight": {"$exists": false}}');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByTestId('secret').waitFor();
  await page.getByRole('link', { name: 'Open the webhook' }).click();
  await page.getByRole('heading', { name: 'Shipping', level: 1 }).waitFor();
  expect(page.url()).toMatch(/\/portal\/ptl_\w+\/webhooks\/wh_\w+$/);
  await page.getByRole('link', { name: 'Test', exact: true }).first().click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByRole('tab', { name: 'Response' }).waitFor();
  await hooks.waitFor(1);

  await api.api('/events', { method: 'POST', body: { type: 'order.shipped', data: { injections } } });
  await hooks.waitFor(2);
  await page.getByRole('banner').getByRole('link', { name: 'Deliveries' }).click();
  await page.getByText('order.shipped').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
  const confirm = page.getByRole('dialog', { name: 'Deliver this event again?' });
  await confirm.getByRole('button', { name: 'Redeliver' }).click();
  await hooks.waitFor(3);
  expect(complaints).toEqual([]);
});

test('an event tells which webhooks it went to, and why not to others', async () => {
  await using visitor = await come(await link());
  const { page, complaints } = visitor;
  await page.getByRole('banner').getByRole('link', { name: 'Events' }).click();
  await page.getByText('invoice.paid').first().click();
  await page.getByText('Billing sync').first().waitFor();
  await page.getByText(injections[0]).first().waitFor();
  expect(page.url()).toMatch(/\/portal\/ptl_\w+\/events\/evt_\w+$/);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a link leads straight to a page below it', async () => {
  const [address, token] = (await link()).split('#');
  await using visitor = await come(`${address}/deliveries?state=delivered#${token}`);
  const { page, complaints } = visitor;
  await page.getByText('invoice.paid').first().waitFor();
  expect(page.url()).toBe(`${address}/deliveries?state=delivered`);
  expect(complaints).toEqual([]);
});

test('a page of an allowed origin shows it in a frame, also where frames may store nothing', async () => {
  const address = await link({ allowedOrigins: [productOrigin] });
  await using visitor = await visit(browser);
  const { page, complaints } = visitor;
  await page.addInitScript(() => {
    for (const place of ['localStorage', 'sessionStorage']) {
      const get = () => {
        throw new DOMException('Access is denied', 'SecurityError');
      };
      Object.defineProperty(globalThis, place, { get });
    }
  });
  await page.goto(`${productOrigin}/?frame=${encodeURIComponent(address)}`);
  const frame = page.frameLocator('iframe');
  await frame.getByText('Billing sync').click();
  await frame.getByRole('heading', { name: 'Billing sync' }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a page of any other origin shows nothing of it', async () => {
  const address = await link({ allowedOrigins: ['https://app.example.com'] });
  await using visitor = await visit(browser);
  const { page, complaints } = visitor;
  await page.goto(`${productOrigin}/?frame=${encodeURIComponent(address)}`);
  await expect.poll(() => complaints.join(' ')).toContain('frame-ancestors https://app.example.com');
  expect(await page.frameLocator('iframe').getByText('Billing sync').count()).toBe(0);
});

test('a link that was ended shows nothing from then on, and says where to go', async () => {
  const address = await link();
  await using visitor = await come(address);
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  await posthorn.api(`/portal-links/${idIn(address)}?tenantId=${tenantId}`, { method: 'DELETE' });
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('heading', { name: 'This page has closed' }).waitFor();
  expect(await page.getByText('Billing sync').count()).toBe(0);
  await expectAccessible(page);
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(404);
  await page.getByRole('heading', { name: 'This page has closed' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a link that ends while somebody types says so, and leaves what they typed until they go', async () => {
  const address = await link({ permissions: everything });
  await using visitor = await come(address);
  const { page, complaints } = visitor;
  await page.getByRole('link', { name: 'Create webhook' }).click();
  await page.getByRole('link', { name: /^Native/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Half typed');
  await page.getByLabel('URL', { exact: true }).fill(receiver.url);
  await posthorn.api(`/portal-links/${idIn(address)}?tenantId=${tenantId}`, { method: 'DELETE' });
  await page.getByRole('button', { name: 'Create webhook' }).click();
  const notice = page.getByRole('banner').getByText('This page has closed');
  await notice.waitFor();
  expect(await notice.textContent()).toContain('go back to where you opened this page');
  expect(await page.getByText('The credentials are not right').count()).toBe(0);
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half typed');
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  await page.getByRole('banner').getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'This page has closed' }).waitFor();
  expect(complaints).toEqual([]);
});

test('without its token, an address shows nothing', async () => {
  const [address = ''] = (await link()).split('#');
  await using visitor = await come(address);
  const { page, complaints } = visitor;
  await page.getByRole('heading', { name: 'This page has closed' }).waitFor();
  expect(complaints).toEqual([]);
});

test('the end of a link is announced, and once it has come nothing shows any more', async () => {
  await using data = await temporaryDirectory();
  const first = await startPosthorn({ dataDir: data.path });
  const { port } = first;
  const address = await link({ expiresInS: 120 }, first, await newTenant(first, 'acme'));
  await using visitor = await come(address);
  const { page } = visitor;
  await expect
    .poll(() => page.getByRole('status').allTextContents())
    .toContainEqual(expect.stringMatching(/closes in \d/));
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expectAccessible(page);
  await first.stop();
  rmSync(`${data.path}/posthorn.db.clean`);
  const database = new DatabaseSync(`${data.path}/posthorn.db`);
  database.prepare('UPDATE portal_links SET expires_at = ?').run(Date.now() - 1);
  database.close();
  await using again = await startPosthorn({ dataDir: data.path, port });
  expect(again.url).toBe(first.url);
  await page.reload();
  await page.getByRole('heading', { name: 'This page has closed' }).waitFor();
});

test('what the link does not allow is not offered', async () => {
  await using visitor = await come(await link({ permissions: ['WEBHOOKS:VIEW'] }));
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Webhooks']);
  expect(await page.getByRole('link', { name: 'Create webhook' }).count()).toBe(0);
  await page.getByText('Billing sync').click();
  await page.getByRole('heading', { name: 'Billing sync' }).waitFor();
  expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a link that allows to see nothing says so, and a path that is no page leads back', async () => {
  const [address, token] = (await link({ permissions: ['EVENTS:ADD'] })).split('#');
  await using visitor = await come(`${address}/settings#${token}`);
  const { page, complaints } = visitor;
  await page.getByRole('link', { name: 'To the start' }).click();
  await page.getByText('This link shows nothing').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test.each([
  { accentColor: '#ffff00', dark: false },
  { accentColor: '#ffff00', dark: true, width: 390 },
  { accentColor: '#0a0a0a', dark: false, width: 390 },
  { accentColor: '#0a0a0a', dark: true },
])('accent, logo and title are the product’s, and can be read, %o', async ({ accentColor, ...look }) => {
  const title = injections[0] + injections[1];
  await using visitor = await come(await link({ accentColor, logoUrl: logo, title }), look);
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  await page.getByText(title).waitFor();
  expect(await page.title()).toBe(`Webhooks · ${title}`);
  expect(await accentOf(page)).not.toMatch(/^#(4f46e5|a5a0ff)$/);
  await expect
    .poll(() => page.locator('header img').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1);
  for (const name of ['Webhooks', 'Deliveries', 'Events']) {
    await page.getByRole('navigation').first().getByRole('link', { name }).click();
    await page.getByRole('heading', { name, exact: true }).waitFor();
    await expectAccessible(page);
  }
  expect(complaints).toEqual([]);
});

test('the accent follows when another theme is chosen', async () => {
  await using visitor = await come(await link({ accentColor: '#0a0a0a' }));
  const { page, complaints } = visitor;
  await page.getByText('Billing sync').waitFor();
  const inLight = await accentOf(page);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect.poll(() => accentOf(page)).not.toBe(inLight);
  expect(complaints).toEqual([]);
});

/** A page of an operator's product, with whatever its query names in a frame. */
async function startProduct(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const frame = new URL(url, 'http://localhost').searchParams.get('frame') ?? 'about:blank';
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>Product</title><iframe src="${frame}" width="900" height="700"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}

async function newTenant({ api }: Pick<Posthorn, 'api'>, name: string): Promise<string> {
  const created = await api<{ id: string }>('/tenants', { method: 'POST', body: { name } });
  expect(created).toMatchObject({ status: 201 });
  return created.body.id;
}

/** The URL of a new link, as the operator's product gets it. */
async function link(
  body: object = {},
  { api }: Pick<Posthorn, 'api'> = posthorn,
  of = tenantId,
): Promise<string> {
  const created = await api<{ url: string }>('/portal-links', {
    method: 'POST',
    body: { tenantId: of, ...body },
  });
  expect(created).toMatchObject({ status: 201 });
  return created.body.url;
}

/** Acts in a tenant by a link that allows all that one can. */
async function asTenant(server: Posthorn, id: string): Promise<Pick<Posthorn, 'api'>> {
  const token = (await link({ permissions: everything }, server, id)).split('#')[1];
  const headers = { authorization: `Bearer ${token}` };
  return {
    api: (path, request = {}) =>
      server.api(path, { ...request, headers: { ...request.headers, ...headers } }),
  };
}

async function come(address: string, look: Look = {}): Promise<Visitor> {
  const visitor = await visit(browser, look);
  await visitor.page.goto(address);
  return visitor;
}

function idIn(address: string): string {
  return /ptl_\w+/.exec(address)?.[0] ?? '';
}

function accentOf(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'));
}
