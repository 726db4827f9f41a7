// Replays: planned with the number in sight, watched, held, ended.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { changeWebhook, createWebhook, publish, type Webhook } from '../../server/test/end-to-end/given.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible } from './browser.ts';
import { givenUp } from './given-up.ts';
import { injections } from './injections.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

test('a replay is planned with its number in sight, confirmed, and followed to its end', async () => {
  await using receiver = await startReceiver();
  await using visitor = await visitAs(browser, posthorn, '/replays');
  const { page, complaints } = visitor;
  await page.getByText('No replays yet').waitFor();
  await expectAccessible(page);
  const webhook = await givenUp(posthorn, receiver, 'Planned', ['plan.one', 'plan.two', 'other']);
  receiver.respondWith({ status: 200 });
  const before = receiver.requests.length;

  await page.getByRole('link', { name: 'New replay' }).click();
  await page.getByLabel('Webhook', { exact: true }).selectOption(webhook.id);
  await page.getByText('3 new deliveries').waitFor();
  await page.getByLabel('Event types').fill('plan.*');
  await page.getByText('2 new deliveries').waitFor();
  await page.getByLabel('Last failure').selectOption('4xx');
  await page.getByText('0 new deliveries').waitFor();
  await page.getByLabel('Last failure').selectOption('5xx');
  await page.getByText('2 new deliveries').waitFor();
  await page.getByLabel('Exhausted').uncheck();
  await page.getByText('Choose at least one way to end').waitFor();
  await page.getByLabel('Exhausted').check();
  await page.getByText('2 new deliveries').waitFor();
  await page.reload();
  await page.getByText('2 new deliveries').waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Replay 2' }).click();
  const confirm = page.getByRole('dialog', { name: 'Make 2 new deliveries?' });
  await confirm.waitFor();
  await expectAccessible(page);
  expect(receiver.requests.length).toBe(before);
  await confirm.getByRole('button', { name: 'Replay 2' }).click();
  await page.getByText('Everything is made.').waitFor();
  await receiver.waitFor(before + 2);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Delivered', exact: true }).click();
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'plan.' }).count()).toBe(2);
  expect(await page.getByRole('row').filter({ hasText: 'other' }).count()).toBe(0);
  await page.goBack();

  await page.getByRole('link', { name: 'New replay like this' }).click();
  await page.getByText('0 new deliveries').waitFor();
  expect(await page.getByLabel('Event types').inputValue()).toBe('plan.*');
  expect(complaints).toEqual([]);
});

