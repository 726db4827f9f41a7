// Deliveries: seen while it happens, understood, repaired, one and many.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createWebhook,
  deliveries,
  delivery,
  isDelivered,
  publish,
} from '../../server/test/end-to-end/given.ts';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { injections } from './injections.ts';
import { visitAs } from './sign-in.ts';

const within = { timeout: 30_000 };
const run = promisify(execFile);

let browser: Browser;
let posthorn: Posthorn;

beforeAll(async () => {
  [browser, posthorn] = await Promise.all([
    openBrowser(),
    startPosthorn({ env: { POSTHORN_RETRY_SCHEDULE: '1h,1h' } }),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose]()]);
});

/** A row of the list, by the event type of its delivery. */
const rowOf = (page: Page, type: string) => page.getByRole('row').filter({ hasText: type });
const failed = ({ attemptCount }: { readonly attemptCount: number }) => attemptCount > 0;

test('a failing delivery says why, is retried once its receiver is repaired, and is seen delivered without a reload', async () => {
  await using receiver = await startReceiver(() => ({
    status: 503,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"the database is down"}',
  }));
  await createWebhook(posthorn, `${receiver.url}/orders`, { name: 'Orders', eventTypes: ['repair.me'] });
  const { id: eventId } = await publish(posthorn, 'repair.me', { order: 7 });
  const { id } = await delivery(posthorn, eventId, failed);

  await using visitor = await visitAs(browser, posthorn, '/deliveries');
  const { page, complaints } = visitor;
  await rowOf(page, 'repair.me').click();
  const drawer = page.getByRole('dialog', { name: /Delivery of repair.me/ });
  await drawer.getByText('The first attempt failed. The receiver failed with 503.').waitFor();
  await drawer.getByText(/The next attempt is made/).waitFor();
  await drawer.getByText('"the database is down"').waitFor();
  expect(page.url()).toContain(`open=${id}`);
  await expectAccessible(page);

  receiver.respondWith({ status: 200 });
  await drawer.getByRole('button', { name: 'Retry now' }).click();
  await drawer.getByText('Delivered at attempt 2.').waitFor();
  await drawer.getByRole('button', { name: /Attempt 2 200/ }).waitFor();
  await drawer.getByRole('tab', { name: 'Timing' }).last().click();
  await drawer.getByText(/\d:\d\d\.\d{3} UTC$/).waitFor();
  await page.keyboard.press('Escape');
  await rowOf(page, 'repair.me').getByText('Delivered').waitFor();
  expect(complaints).toEqual([]);
});

test('what a webhook holds back says by what, in the list and alone, and follows without a reload', async () => {
  await using well = await startReceiver();
  await using ill = await startReceiver(() => ({ status: 503 }));
  const desk = { dialect: 'xurrent', profile: 'durable' };
  await createWebhook(posthorn, ill.url, { ...desk, name: 'Desk', eventTypes: ['request.create'] });
  const asked = await publish(posthorn, 'request.create');
  const { id: unverified } = await delivery(posthorn, asked.id, failed);
  const { id: paused } = await createWebhook(posthorn, well.url, {
    state: 'paused',
    eventTypes: ['held.paused'],
  });
  await publish(posthorn, 'held.paused');
  await createWebhook(posthorn, ill.url, { name: 'Stuck', eventTypes: ['held.open', 'held.behind'] });
  for (let count = 0; count < 10; count++)
    await delivery(posthorn, (await publish(posthorn, 'held.open')).id, failed);
  await publish(posthorn, 'held.behind');

  await using visitor = await visitAs(browser, posthorn, '/deliveries');
  const { page, complaints } = visitor;
  await rowOf(page, 'held.behind')
    .getByText(/^breaker open, \d+/)
    .waitFor();
  await rowOf(page, 'request.create')
    .getByText(/^in \d+ /)
    .waitFor();
  const row = rowOf(page, 'held.paused');
  await row.getByText('paused', { exact: true }).waitFor();
  await expectAccessible(page);
  await row.click();
  const drawer = page.getByRole('dialog', { name: /Delivery of held.paused/ });
  await drawer.getByText('It waits because the webhook is paused.').waitFor();
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'Retry now' }).click();
  await page.getByText('Due now. It waits because the webhook is paused.').waitFor();
  await posthorn.api(`/webhooks/${paused}/resume`, { method: 'POST' });
  await drawer.getByText('Delivered at the first attempt.').waitFor();
  await page.goto(`${posthorn.url}/ui/deliveries/${unverified}`);
  await page.getByText('The first attempt failed. The receiver failed with 503.', { exact: true }).waitFor();
  await page.getByText(/The next attempt is made/).waitFor();
  expect(complaints).toEqual([]);
});

