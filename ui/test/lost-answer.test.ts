// An answer that gets lost on the way: nobody knows whether it was done, and trying again does it once.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createWebhook } from '../../server/test/end-to-end/given.ts';
import { expectAccessible } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

const url = 'https://example.com/hooks';

test('a webhook is created once, however often its answer gets lost, and its page says how to get a secret', async () => {
  await using visitor = await visitAs(browser, posthorn, '/webhooks/new?dialect=native');
  const { page } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Lost and found');
  await page.getByLabel('URL', { exact: true }).fill(url);
  await page.getByLabel('Event type or pattern').fill('order.*');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const create = page.getByRole('button', { name: 'Create webhook' });
  for (let tries = 0; tries < 2; tries++) {
    const lost = loseAnswer(page, '**/api/v1/webhooks');
    await create.click();
    await lost;
    await page.getByText('Posthorn does not answer').waitFor();
  }
  // What only asks is no other act.
  await page.getByRole('button', { name: 'Test URL' }).click();
  await page.getByRole('button', { name: 'Test URL', disabled: false }).waitFor();
  await create.click();
  await page.getByRole('heading', { name: /is created$/ }).waitFor();
  await page.getByText('The answer that told it got lost on the way').waitFor();
  await expectAccessible(page);
  expect((await found('/webhooks?q=Lost')).length).toBe(1);
});

test('an event is published once when its answer gets lost, and twice when that is asked for', async () => {
  await using visitor = await visitAs(browser, posthorn, '/events');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Publish an event' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Publish a test event' });
  const publish = dialog.getByRole('button', { name: 'Publish', exact: true });
  await dialog.getByLabel('Event type').fill('order.lost');
  await dialog.getByLabel('Data').fill('{"order": 1}');
  const lost = loseAnswer(page, '**/api/v1/events');
  await publish.click();
  await lost;
  await dialog.getByText('Posthorn does not answer').waitFor();
  await publish.click();
  await dialog.getByText('Accepted').waitFor();
  expect((await found('/events?type=order.lost')).length).toBe(1);

  await dialog.getByRole('button', { name: 'Publish another' }).click();
  await dialog.getByLabel('Event type').fill('order.lost');
  await dialog.getByLabel('Data').fill('{"order": 1}');
  await publish.click();
  await dialog.getByText('Accepted').waitFor();
  expect((await found('/events?type=order.lost')).length).toBe(2);
});

test('what was done although its answer got lost, and undone since, is done again when it is asked for', async () => {
  const { id } = await createWebhook(posthorn, url, { name: 'To and fro' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page } = visitor;
  const lost = loseAnswer(page, `**/api/v1/webhooks/${id}/pause`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await lost;
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('“To and fro” is paused').waitFor();
  expect((await posthorn.api(`/webhooks/${id}`)).body).toMatchObject({ state: 'paused' });
});

/** The next request to there arrives, and its answer does not. */
async function loseAnswer(page: Page, there: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const lose = page.route(
      there,
      async (route) => {
        await route.fetch();
        await route.abort();
        resolve();
      },
      { times: 1 },
    );
    lose.catch(reject);
  });
}

async function found(path: string): Promise<readonly unknown[]> {
  return (await posthorn.api<{ data: readonly unknown[] }>(path)).body.data;
}
