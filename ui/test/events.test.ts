// Events: published from the page, followed to where they went, understood where they did not, and replayed.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createWebhook, delivery, isDelivered, publish } from '../../server/test/end-to-end/given.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible } from './browser.ts';
import { injections } from './injections.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

const within = { timeout: 30_000 };

const lineOf = (page: Page, webhook: string) => page.getByRole('listitem').filter({ hasText: webhook });

test('an event is published from the page with its type’s example, and seen to arrive', async () => {
  await using receiver = await startReceiver();
  await createWebhook(posthorn, receiver.url, { name: 'Ledger', eventTypes: ['invoice.*'] });
  const example = { invoice: 'in_7', amount: 1200 };
  await posthorn.api('/event-types', { method: 'POST', body: { name: 'invoice.paid', examples: [example] } });

  await using visitor = await visitAs(browser, posthorn, '/events');
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'Publish an event' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Publish a test event' });
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByText('Say which type it has.').waitFor();
  await dialog.getByLabel('Event type').fill('in voice');
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByText('Some fields need another look').waitFor();
  expect(await dialog.getByText(/^An event type /).count()).toBe(1);
  await dialog.getByLabel('Event type').fill('invoice.p');
  expect(await dialog.getByText(/^An event type /).count()).toBe(0);
  await page.getByRole('option', { name: 'invoice.paid' }).click();
  await expect.poll(() => dialog.getByLabel('Data').inputValue(), within).toContain('in_7');
  await expectAccessible(page);

  await dialog.getByLabel('Data').fill('{"invoice":');
  await dialog.getByText(/not JSON/).waitFor();
  await dialog.getByLabel('Data').fill('["a list"]');
  await dialog.getByText(/must be a JSON object/).waitFor();
  await dialog.getByLabel('Data').fill('{"invoice":"in_8", "amount": 1200.50}');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByText('It is owed to 1 webhook:').waitFor();
  await lineOf(page, 'Ledger').getByText('Delivered', { exact: true }).waitFor();
  const [request] = await receiver.waitFor(1);
  expect(request!.body.toString()).toContain('"data":{"invoice":"in_8", "amount": 1200.50}');

  await dialog.getByRole('button', { name: 'Open the event' }).click();
  await page.getByRole('heading', { name: 'invoice.paid' }).waitFor();
  await page.getByRole('button', { name: 'Raw' }).click();
  await page.getByText('{"invoice":"in_8", "amount": 1200.50}').waitFor();
  expect(complaints).toEqual([]);
});

test('a click beside the dialog keeps an event that is being written, and closes it once that is out', async () => {
  await using visitor = await visitAs(browser, posthorn, '/events');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Publish an event' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Publish a test event' });
  await dialog.getByLabel('Event type').fill('order.written');
  await page.mouse.click(5, 5);
  // The first click may close the choice of types only.
  await page.mouse.click(5, 5);
  expect(await dialog.getByLabel('Event type').inputValue()).toBe('order.written');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByRole('button', { name: 'Open the event' }).waitFor();
  await page.mouse.click(5, 5);
  await dialog.waitFor({ state: 'detached' });
});

