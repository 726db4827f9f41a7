// The first page: the first steps in a real shell, then how it goes, live.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhook, delivery, isDelivered, publish } from '../../server/test/end-to-end/given.ts';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { injections } from './injections.ts';
import { visitAs } from './sign-in.ts';

const run = promisify(execFile);

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

test('the first steps tick off while the command is pasted into a shell, and are gone afterwards', async () => {
  await using posthorn = await startPosthorn();
  await using receiver = await startReceiver();
  await using visitor = await visitAs(browser, posthorn, '/');
  const { page, complaints } = visitor;
  const step = (name: string, state: 'Done' | 'To do') =>
    page.getByRole('listitem', { name: `${name}: ${state}` }).waitFor();
  for (const name of ['Create a webhook', 'Make an API key', 'Publish an event', 'See it delivered'])
    await step(name, 'To do');
  await expectAccessible(page);

  await createWebhook(posthorn, receiver.url, { name: injections[0], eventTypes: ['invoice.*'] });
  await step('Create a webhook', 'Done');
  await page.getByRole('button', { name: 'Make a key for the command' }).click();
  await step('Make an API key', 'Done');
  await expectAccessible(page);
  const command = await page.getByLabel('Command that publishes an event', { exact: true }).textContent();
  expect(command).toContain(posthorn.url);
  const { stdout } = await run('sh', ['-c', command!]);
  expect(JSON.parse(stdout)).toMatchObject({ deliveries: 1 });

  await step('Publish an event', 'Done');
  await step('See it delivered', 'Done');
  const [request] = await receiver.waitFor(1);
  expect(request!.body.toString()).toContain('invoice.created');
  await page.getByText('Success rate').waitFor();
  await expectAccessible(page);

  await page.reload();
  await page.getByText('Success rate').waitFor();
  expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('an event that concerns nobody, and one that fails, are told at their step', async () => {
  await using posthorn = await startPosthorn();
  await using receiver = await startReceiver();
  await using visitor = await visitAs(browser, posthorn, '/');
  const { page, complaints } = visitor;
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await publish(posthorn, 'nobody.wants');
  await page.getByText('The event concerned no webhook').waitFor();
  receiver.respondWith({ status: 404 });
  await createWebhook(posthorn, receiver.url, { retrySchedule: [2, 2, 2, 2, 2, 2, 86_400] });
  await publish(posthorn, 'somebody.wants');
  await page.getByText('An attempt failed; it will be repeated until it succeeds.').waitFor();
  await page.getByText('refused the request with 404').waitFor();
  receiver.respondWith({ status: 200 });
  await page.getByRole('listitem', { name: 'See it delivered: Done' }).waitFor();
  expect(complaints).toEqual([]);
});

test('it follows what happens: figures, bars, who fails and what to do; a bar leads to its deliveries', async () => {
  await using posthorn = await startPosthorn();
  await using good = await startReceiver();
  await using bad = await startReceiver(() => ({ status: 503 }));
  await using hanging = await startReceiver(() => new Promise(() => {}));
  await createWebhook(posthorn, good.url, { name: 'Good one', eventTypes: ['a.*'] });
  const first = await publish(posthorn, 'a.first');
  await delivery(posthorn, first.id, isDelivered);

  await using visitor = await visitAs(browser, posthorn, '/?window=1h');
  const { page, complaints } = visitor;
  await page.getByText('of 1 attempt', { exact: true }).waitFor();
  await page.getByText('Every webhook takes what it gets.').waitFor();
  await page.getByText('nothing fails').waitFor();

  const later = { retrySchedule: [86_400] };
  await createWebhook(posthorn, bad.url, { name: 'Bad one', eventTypes: ['a.*'], ...later });
  await createWebhook(posthorn, hanging.url, {
    name: 'Hanging one',
    eventTypes: ['a.*'],
    timeoutMs: 1_000,
    ...later,
  });
  await createWebhook(posthorn, 'http://127.0.0.1:9/', { name: 'Gone one', eventTypes: ['a.*'], ...later });
  await publish(posthorn, 'a.second');
  await page.getByText('of 5 attempts').waitFor();
  const failing = page.getByRole('listitem');
  await failing.filter({ hasText: 'Bad one' }).getByText('Answered 503').waitFor();
  await failing.filter({ hasText: 'Hanging one' }).getByText('answer 2xx at once').waitFor();
  await failing.filter({ hasText: 'Gone one' }).getByText('Nothing listens on this port.').waitFor();
  await page.getByRole('link', { name: 'see what fails' }).waitFor();
  await page.getByText('3', { exact: true }).first().waitFor();
  await page.getByRole('cell', { name: 'Good one', exact: true }).waitFor();
  await page.getByRole('cell', { name: 'a.second', exact: true }).waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: '7 d' }).click();
  await expect.poll(() => page.url()).toContain('window=7d');
  await page.reload();
  expect(await page.getByRole('button', { name: '7 d' }).getAttribute('aria-pressed')).toBe('true');
  const chart = page.locator('.u-over');
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.click(box.x + box.width - 4, box.y + box.height - 4);
  await expect.poll(() => page.url()).toMatch(/deliveries\?from=\d{4}-.*&to=\d{4}-/);
  expect(complaints).toEqual([]);
});

