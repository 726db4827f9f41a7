// Issues: what fails stands there by itself, is understood, and repaired.

import { expect, test } from 'vitest';
import { createWebhook, publish } from '../../server/test/end-to-end/given.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible } from './browser.ts';
import { givenUp } from './given-up.ts';
import { injections } from './injections.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

test('what fails appears while one looks, is replayed once its receiver is up again, and is gone', async () => {
  await using receiver = await startReceiver();
  await using visitor = await visitAs(browser, posthorn, '/issues');
  const { page, complaints } = visitor;
  await page.getByText('Nothing fails').waitFor();
  await expectAccessible(page);

  await givenUp(posthorn, receiver, 'Warehouse', ['stock.low', 'stock.gone', 'stock.back']);
  await page.getByText('3 given up').filter({ visible: true }).waitFor();
  receiver.respondWith({ status: 200 });
  const before = receiver.requests.length;

  await page.getByText('Answered 503').click();
  const drawer = page.getByRole('dialog', { name: 'Answered 503 · Warehouse' });
  await drawer.getByText('The receiver failed with 503.').waitFor();
  await drawer.getByText('A proxy before the receiver could not reach it').waitFor();
  await drawer.getByText('stock.back … stock.low (3 types)').waitFor();
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'Replay affected' }).click();
  const dialog = page.getByRole('dialog', { name: 'Deliver again to Warehouse?' });
  await dialog.getByText('3 deliveries that ended with “Answered 503” are made anew').waitFor();
  await expectAccessible(page);
  expect(receiver.requests.length).toBe(before);
  await dialog.getByRole('button', { name: 'Replay 3' }).click();

  await page.getByText('Everything is made.').waitFor();
  expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
  await receiver.waitFor(before + 3);
  await page.getByRole('link', { name: 'Issues' }).click();
  await page.getByText('Nothing fails').waitFor();
  expect(complaints).toEqual([]);
});

test('what waits after a hang is retried at once, and the issue goes away by itself', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith(() => new Promise(() => undefined));
  const webhook = await createWebhook(posthorn, receiver.url, {
    name: 'Slow one',
    timeoutMs: 1_000,
    retrySchedule: [86_400],
    eventTypes: ['slow'],
  });
  await publish(posthorn, 'slow');
  await using visitor = await visitAs(browser, posthorn, `/issues?webhookId=${webhook.id}`);
  const { page, complaints } = visitor;
  await page.getByText('1 waiting').filter({ visible: true }).click();
  receiver.respondWith({ status: 200 });
  const drawer = page.getByRole('dialog');
  await drawer.getByText('answer 2xx at once').waitFor();
  await drawer.getByText('1 is tried again by itself.').waitFor();
  await posthorn.api(`/webhooks/${webhook.id}/pause`, { method: 'POST' });
  await drawer
    .getByText('1 waits: the webhook is paused, and nothing goes out until it is resumed.')
    .waitFor();
  expect(await drawer.getByRole('button', { name: 'Retry now' }).count()).toBe(0);
  await posthorn.api(`/webhooks/${webhook.id}/resume`, { method: 'POST' });
  await drawer.getByText('1 is tried again by itself.').waitFor();
  expect(await drawer.getByRole('button', { name: 'Replay affected' }).count()).toBe(0);
  await drawer.getByRole('button', { name: 'Retry now' }).click();
  await page
    .getByRole('dialog', { name: 'Retry what waits for Slow one?' })
    .getByRole('button', { name: 'Retry now' })
    .click();
  await page.getByText('1 delivery is due now').waitFor();
  await page.getByRole('dialog').getByText('This issue is over').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Nothing fails like this').waitFor();
  await page.getByRole('button', { name: 'Show all issues' }).click();
  await expect.poll(() => page.url()).not.toContain('webhookId');
  expect(complaints).toEqual([]);
});

test('filters stand in the URL, and the keyboard alone reaches the count', async () => {
  await using receiver = await startReceiver();
  await using other = await startReceiver();
  const webhook = await givenUp(posthorn, receiver, 'By keyboard', ['key.one']);
  await givenUp(posthorn, other, 'Another', ['key.two']);
  await using visitor = await visitAs(browser, posthorn, '/issues');
  const { page, complaints } = visitor;
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  await page.getByLabel('Webhook', { exact: true }).selectOption(webhook.id);
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByLabel('Last seen within').selectOption('1h');
  expect(page.url()).toContain(`webhookId=${webhook.id}`);
  await expect.poll(() => page.url()).toContain('within=1h');
  await page.reload();
  await page.getByRole('table').getByText('By keyboard').waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);

  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const act = page.getByRole('button', { name: 'Replay affected' });
  await act.waitFor();
  for (
    let step = 0;
    step < 10 && !(await act.evaluate((button) => button === document.activeElement));
    step++
  )
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Replay 1' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await expect.poll(() => page.url()).not.toContain('open=');
  expect(complaints).toEqual([]);
});

test('what was given up for a disabled webhook is not replayed before it is enabled, and the page says so', async () => {
  await using receiver = await startReceiver();
  const webhook = await givenUp(posthorn, receiver, 'Switched off', ['off.one']);
  receiver.respondWith({ status: 410 });
  await publish(posthorn, 'off.one');
  await expect
    .poll(async () => (await posthorn.api(`/webhooks/${webhook.id}`)).body['state'], { timeout: 20_000 })
    .toBe('disabled');
  await using visitor = await visitAs(browser, posthorn, `/issues?webhookId=${webhook.id}`);
  const { page } = visitor;
  await page.getByText('Answered 503').click();
  await page.getByRole('button', { name: 'Replay affected' }).click();
  await page.getByText('Enable it first; then deliver again.').waitFor();
  expect(await page.getByRole('button', { name: /^Replay \d/ }).count()).toBe(0);
});

test.each([
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('it is accessible, and text of others stays text, %o', async (look) => {
  await using receiver = await startReceiver();
  const name = `${injections.join(' ')} ${look.width}`;
  const webhook = await givenUp(posthorn, receiver, name, [`odd.kind${look.width}`]);
  await using visitor = await visitAs(browser, posthorn, `/issues?webhookId=${webhook.id}`, look);
  const { page, complaints } = visitor;
  await page.getByRole('table').getByText(injections[0]).waitFor();
  await expectAccessible(page);
  await page.getByText('Answered 503').click();
  await page.getByRole('dialog').getByText('Event types').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Replay affected' }).click();
  await page.getByRole('button', { name: 'Replay 1' }).waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});