test('why an event was not delivered is said for each webhook, with the way to mend it', async () => {
  await using receiver = await startReceiver();
  const type = 'why.not';
  await createWebhook(posthorn, receiver.url, { name: 'Pausing', eventTypes: [type], state: 'paused' });
  await createWebhook(posthorn, receiver.url, { name: 'Elsewhere', eventTypes: ['other.*'] });
  const gone = await createWebhook(posthorn, receiver.url, { name: 'Goner', eventTypes: [type] });
  receiver.respondWith({ status: 410 });
  await publish(posthorn, type);
  await expect
    .poll(async () => (await posthorn.api(`/webhooks/${gone.id}`)).body['state'], within)
    .toBe('disabled');
  const { id } = await publish(posthorn, type);

  await using visitor = await visitAs(browser, posthorn, `/events/${id}`);
  const { page, complaints } = visitor;
  await lineOf(page, 'Pausing').getByText('It waits because the webhook is paused.').waitFor();
  await lineOf(page, 'Goner')
    .getByText(/answered 410 Gone/)
    .waitFor();
  await lineOf(page, 'Elsewhere')
    .getByText(/None of the webhook's event types takes/)
    .waitFor();
  expect(
    await lineOf(page, 'Elsewhere').getByRole('link', { name: 'Subscribe' }).getAttribute('href'),
  ).toMatch(/\/settings$/);
  expect(
    await lineOf(page, 'Goner').getByRole('link', { name: 'Enable the webhook' }).getAttribute('href'),
  ).toBe(`/ui/webhooks/${gone.id}`);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('who takes the type of an event and missed it is told at once, among however many do not', async () => {
  const url = 'https://example.com/hooks';
  const type = 'missed.event';
  await createWebhook(posthorn, url, { name: 'Channelled', eventTypes: [type], channels: ['vip'] });
  for (let n = 0; n < 6; n++)
    await createWebhook(posthorn, url, { name: `Other ${n}`, eventTypes: ['quite.another'] });
  const { id } = await publish(posthorn, type);

  await using visitor = await visitAs(browser, posthorn, `/events/${id}`);
  const { page, complaints } = visitor;
  await page.getByText('No webhook was owed this event.').waitFor();
  await lineOf(page, 'Channelled')
    .getByText(/the event carried none/)
    .waitFor();
  expect(await lineOf(page, 'Other 0').count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Show \d+ webhooks that do not take its type$/ }).click();
  await lineOf(page, 'Other 0').waitFor();
  expect(complaints).toEqual([]);
});

test('a replay delivers the event again, and the page follows', async () => {
  await using receiver = await startReceiver();
  await createWebhook(posthorn, receiver.url, { name: 'Replayed', eventTypes: ['play.it'] });
  const { id } = await publish(posthorn, 'play.it');
  await delivery(posthorn, id, isDelivered);

  await using visitor = await visitAs(browser, posthorn, `/events/${id}`);
  const { page, complaints } = visitor;
  await lineOf(page, 'Replayed').waitFor();
  await page.keyboard.press('r');
  await page.getByRole('dialog', { name: 'Replay this event?' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Replay now' }).click();
  await lineOf(page, 'Replayed').getByText('1 redelivery').waitFor();
  const [first, again] = await receiver.waitFor(2);
  expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(complaints).toEqual([]);
});

test('the list is filtered by type and time in the URL, found by id, and tells of new events', async () => {
  await publish(posthorn, 'listed.one');
  const { id } = await publish(posthorn, 'listed.two');
  await posthorn.api('/event-types', { method: 'POST', body: { name: 'listed.one' } });

  await using visitor = await visitAs(browser, posthorn, '/events');
  const { page, complaints } = visitor;
  const rowOf = (type: string) => page.getByRole('row').filter({ hasText: type });
  await rowOf('listed.two').waitFor();
  await page.getByRole('combobox', { name: /^Event type:/ }).click();
  await page.getByRole('combobox', { name: 'Search' }).fill('listed');
  await page.getByRole('option', { name: 'listed.one' }).click();
  await page.getByLabel('Time', { exact: true }).selectOption('24h');
  await expect.poll(() => rowOf('listed.two').count(), within).toBe(0);
  await rowOf('listed.one').waitFor();
  await page.reload();
  await rowOf('listed.one').waitFor();
  expect(new URL(page.url()).searchParams.get('type')).toBe('listed.one');

  await publish(posthorn, 'listed.two');
  await publish(posthorn, 'listed.one');
  await page.getByRole('button', { name: '1 new' }).click();
  await expect.poll(() => rowOf('listed.one').count(), within).toBe(2);
  await expectAccessible(page);

  await page.keyboard.press('/');
  await page.keyboard.type(id);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'listed.two' }).waitFor();
  expect(complaints).toEqual([]);
});

test.each([
  { width: 390, dark: true },
  { width: 1280, dark: false },
])('whatever publishers write stays text, %o', async (look) => {
  const [first, second, third] = injections;
  const { body, status } = await posthorn.api<{ id: string }>('/events', {
    method: 'POST',
    body: {
      type: 'inert.event',
      id: `inert-${look.width}`,
      data: { [first]: injections, long: 'x'.repeat(2_000) },
      actor: { id: second, key: third, name: first },
      object: { type: first.slice(0, 100), id: second },
      scope: { type: third, id: first },
      channels: ['inert'],
      orderingKey: first,
      source: second,
      instanceName: third,
    },
  });
  expect(status).toBe(202);
  await using visitor = await visitAs(browser, posthorn, '/events', look);
  const { page, complaints } = visitor;
  await page.getByText('inert.event').first().waitFor();
  await expectAccessible(page);
  await page.goto(`${posthorn.url}/ui/events/${body.id}`);
  await page.getByText('Ordering key').waitFor();
  await page.getByText(second).first().waitFor();
  await expectAccessible(page);
  expect(await page.locator('img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('who may only look is offered nothing else', async () => {
  const { body: user } = await posthorn.api<{ id: string }>('/principals', {
    method: 'POST',
    body: {
      kind: 'user',
      username: 'auditor',
      displayName: 'Auditor',
      password: 'only-looking-1',
      roleId: 'rol_auditor',
    },
  });
  expect(user.id).toMatch(/^usr_/);
  const { id } = await publish(posthorn, 'look.only');
  const auditor = { ...posthorn, username: 'auditor', password: 'only-looking-1' };
  await using visitor = await visitAs(browser, auditor, `/events/${id}`);
  const { page } = visitor;
  await page.getByRole('heading', { name: 'look.only' }).waitFor();
  expect(await page.getByRole('button', { name: 'Replay' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
  await page.getByRole('table', { name: 'Deliveries' }).waitFor();
  expect(await page.getByRole('checkbox').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'All that match' }).count()).toBe(0);
});