test('what failed for good is redelivered with a key, and the new delivery names the old one', async () => {
  await using receiver = await startReceiver(() => ({ status: 404 }));
  await createWebhook(posthorn, receiver.url, {
    name: 'Once',
    eventTypes: ['again.please'],
    retrySchedule: [1],
  });
  const { id: eventId } = await publish(posthorn, 'again.please');
  const { id } = await delivery(posthorn, eventId, ({ state }) => state === 'exhausted');
  receiver.respondWith({ status: 200 });

  await using visitor = await visitAs(browser, posthorn, `/deliveries/${id}`);
  const { page, complaints } = visitor;
  await page.getByText(/All attempts of its schedule failed/).waitFor();
  await page
    .getByText(/The path does not exist at the receiver/)
    .first()
    .waitFor();
  await page.keyboard.press('r');
  await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
  await page.getByText('Delivered at the first attempt.').waitFor();
  await page.getByRole('button', { name: id }).click();
  await page.getByText('Redelivered as').waitFor();
  expect(page.url()).toContain(id);
  expect(complaints).toEqual([]);
});

test('a hanging and a vanished receiver are explained with what to do', async () => {
  await using hanging = await startReceiver(() => new Promise(() => {}));
  const gone = await startReceiver();
  await gone.close();
  await createWebhook(posthorn, hanging.url, { timeoutMs: 1_000, eventTypes: ['trouble.hangs'] });
  await createWebhook(posthorn, gone.url, { eventTypes: ['trouble.gone'] });
  const [slow, refused] = await Promise.all(
    ['trouble.hangs', 'trouble.gone'].map(async (type) =>
      delivery(posthorn, (await publish(posthorn, type)).id, failed),
    ),
  );

  await using visitor = await visitAs(browser, posthorn, `/deliveries/${slow!.id}`);
  const { page, complaints } = visitor;
  await page.getByText(/It should store the event, answer 2xx at once/).waitFor();
  await page.getByRole('tab', { name: 'Timing' }).click();
  await page.getByRole('table', { name: 'How long each part took' }).getByText('First byte').waitFor();
  await page.goto(`${posthorn.url}/ui/deliveries/${refused!.id}`);
  await page.getByText(/Nothing listens on this port/).waitFor();
  expect(complaints).toEqual([]);
});

test('copied as curl, an attempt reaches the receiver with the same body and headers', async () => {
  await using receiver = await startReceiver();
  await createWebhook(posthorn, `${receiver.url}/a?b=[1]&api_key=s3cret`, {
    eventTypes: ['copy.me'],
    headers: { 'x-team': "it's $HOME", 'x-api-key': 's3cret' },
  });
  const { id: eventId } = await publish(posthorn, 'copy.me', {
    text: `it's "quoted", $HOME \`id\` \\ \u202e 漢字`,
    control: '\u0085',
  });
  const { id } = await delivery(posthorn, eventId, isDelivered);

  await using visitor = await visitAs(browser, posthorn, `/deliveries/${id}`);
  const { page, complaints } = visitor;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).first().waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).not.toContain('s3cret');
  // oxlint-disable-next-line no-control-regex -- nothing that a terminal would act on
  expect(command).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);

  await run('bash', ['-c', command]);
  const [sent, copied] = await receiver.waitFor(2);
  expect(copied!.body.equals(sent!.body)).toBe(true);
  expect(copied!.url).toBe(sent!.url.replace('s3cret', '[redacted]'));
  const { 'x-api-key': _, host: __, connection: ___, ...headers } = sent!.headers;
  expect(copied!.headers).toMatchObject(headers);
  expect(copied!.headers['x-api-key']).toBe('[redacted]');
  expect(complaints).toEqual([]);
});

