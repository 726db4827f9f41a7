// Making a webhook of each dialect: through the form to a delivery whose signature the page's own snippet verifies.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Receiver, type Recorded } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { visitAs } from './sign-in.ts';
import { shownVerify } from './snippet.ts';

let browser: Browser;
let posthorn: Posthorn;
let receiver: Receiver;

beforeAll(async () => {
  [browser, posthorn] = await Promise.all([openBrowser(), startPosthorn()]);
});
beforeEach(async () => {
  receiver = await startReceiver();
  return () => receiver.close();
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose]()]);
});

test('the first webhook is offered with a command; a native one is made, and what arrives verifies', async () => {
  await publishable('invoice.paid', 'invoice.sent', 'customer.created');
  await using visitor = await visitAs(browser, posthorn, '/webhooks');
  const { page, complaints } = visitor;
  await page.getByText('No webhooks yet').waitFor();
  expect(await page.getByLabel('Create the first webhook', { exact: true }).textContent()).toContain(
    `curl ${posthorn.url}/api/v1/webhooks`,
  );
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole('link', { name: 'Create webhook' }).click();
  await page.getByRole('link', { name: /^Native/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Billing');
  await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/hooks?a=1`);
  await page.getByRole('button', { name: 'Test URL' }).click();
  await page.getByText('Answer', { exact: true }).waitFor();
  expect(receiver.requests.map(({ method }) => method)).toEqual(['HEAD']);

  await page.getByRole('searchbox', { name: 'Search events' }).fill('paid');
  await page.getByLabel('invoice.paid').check();
  await page.getByRole('searchbox', { name: 'Search events' }).fill('');
  await page
    .getByRole('checkbox', { name: /^invoice/ })
    .first()
    .click();
  expect(await chosenIn(page)).toEqual(['invoice.*']);
  await page.getByLabel('Event type or pattern').fill('order.shipped');
  await page.keyboard.press('Enter');
  expect(await chosenIn(page)).toEqual(['invoice.*', 'order.shipped']);
  await expectAccessible(page);
  await create(page);

  const secret = await shownSecret(page);
  expect(secret).toMatch(/^whsec_/);
  const verify = await shownVerify(page);
  await expectAccessible(page);
  await publish('invoice.sent', { n: 1 });
  const { headers, body } = await delivered();
  expect(verify(headers, body, secret)).toBe(true);
  expect(verify(headers, Buffer.from('{}'), secret)).toBe(false);

  await page.getByRole('link', { name: 'Open the webhook' }).click();
  await page.getByRole('heading', { name: 'Attempts' }).waitFor();
  expect(await page.content()).not.toContain(secret);
  expect(complaints).toEqual([]);
});

test('a native webhook with a pair of keys: the public one verifies, and there is no secret', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Signed by a pair');
  await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/pair`);
  await page.getByLabel('Event type or pattern').fill('pair.*');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Signature scheme').selectOption('http-message-signature');
  await page.getByLabel('Algorithm').selectOption('ed25519');
  await create(page);

  expect(await page.getByTestId('secret').count()).toBe(0);
  const pem = await page.getByLabel('Public key', { exact: true }).textContent();
  const verify = await shownVerify(page);
  await publish('pair.made', {});
  const { method, url, headers, body } = await delivered();
  expect(verify({ method, url: receiver.url + url, headers, body }, pem)).toBe(true);
  expect(verify({ method, url: receiver.url, headers, body }, pem)).toBe(false);
  expect(complaints).toEqual([]);
});

test("a Confluence webhook has the vendor's fields in the vendor's order, and signs with the secret that was given", async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=confluence');
  const { page, complaints } = visitor;
  const order = [
    'Title',
    'URL',
    'Secret',
    'Test connection',
    'Events',
    'Active',
    'Username',
    'TLS verification',
  ];
  const form = (await page.locator('form').innerText()).split('\n').map((line) => line.trim());
  expect(form.filter((line) => order.includes(line))).toEqual(order);

  await page.getByLabel('Title').fill('Search index');
  await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/index`);
  await page.getByLabel('Secret').fill('s3cret');
  await page.getByRole('checkbox', { name: 'Pages' }).check();
  expect(await chosenIn(page)).toContain('blueprint_page_created');
  await page.getByLabel('Username').fill('jane');
  await page.getByLabel('Password').fill('pa55');
  await expectAccessible(page);
  await create(page);

  const verify = await shownVerify(page);
  await publish('page_created', { page: { id: 1 } });
  const { headers, body } = await delivered();
  expect(verify(headers, body, 's3cret')).toBe(true);
  expect(headers.authorization).toBe(`Basic ${Buffer.from('jane:pa55').toString('base64')}`);
  expect(complaints).toEqual([]);
});

test('a Xurrent webhook takes one event and a policy made on the spot, whose tokens verify', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=xurrent');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Service desk');
  await page.getByLabel('URI', { exact: true }).fill(`${receiver.url}/desk`);
  await page.getByRole('searchbox', { name: 'Search events' }).fill('request.create');
  await page.getByLabel('request.create').check();
  await page.getByRole('searchbox', { name: 'Search events' }).fill('request.update');
  await page.getByLabel('request.update').check();
  expect(await chosenIn(page)).toEqual(['request.update']);
  await page.getByRole('searchbox', { name: 'Search events' }).fill('request.');
  await page.getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowUp');
  const above = await chosenIn(page);
  expect(above).toHaveLength(1);
  expect(above).not.toEqual(['request.update']);
  await page.keyboard.press('ArrowDown');
  expect(await chosenIn(page)).toEqual(['request.update']);
  // Chromium takes those without a name together as well; other browsers do not.
  const names = await page
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((radio) => radio.getAttribute('name')));
  expect([...new Set(names)]).toEqual([expect.stringMatching(/./)]);
  await page.getByRole('button', { name: 'New policy' }).click();
  const dialog = page.getByRole('dialog', { name: 'New policy' });
  const clickBeside = () => page.mouse.click(5, 5);
  await dialog.waitFor();
  await clickBeside();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'New policy' }).click();
  await dialog.getByLabel('Algorithm').selectOption('hs256');
  await dialog.getByLabel('Tokens are good for minutes').fill('10 min');
  await dialog.getByRole('button', { name: 'New policy' }).click();
  await dialog.getByText('A whole number, 1 or more').waitFor();
  await dialog.getByLabel('Tokens are good for minutes').fill('10');
  // What was filled in is still there.
  await clickBeside();
  await dialog.getByRole('button', { name: 'New policy' }).click();
  const secret = await shownSecret(page);
  await expectAccessible(page);
  await clickBeside();
  await page
    .getByRole('dialog', { name: 'The policy is made' })
    .getByRole('button', { name: 'Done' })
    .click();
  await create(page);

  const verify = await shownVerify(page);
  await publish('request.update', { status: 'done' }, { object: { id: '7' } });
  await receiver.waitFor(2);
  const payloads = await Promise.all(receiver.requests.map(({ body }) => verify(body.toString(), secret)));
  expect(payloads).toMatchObject([{ event: 'webhook.verify' }, { event: 'request.update' }]);
  const wrong = async () => verify(receiver.requests[0]!.body.toString(), 'wrong');
  await expect(wrong()).rejects.toThrow('signature verification failed');
  expect(complaints).toEqual([]);
});

test('an Entrust webhook tells how many may be active, and its token verifies', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=entrust');
  const { page, complaints } = visitor;
  await page.getByText('0 of 20 active webhooks used').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('SIEM');
  await page.getByLabel('Callback URL').fill(`${receiver.url}/siem`);
  await page.getByRole('checkbox', { name: 'Authentication' }).check();
  expect(await chosenIn(page)).toEqual(['authentication.succeeded', 'authentication.failed']);
  await page.getByLabel('Expires after days').fill('');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByText('A whole number, 0 to 3650').waitFor();
  await expectAccessible(page);
  await page.getByLabel('Expires after days').fill('0');
  await create(page);

  await page.getByText('Token', { exact: true }).waitFor();
  const token = await shownSecret(page);
  const verify = await shownVerify(page);
  await publish('authentication.failed', { subjectName: 'jane' });
  const { method, url, headers, body } = await delivered();
  expect(verify({ method, url: receiver.url + url, headers, body }, token)).toBe(true);
  expect(verify({ method, url: receiver.url + url, headers, body }, 'wrong')).toBe(false);
  await page.getByRole('link', { name: 'Open the webhook' }).click();
  await page.getByText('1 of 20 active webhooks used').waitFor();
  expect(complaints).toEqual([]);
});

test('what is wrong is told at its field until it is changed, and the first such field has the focus', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Wrong');
  await page.getByLabel('URL', { exact: true }).fill('ftp://example.com');
  await page.getByLabel('Event type or pattern').fill('a*b');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('alert').waitFor();
  const url = page.getByLabel('URL', { exact: true });
  await expect.poll(() => url.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await url.getAttribute('aria-invalid')).toBe('true');
  await expectAccessible(page);

  const empty = page.getByText('Must not be empty', { exact: true });
  await page.getByLabel('Name', { exact: true }).fill('');
  await url.fill('');
  expect(await url.getAttribute('aria-invalid')).toBeNull();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect.poll(() => empty.count()).toBe(2);
  expect(await page.locator('form').innerText()).not.toContain('/name');
  await page.getByLabel('Name', { exact: true }).fill('Wrong no more');
  await expect.poll(() => empty.count()).toBe(1);
  expect(await url.getAttribute('aria-invalid')).toBe('true');

  await page.getByText('Retries, deadline, headers').click();
  await page.getByLabel('Retry schedule').fill('soon');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByText('Write lengths of time').waitFor();
  expect(complaints).toEqual([]);
});

test('all that is missing or can not be read is told at once, and nothing is created', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByText('Only events whose content matches').click();
  await page.getByLabel('Filter as JSON').fill('{');
  await page.getByText('Retries, deadline, headers').click();
  await page.getByRole('button', { name: 'Add header' }).click();
  await page.getByLabel('Headers, value 1').fill('lonely');
  await page.getByLabel('Retry schedule').fill('soon');
  await page.getByLabel('Deadline in seconds').fill('60');
  await page.getByText('Retries, deadline, headers').click();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect.poll(() => page.getByText('Must not be empty', { exact: true }).count()).toBe(2);
  for (const told of [
    'Choose an event type',
    'This is not JSON yet',
    'The value “lonely” needs a name',
    'Write lengths of time',
    '1 to 30 seconds',
  ]) {
    await page.getByText(told).waitFor();
  }
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a URL that can not be delivered to is told with the reason and what to do, until it is changed', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page } = visitor;
  await receiver.close();
  await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/gone`);
  await page.getByRole('button', { name: 'Test URL' }).click();
  await page.getByText('Check the port, and that the receiver is running.').waitFor();
  await page.getByLabel('URL', { exact: true }).fill('http://10.0.0.1/');
  expect(await page.getByText('Check the port, and that the receiver is running.').count()).toBe(0);
  await page.getByRole('button', { name: 'Test URL' }).click();
  await page.getByText('Refused', { exact: true }).waitFor();
  expect(await page.getByText('Answer', { exact: true }).count()).toBe(0);
  await expectAccessible(page);
});