test('what a webhook holds back is not told as late, and is sent once the webhook is resumed', async () => {
  await using posthorn = await startPosthorn();
  await using receiver = await startReceiver();
  await createWebhook(posthorn, receiver.url, { eventTypes: ['let.through'] });
  await delivery(posthorn, (await publish(posthorn, 'let.through')).id, isDelivered);
  const { id } = await createWebhook(posthorn, receiver.url, { eventTypes: ['held.*'], state: 'paused' });
  await publish(posthorn, 'held.back');
  await using visitor = await visitAs(browser, posthorn, '/');
  const { page, complaints } = visitor;
  await page.getByText('held back by their webhooks').waitFor();
  await posthorn.api(`/webhooks/${id}/resume`, { method: 'POST' });
  await page.getByText('nothing waits').waitFor();
  expect(complaints).toEqual([]);
});

test('the worst webhook comes first, with the act that it needs', async () => {
  await using posthorn = await startPosthorn();
  await using good = await startReceiver();
  await using receiver = await startReceiver(() => ({ status: 500 }));
  await createWebhook(posthorn, good.url, { eventTypes: ['ok'] });
  const { id } = await publish(posthorn, 'ok');
  await delivery(posthorn, id, isDelivered);
  const later = { retrySchedule: [86_400] };
  await createWebhook(posthorn, receiver.url, { name: 'Fails', eventTypes: ['one'], ...later });
  await createWebhook(posthorn, receiver.url, { name: 'Breaks', eventTypes: ['many'], ...later });
  await publish(posthorn, 'one');
  for (let each = 0; each < 12; each++) await publish(posthorn, 'many');
  await using visitor = await visitAs(browser, posthorn, '/');
  const { page } = visitor;
  await page.getByText('Breaker open').waitFor();
  const rows = page.getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(0).textContent()).toContain('Breaks');
  expect(await rows.nth(1).textContent()).toContain('Fails');
  await rows.nth(1).getByText('Look into its log').waitFor();
});

test.each([
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('it is accessible, and text of others stays text, %o', async (look) => {
  await using posthorn: Posthorn = await startPosthorn();
  await using receiver = await startReceiver();
  const retrySchedule = [86_400];
  for (const name of injections) await createWebhook(posthorn, receiver.url, { name, retrySchedule });
  await publish(posthorn, 'odd.kind');
  await receiver.waitFor(injections.length);
  receiver.respondWith({ status: 500, body: injections.join(' ') });
  await publish(posthorn, 'odd.kind');
  await receiver.waitFor(2 * injections.length);
  await using visitor = await visitAs(browser, posthorn, '/?window=1h', look);
  const { page, complaints } = visitor;
  await page.getByText('see what fails').waitFor();
  await page.getByText(injections[0]).first().waitFor();
  await expect.poll(() => page.locator('.u-over').count()).toBe(1);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});