test('the signature of each scheme is explained, and the shell’s answer is the header’s', async () => {
  await using receiver = await startReceiver();
  const { secret } = await createWebhook(posthorn, receiver.url, { eventTypes: ['sign.standard'] });
  await createWebhook(posthorn, receiver.url, {
    eventTypes: ['sign.message'],
    signing: { scheme: 'http-message-signature' },
  });
  const [standard, message] = await Promise.all(
    ['sign.standard', 'sign.message'].map(async (type) =>
      delivery(posthorn, (await publish(posthorn, type)).id, isDelivered),
    ),
  );

  await using visitor = await visitAs(browser, posthorn, `/deliveries/${standard!.id}`);
  const { page } = visitor;
  await page.getByRole('tab', { name: 'Signature' }).click();
  const shell = await page
    .getByLabel('In a shell, with the body as body.json', { exact: true })
    .textContent();
  const sent = receiver.requests.find(({ headers }) => headers['webhook-id'] === standard!.eventId)!;
  const command = shell!
    .replace('whsec_…', secret!)
    .replace('cat body.json', `printf %s '${sent.body.toString()}'`);
  const { stdout } = await run('bash', ['-c', command]);
  expect(sent.headers['webhook-signature']).toBe(`v1,${stdout.trim()}`);

  await page.goto(`${posthorn.url}/ui/deliveries/${message!.id}`);
  await page.getByRole('tab', { name: 'Signature' }).click();
  await page.getByText(/"@signature-params": \("@method" "@target-uri"/).waitFor();
});

test('new rows wait behind a button, and states of rows in sight follow', async () => {
  await using receiver = await startReceiver(() => ({ status: 500 }));
  await createWebhook(posthorn, receiver.url, { eventTypes: ['live.*'] });
  const { id: first } = await publish(posthorn, 'live.first');
  const { id } = await delivery(posthorn, first, failed);

  await using visitor = await visitAs(browser, posthorn, '/deliveries');
  const { page, complaints } = visitor;
  await rowOf(page, 'live.first').getByText('Scheduled').waitFor();
  const count = await page.getByRole('row').count();
  for (const type of ['live.second', 'live.third']) await publish(posthorn, type);
  await page.getByRole('button', { name: '2 new' }).waitFor();
  expect(await rowOf(page, 'live.second').count()).toBe(0);
  expect(await page.getByRole('row').count()).toBe(count);

  await posthorn.api(`/deliveries/${id}/cancel`, { method: 'POST' });
  await rowOf(page, 'live.first').getByText('Cancelled').waitFor();

  await page.getByRole('button', { name: '2 new' }).click();
  await rowOf(page, 'live.third').waitFor();
  await expect.poll(() => page.getByRole('button', { name: /new$/ }).count(), within).toBe(0);
  expect(complaints).toEqual([]);
});

test('filters stand in the URL, survive a reload, and say when nothing matches', async () => {
  await using receiver = await startReceiver(() => ({ status: 418 }));
  const webhook = await createWebhook(posthorn, receiver.url, { name: 'Teapot', eventTypes: ['filter.*'] });
  const { id: eventId } = await publish(posthorn, 'filter.one');
  const { id } = await delivery(posthorn, eventId, failed);
  await publish(posthorn, 'filter.two');

  await using visitor = await visitAs(browser, posthorn, '/deliveries');
  const { page, complaints } = visitor;
  await page.getByLabel('State', { exact: true }).selectOption('scheduled');
  await page.getByRole('combobox', { name: /^Webhook:/ }).click();
  await page.getByRole('combobox', { name: 'Search' }).fill('teap');
  await page.getByRole('option', { name: 'Teapot' }).click();
  await page.getByLabel('Time', { exact: true }).selectOption('1h');
  await page.getByLabel('Last status', { exact: true }).selectOption('4xx');
  await expect.poll(() => new URL(page.url()).search, within).toContain(`webhookId=${webhook.id}`);
  expect(new URL(page.url()).searchParams.get('state')).toBe('scheduled');
  await rowOf(page, 'filter.one').waitFor();

  await page.reload();
  await rowOf(page, 'filter.one').waitFor();
  expect(await page.getByLabel('State', { exact: true }).inputValue()).toBe('scheduled');
  expect(await page.getByLabel('Time', { exact: true }).inputValue()).toBe('1h');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByLabel('Delivery or event id').fill(eventId);
  await page.keyboard.press('Enter');
  await rowOf(page, 'filter.one').waitFor();
  await expect.poll(() => page.getByRole('row').count(), within).toBe(2);
  await page.getByLabel('Delivery or event id').fill(id);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('id'), within).toBe(id);

  await page.getByLabel('State', { exact: true }).selectOption('delivered');
  await page.getByText('No delivery matches').waitFor();
  expect(complaints).toEqual([]);
});