test('what was filled in is not lost by leaving without being asked', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Half done');
  await page.getByRole('link', { name: 'Event catalogue' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave with unsaved changes?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half done');
  await page.getByRole('link', { name: 'Event catalogue' }).click();
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await page.getByRole('heading', { name: 'Event catalogue' }).waitFor();
});

test.each([
  { width: 390, dark: true },
  { width: 1280, dark: true },
])('the choice and each form are accessible, %o', async (look) => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new', look);
  const { page, complaints } = visitor;
  await page.getByRole('link', { name: /^Native/ }).waitFor();
  await expectAccessible(page);
  for (const dialect of ['native', 'confluence', 'xurrent', 'entrust']) {
    await page.goto(`${posthorn.url}/ui/webhooks/new?dialect=${dialect}`);
    await page.getByText('Retries, deadline, headers').click();
    await page
      .getByRole('button', { name: /^Events of/ })
      .first()
      .click();
    await expectAccessible(page);
  }
  expect(complaints).toEqual([]);
});

test('a webhook is made with the keyboard only', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Tab');
  await page.keyboard.type(`${receiver.url}/keys`);
  await page.getByRole('checkbox', { name: 'All events' }).focus();
  await page.keyboard.press('Space');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '“By hand” is created' }).waitFor();
  expect(complaints).toEqual([]);
});

async function publishable(...names: readonly string[]): Promise<void> {
  for (const name of names) await posthorn.api('/event-types', { method: 'POST', body: { name } });
}

async function publish(type: string, data: object, more: object = {}): Promise<void> {
  const { status } = await posthorn.api('/events', { method: 'POST', body: { type, data, ...more } });
  expect(status).toBe(202);
}

/** The first POST that has arrived. */
async function delivered(): Promise<Recorded> {
  await expect.poll(() => posts().length, { timeout: 20_000 }).toBeGreaterThan(0);
  return posts()[0]!;
}

function posts(): readonly Recorded[] {
  return receiver.requests.filter(({ method }) => method === 'POST');
}

async function create(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('heading', { name: /is created$/ }).waitFor();
}

async function shownSecret(page: Page): Promise<string> {
  return (await page.getByTestId('secret').textContent()) ?? '';
}

function chosenIn(page: Page): Promise<string[]> {
  return page.getByRole('list', { name: 'Chosen events' }).getByRole('listitem').allTextContents();
}
