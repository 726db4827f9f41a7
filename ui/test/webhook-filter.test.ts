// A filter in a webhook's form: tried live on a recent event, saved, shown, and told where it left an event out.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createWebhook, publish } from '../../server/test/end-to-end/given.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

const filterBox = (page: Page) => page.getByLabel('Filter as JSON');

test('while a filter is written it is tried on a recent event of the chosen types, and saved it decides so', async () => {
  await using receiver = await startReceiver();
  await publish(posthorn, 'other.thing', { amount: 500 });
  await publish(posthorn, 'invoice.paid', { amount: 20, currency: 'EUR' });
  await publish(posthorn, 'invoice.sent', { amount: 300, currency: 'EUR' });
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Large invoices');
  await page.getByLabel('URL', { exact: true }).fill(receiver.url);
  await page.getByLabel('Event type or pattern').fill('invoice.*');
  await page.keyboard.press('Enter');

  await page.getByText('Only events whose content matches').click();
  const events = page.getByLabel('Try it on a recent event');
  const offered = () => events.locator('option').allTextContents();
  await expect
    .poll(async () => (await offered()).map((label) => label.split(' ')[0]))
    .toEqual(['invoice.sent', 'invoice.paid']);
  await filterBox(page).fill('{"data.amount": {"$gte": 100}, "data.currency": "EUR"}');
  await page.getByText('Matches', { exact: true }).waitFor();
  await events.selectOption({ index: 1 });
  await page.getByText('Doesn’t match').waitFor();
  await page.getByText('because data.amount is 20, not ≥ 100').waitFor();
  await page.getByRole('list', { name: 'Conditions' }).getByText('data.currency is "EUR"').waitFor();
  await page.getByText('What the event holds').click();
  await page.getByText('currency:').waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('link', { name: 'Open the webhook' }).click();
  await page.getByText('"data.amount": {"$gte":100}').waitFor();
  await expectAccessible(page);
  const left = await publish(posthorn, 'invoice.paid', { amount: 20, currency: 'EUR' });
  expect(left.deliveries).toBe(0);

  await page.goto(`${posthorn.url}/ui/events/${left.id}`);
  await page
    .getByText("The webhook's filter did not match the event: data.amount is 20, not ≥ 100.")
    .waitFor();
  await page.getByRole('link', { name: 'Change the webhook’s filter' }).waitFor();
  expect(complaints).toEqual([]);
});

test('events of the chosen types are found behind many others, and their numbers shown as they were published', async () => {
  await posthorn.api('/event-types', { method: 'POST', body: { name: 'buried.deep' } });
  const body = '{"type":"buried.deep","data":{"id":9007199254740993,"price":1.10}}';
  await posthorn.api('/events', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const others = Array.from({ length: 120 }, () => ({ type: 'other.thing', data: {} }));
  expect((await posthorn.api('/events/batch', { method: 'POST', body: others })).status).toBe(202);
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page, complaints } = visitor;
  await page.getByLabel('Event type or pattern').fill('buried.*');
  await page.keyboard.press('Enter');
  await page.getByText('Only events whose content matches').click();
  const events = page.getByLabel('Try it on a recent event');
  await events.waitFor();
  expect(await events.locator('option').allTextContents()).toEqual([expect.stringContaining('buried.deep')]);
  await page.getByText('What the event holds').click();
  await page.getByText('9007199254740993').waitFor();
  await page.getByText('1.10').waitFor();
  expect(complaints).toEqual([]);
});

test('what is wrong with a filter is told while it is written, and where the form is sent all the same', async () => {
  await publish(posthorn, 'order.paid', { amount: 1 });
  const { id } = await createWebhook(posthorn, 'https://example.com/hooks', {
    eventTypes: ['order.paid'],
    filter: { 'data.amount': { $gte: 1 } },
  });
  const stored = async () => (await posthorn.api(`/webhooks/${id}`)).body['filter'];
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;

  await page.getByText('Matches', { exact: true }).waitFor();
  await filterBox(page).fill('{"data.amount": ');
  await page.getByText(/^This is not JSON yet/).waitFor();
  await filterBox(page).fill('{"data.amount": {"$gte": 100}, "data.amount": {"$lte": 1000}}');
  await page.getByText('The member “data.amount” comes twice').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  expect(await stored()).toEqual({ 'data.amount': { $gte: 1 } });
  await filterBox(page).fill('{"data.amount": {"$regex": "(a+)+$"}}');
  await page.getByText(/'\$regex' is not an operator/).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => filterBox(page).getAttribute('aria-invalid')).toBe('true');
  expect(await stored()).toEqual({ 'data.amount': { $gte: 1 } });

  await filterBox(page).fill('{"data.amount": {"$lt": 5}}');
  await page.getByText('Matches', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(stored).toEqual({ 'data.amount': { $lt: 5 } });
  await filterBox(page).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(stored).toBeNull();
  expect(complaints).toEqual([]);
});