test('chosen deliveries are retried or cancelled together, and all that match are replayed after a count', async () => {
  await using receiver = await startReceiver(() => ({ status: 500 }));
  const { id: webhookId } = await createWebhook(posthorn, receiver.url, {
    name: 'Bulk',
    eventTypes: ['bulk.*'],
  });
  const events = [];
  for (const type of ['bulk.a', 'bulk.b', 'bulk.c']) events.push(await publish(posthorn, type));
  for (const { id } of events) await delivery(posthorn, id, failed);
  receiver.respondWith({ status: 200 });

  await using visitor = await visitAs(browser, posthorn, `/deliveries?webhookId=${webhookId}`);
  const { page, complaints } = visitor;
  await rowOf(page, 'bulk.a').getByRole('checkbox').check();
  await page.getByRole('toolbar').getByText('1 chosen').waitFor();
  await page.getByRole('toolbar').getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('button', { name: 'Retry now' }).click();
  await rowOf(page, 'bulk.a').getByText('Delivered').waitFor();

  await rowOf(page, 'bulk.b').getByRole('checkbox').check();
  await rowOf(page, 'bulk.c').getByRole('checkbox').check();
  await expectAccessible(page);
  await page.getByRole('toolbar').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Cancel deliveries' }).click();
  await rowOf(page, 'bulk.b').getByText('Cancelled').waitFor();
  await rowOf(page, 'bulk.c').getByText('Cancelled').waitFor();

  await page.getByLabel('State', { exact: true }).selectOption('cancelled');
  await page.getByRole('button', { name: 'All that match' }).click();
  await page.getByRole('menuitem', { name: /Deliver all of them again/ }).click();
  await page.getByText('2 deliveries are made.').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start the replay' }).click();
  await expect
    .poll(async () => (await deliveries(posthorn, `webhookId=${webhookId}&state=delivered`)).length, within)
    .toBe(3);
  expect(complaints).toEqual([]);
});

test('the keyboard alone finds, opens, reads and closes a delivery', async () => {
  await using receiver = await startReceiver();
  const { id: webhookId } = await createWebhook(posthorn, receiver.url, { eventTypes: ['keys.*'] });
  for (const type of ['keys.old', 'keys.new']) await publish(posthorn, type);
  await using visitor = await visitAs(browser, posthorn, `/deliveries?webhookId=${webhookId}`);
  const { page } = visitor;
  await rowOf(page, 'keys.new').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: /keys.new/ }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('dialog', { name: /keys.old/ }).waitFor();
  await page.keyboard.press('k');
  await page.getByRole('dialog', { name: /keys.new/ }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count(), within).toBe(0);
  await page.keyboard.press('x');
  await page.getByText('1 chosen').waitFor();
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Delivery or event id',
  );
});