test('what a webhook missed is counted by its subscription as it is now, and delivered', async () => {
  await using receiver = await startReceiver();
  await publish(posthorn, 'missed.one');
  await publish(posthorn, 'missed.two');
  const webhook = await createWebhook(posthorn, receiver.url, { name: 'Late', eventTypes: ['missed.*'] });
  await using visitor = await visitAs(browser, posthorn, '/replays/new');
  const { page, complaints } = visitor;
  await page.getByLabel('Events that a webhook missed').check();
  await page.getByText('Choose a webhook, and it is counted.').waitFor();
  await page.getByLabel('Webhook', { exact: true }).selectOption(webhook.id);
  await page.getByText('2 new deliveries').waitFor();
  await page.getByRole('button', { name: 'Replay 2' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 2' }).click();
  await page.getByRole('heading', { name: 'What Late missed' }).waitFor();
  await page.getByText('Everything is made.').waitFor();
  await receiver.waitFor(2);
  expect(complaints).toEqual([]);
});

test('one that waits for its receiver is paused, resumed, seen to complete, and another is cancelled', async () => {
  await using receiver = await startReceiver();
  const webhook = await cancelledMany(receiver.url, 'Held');
  await using visitor = await visitAs(browser, posthorn, `/replays/new?${allCancelledOf(webhook)}`);
  const { page, complaints } = visitor;
  await start(page);
  // A paused webhook takes nothing, so that the replay stops where it has filled the lane.
  await page.getByText('250', { exact: true }).waitFor();
  expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('83');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('admin paused it').waitFor();
  await changeWebhook(posthorn, webhook.id, { state: 'active' });
  await receiver.waitFor(250);
  await expectAccessible(page);
  expect(await page.getByText('250', { exact: true }).count()).toBe(1);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Everything is made.').waitFor();
  await receiver.waitFor(300);
  expect(await page.getByRole('button', { name: 'Cancel replay' }).count()).toBe(0);

  await page.goto(
    `${posthorn.url}/ui/replays/new?${allCancelledOf(await cancelledMany(receiver.url, 'Ended'))}`,
  );
  await start(page);
  await page.getByText('250', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cancel replay' }).click();
  const confirm = page.getByRole('dialog', { name: 'Cancel the replay, 50 left?' });
  await confirm.getByText('The 250 that it has made stay and go out.').waitFor();
  await expectAccessible(page);
  await confirm.getByRole('button', { name: 'Cancel replay' }).click();
  await page.getByText('admin cancelled it').waitFor();

  await page.getByRole('link', { name: 'Replays' }).first().click();
  await page.getByLabel('State').selectOption('cancelled');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByText('250 of 300 made').waitFor();
  expect(page.url()).toContain('state=cancelled');
  await expectAccessible(page);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByText('admin cancelled it').waitFor();
  expect(complaints).toEqual([]);
});

test('who may only look is offered nothing else', async () => {
  const role = await posthorn.api<{ id: string }>('/roles', {
    method: 'POST',
    body: { name: 'lookers', permissions: ['DELIVERIES:VIEW', 'WEBHOOKS:VIEW'] },
  });
  expect(role.status).toBe(201);
  const user = await posthorn.api('/principals', {
    method: 'POST',
    body: { kind: 'user', username: 'looker', password: 'password-of-a-looker', roleId: role.body.id },
  });
  expect(user.status).toBe(201);
  expect((await posthorn.api('/replays', { method: 'POST', body: {} })).status).toBe(201);
  const who = { url: posthorn.url, username: 'looker', password: 'password-of-a-looker' };
  await using visitor = await visitAs(browser, who, '/replays');
  const { page, complaints } = visitor;
  await page.getByRole('table').waitFor();
  expect(await page.getByRole('link', { name: 'New replay' }).count()).toBe(0);
  await page.getByRole('row').nth(1).press('Enter');
  await page.getByText('What it does not do').waitFor();
  expect(await page.getByRole('button', { name: /Pause|Resume|Cancel/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test.each([
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('it is accessible, and text of others stays text, %o', async (look) => {
  await using receiver = await startReceiver();
  const name = `${injections.join(' ')} ${look.width}`;
  const webhook = await givenUp(posthorn, receiver, name, [`odd.kind${look.width}`]);
  const key = await posthorn.api<{ token: string }>('/api-keys', {
    method: 'POST',
    body: { name: injections.slice(0, 2).join(' '), permissions: ['DELIVERIES:ADD', 'DELIVERIES:VIEW'] },
  });
  const made = await posthorn.api<{ id: string }>('/replays', {
    method: 'POST',
    body: { webhookId: webhook.id },
    headers: { authorization: `Bearer ${key.body.token}` },
  });
  await using visitor = await visitAs(browser, posthorn, `/replays?webhookId=${webhook.id}`, look);
  const { page, complaints } = visitor;
  await page.getByRole('row').nth(1).getByText(injections[0]).first().waitFor();
  await expectAccessible(page);
  for (const path of [
    `/replays/${made.body.id}`,
    `/replays/new?webhookId=${webhook.id}&error=${encodeURIComponent(injections[0])}&eventTypes=${encodeURIComponent(injections[1])}`,
  ]) {
    await page.goto(`${posthorn.url}/ui${path}`);
    await page.getByText('What it does not do').waitFor();
    await expectAccessible(page);
  }
  await page.getByRole('alert').waitFor();
  await page.goto(`${posthorn.url}/ui/replays/rpl_00000000000000000000000000`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  expect(complaints).toEqual([]);
});

/** A paused webhook with 300 deliveries that somebody has cancelled. */
async function cancelledMany(url: string, name: string): Promise<Webhook> {
  const type = `many.${name.toLowerCase()}`;
  const webhook = await createWebhook(posthorn, url, { name, eventTypes: [type], state: 'paused' });
  for (let batch = 0; batch < 3; batch++) {
    const body = Array.from({ length: 100 }, () => ({ type, data: {} }));
    const { status } = await posthorn.api('/events/batch', { method: 'POST', body });
    expect(status).toBe(202);
  }
  const filter = { webhookId: webhook.id };
  const cancelled = await posthorn.api('/deliveries/cancel', { method: 'POST', body: { filter } });
  expect(cancelled.body).toEqual({ cancelled: 300, more: false });
  return webhook;
}

function allCancelledOf({ id }: Webhook): string {
  return `webhookId=${id}&states=cancelled`;
}

async function start(page: Page): Promise<void> {
  await page.getByText('300 new deliveries').waitFor();
  await page.getByRole('button', { name: 'Replay 300' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 300' }).click();
}