test.each([
  { width: 390, dark: false },
  { width: 1280, dark: true },
])('whatever users and receivers write stays text, %o', async (look) => {
  const [first, second, third] = injections;
  await using receiver = await startReceiver(() => ({
    status: 500,
    headers: { 'content-type': 'text/html', 'x-told': first },
    body: injections.join('\n'),
  }));
  const { id: webhookId } = await createWebhook(posthorn, `${receiver.url}/${encodeURIComponent(first)}`, {
    name: second,
    eventTypes: ['inert.*'],
    headers: { 'x-own': third },
  });
  const { id: eventId } = await publish(posthorn, 'inert.one', { [first]: injections });
  const { id } = await delivery(posthorn, eventId, failed);

  await using visitor = await visitAs(browser, posthorn, `/deliveries?webhookId=${webhookId}`, look);
  const { page, complaints } = visitor;
  await rowOf(page, 'inert.one').getByText(second).first().waitFor({ state: 'attached' });
  await expectAccessible(page);
  await page.goto(`${posthorn.url}/ui/deliveries/${id}`);
  await page.getByLabel('Body', { exact: true }).getByText(first).waitFor();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByText(first).first().waitFor();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Signature' }).click();
  await expectAccessible(page);
  expect(await page.locator('img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('answers that are cut, compressed or no text say so', async () => {
  const answers = {
    'answer.long': { body: 'x'.repeat(100_000) },
    'answer.packed': { headers: { 'content-encoding': 'gzip' }, body: Buffer.from([31, 139, 8, 0, 1]) },
    'answer.binary': { body: Buffer.from([0, 255, 1, 2]) },
  };
  await using receiver = await startReceiver(({ body }) => {
    const { type } = JSON.parse(body.toString()) as { readonly type: keyof typeof answers };
    return answers[type];
  });
  await createWebhook(posthorn, receiver.url, { eventTypes: ['answer.*'] });
  await using visitor = await visitAs(browser, posthorn, '/deliveries');
  const { page, complaints } = visitor;
  for (const [type, told] of [
    ['answer.long', /The first 16.0 KiB of more than 64.0 KiB/],
    ['answer.packed', /Compressed \(gzip\)/],
    ['answer.binary', /Not text, 4 B/],
  ] as const) {
    const { id } = await delivery(posthorn, (await publish(posthorn, type)).id, failed);
    await page.goto(`${posthorn.url}/ui/deliveries/${id}`);
    await page.getByText(told).waitFor();
  }
  expect(complaints).toEqual([]);
});

test('a list of very many rows keeps few of them in the page, up and down', async () => {
  await using many = await startPosthorn();
  await using receiver = await startReceiver();
  await createWebhook(many, receiver.url, { state: 'paused' });
  const batch = Array.from({ length: 1_000 }, (_, n) => ({ type: 'many.rows', data: { n } }));
  for (let round = 0; round < 10; round++) {
    const { status } = await many.api('/events/batch', { method: 'POST', body: batch });
    expect(status).toBe(202);
  }
  await using visitor = await visitAs(browser, many, '/deliveries');
  const { page, complaints } = visitor;
  await rowOf(page, 'many.rows').first().waitFor();
  const heightOf = () => page.evaluate(() => document.documentElement.scrollHeight);
  const rows = () => page.locator('tbody tr').count();
  const most = { rows: 0 };
  // Down to the end: pages come as they are reached, and those far above are let go.
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
        most.rows = Math.max(most.rows, await rows());
        return heightOf();
      },
      { timeout: 240_000, interval: 20 },
    )
    .toBeGreaterThan(10_000 * 40);
  expect(most.rows).toBeLessThan(120);
  await rowOf(page, 'many.rows').first().waitFor();

  // Up again: what was let go comes back where it was.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  await rowOf(page, 'many.rows').first().waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await rowOf(page, 'many.rows').first().waitFor();
  expect(await rows()).toBeLessThan(120);
  expect(complaints).toEqual([]);
}, 300_000);

test('an empty list teaches what would be here', async () => {
  await using fresh = await startPosthorn();
  await using visitor = await visitAs(browser, fresh, '/deliveries');
  const { page, complaints } = visitor;
  await page.getByText('No deliveries yet').waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Publish an event' }).click();
  await page.getByRole('dialog', { name: 'Publish a test event' }).waitFor();
  expect(complaints).toEqual([]);
});
