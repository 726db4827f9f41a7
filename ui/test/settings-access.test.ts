// Settings: who may come in. Keys, people, clients, roles, and one's own account.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const run = promisify(execFile);

test.skipIf(!hasCurl)(
  'a key made in the page publishes with the curl that it shows, until it is revoked',
  async () => {
    await using visitor = await visitAs(browser, posthorn, '/settings/api-keys');
    const { page, complaints } = visitor;
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Billing service');
    await page.getByLabel('Expires').selectOption('90');
    await page.getByRole('button', { name: 'Create key' }).click();
    const token = await secretIn(page);
    await expectAccessible(page);
    const snippet = await page.getByLabel('Try it: publish an event', { exact: true }).textContent();

    const published = JSON.parse((await run('sh', ['-c', `${snippet} -s`])).stdout) as { id: string };
    expect((await posthorn.api(`/events/${published.id}`)).status).toBe(200);
    expect(await statusWith(token, '/webhooks')).toBe(403);

    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(token);
    await openMenu(page, 'Billing service', 'Revoke…');
    const confirm = page.getByRole('dialog', { name: 'Revoke “Billing service”?' });
    expect(await confirm.textContent()).toContain(`${token.slice(0, 8)}… is refused with 401`);
    await confirm.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('“Billing service” is revoked').waitFor();
    expect(await statusWith(token, '/session')).toBe(401);
    await expect.poll(() => page.getByText('Billing service', { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);

test('a key gets what was chosen one by one, and can be given less at once', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/api-keys');
  const { page } = visitor;
  await page.getByRole('button', { name: 'New API key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Chosen');
  await page.getByRole('radio', { name: 'Custom' }).check();
  await page.getByRole('checkbox', { name: 'Events: Add' }).uncheck();
  await page.getByRole('checkbox', { name: 'Webhooks: View' }).check();
  await page.getByRole('checkbox', { name: 'Audit log: View' }).check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create key' }).click();
  const token = await secretIn(page);
  await page.getByRole('button', { name: 'Done' }).click();
  expect([await statusWith(token, '/webhooks'), await statusWith(token, '/audit')]).toEqual([200, 200]);

  await openMenu(page, 'Chosen', 'Change…');
  await page.getByRole('checkbox', { name: 'Audit log: View' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => statusWith(token, '/audit')).toBe(403);
});

test('a key can be made with the keyboard alone', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/api-keys');
  const { page } = visitor;
  await page.getByRole('row', { name: /ADMIN_TOKEN/ }).waitFor();
  await tabTo(page, 'New API key');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  await secretIn(page);
  await tabTo(page, 'Done');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('row', { name: /By keyboard/ }).isVisible()).toBe(true);
});

test('a person made in the page signs in, sees what their role allows, and is out once disabled', async () => {
  const permissions = ['WEBHOOKS:VIEW', 'APIKEYS:VIEW', 'PRINCIPALS:VIEW', 'PRINCIPALS:EDIT'];
  await posthorn.api('/roles', { method: 'POST', body: { name: 'Looks after keys', permissions } });
  await using visitor = await visitAs(browser, posthorn, '/settings/people');
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'New person' }).click();
  await page.getByLabel('Username').fill('not a name');
  await page.getByRole('button', { name: 'Create person' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await page.getByLabel('Username').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('Username').fill('grace');
  await page.getByLabel('Display name').fill('Grace Hopper');
  await page.getByLabel('Role').selectOption({ label: 'Looks after keys' });
  await page.getByRole('button', { name: 'Create person' }).click();
  const password = await secretIn(page);
  await page.getByRole('button', { name: 'Done' }).click();

  const { url } = posthorn;
  await using theirs = await visitAs(browser, { url, username: 'grace', password }, '/settings');
  await theirs.page.getByRole('row', { name: /ADMIN_TOKEN/ }).waitFor();
  const tabs = theirs.page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
  expect(await tabs.allTextContents()).toEqual(['API keys', 'People', 'Notifications', 'Account']);
  expect(await theirs.page.getByRole('button', { name: 'New API key' }).count()).toBe(0);
  expect(await theirs.page.getByRole('button', { name: /Actions for/ }).count()).toBe(0);
  await theirs.page.goto(`${url}/ui/settings/audit`);
  await theirs.page.getByText('It needs the permission AUDIT:VIEW').waitFor();
  await expectAccessible(theirs.page);

  await openMenu(page, 'Grace Hopper', 'Disable…');
  const confirm = page.getByRole('dialog', { name: 'Disable Grace Hopper?' });
  await confirm.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByRole('row', { name: /Grace Hopper.*Disabled/ }).waitFor();
  await theirs.page.reload();
  await theirs.page.getByLabel('Password').waitFor();
  expect(complaints).toEqual([]);
});

test('a reset password lets in, and the old one does not any more', async () => {
  const body = { username: 'linus', displayName: 'Linus', roleId: 'rol_auditor', password: 'old-password' };
  await posthorn.api('/principals', { method: 'POST', body });
  await using visitor = await visitAs(browser, posthorn, '/settings/people');
  const { page } = visitor;
  await openMenu(page, 'Linus', 'Reset password…');
  await page.getByRole('button', { name: 'Reset password', exact: true }).click();
  const password = await secretIn(page);
  expect(await signInStatus('linus', 'old-password')).toBe(401);
  expect(await signInStatus('linus', password)).toBe(200);
});

test('the last administrator can’t be deleted, and the page says so', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/people');
  const { page } = visitor;
  await openMenu(page, 'admin', 'Delete…');
  const confirm = page.getByRole('dialog', { name: 'Delete admin?' });
  await confirm.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => confirm.getByRole('alert').textContent()).toContain('the last administrator');
});

test('a client’s secret is shown once and gets access tokens, until it is rotated', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/people');
  const { page } = visitor;
  await page.getByRole('button', { name: 'New client' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Sync');
  await page.getByRole('button', { name: 'Create client' }).click();
  const secret = await secretIn(page);
  await expectAccessible(page);
  const { body } = await posthorn.api<{ data: { displayName: string; clientId: string }[] }>(
    '/principals?kind=client',
  );
  const clientId = body.data.find(({ displayName }) => displayName === 'Sync')?.clientId ?? '';
  expect(await tokenStatus(clientId, secret)).toBe(200);

  await page.getByRole('button', { name: 'Done' }).click();
  await openMenu(page, 'Sync', 'Rotate secret…');
  await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
  await expect.poll(() => page.getByTestId('secret').textContent()).not.toBe(secret);
  const next = await secretIn(page);
  expect([await tokenStatus(clientId, secret), await tokenStatus(clientId, next)]).toEqual([400, 200]);
});

test('a role is made, changed and deleted; the built-in ones can only be looked at', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/roles');
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'New role' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Support');
  await page.getByRole('checkbox', { name: 'Deliveries: View' }).check();
  await page.getByRole('button', { name: 'Create role' }).click();
  await page.getByRole('row', { name: /Support/ }).click();
  const drawer = page.getByRole('dialog', { name: 'Support' });
  await drawer.getByRole('checkbox', { name: 'Deliveries: Add' }).check();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => drawer.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await expectAccessible(page);
  const { body } = await posthorn.api<{ data: { name: string; permissions: string[] }[] }>('/roles');
  expect(body.data.find(({ name }) => name === 'Support')?.permissions).toEqual([
    'DELIVERIES:VIEW',
    'DELIVERIES:ADD',
  ]);
  await drawer.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete role' }).click();
  await page.getByText('The role “Support” is deleted').waitFor();
  await expect.poll(() => page.getByText('Support', { exact: true }).count()).toBe(0);

  await page.getByRole('row', { name: /Auditor/ }).click();
  const builtIn = page.getByRole('dialog', { name: 'Auditor' });
  await builtIn.getByText('nobody can change it').waitFor();
  expect(await builtIn.getByRole('checkbox').count()).toBe(0);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('changing the own password needs the old one, and ends other sessions', async () => {
  const body = { username: 'ada', roleId: 'rol_publisher', password: 'first-password' };
  await posthorn.api('/principals', { method: 'POST', body });
  const ada = { url: posthorn.url, username: 'ada', password: 'first-password' };
  await using other = await visitAs(browser, ada, '/settings');
  await using visitor = await visitAs(browser, ada, '/settings');
  const { page } = visitor;
  await page.getByLabel('Current password').fill('wrong-password');
  await page.getByLabel('New password', { exact: true }).fill('second-password');
  await page.getByLabel('New password again').fill('second-passwort');
  expect(await page.getByRole('button', { name: 'Change password' }).isDisabled()).toBe(true);
  await page.getByLabel('New password again').fill('second-password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('This is not your password').first().waitFor();
  await page.getByLabel('Current password').fill('first-password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password is changed').waitFor();

  await page.reload();
  await page.getByLabel('Current password').waitFor();
  await other.page.reload();
  await other.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await signInStatus('ada', 'second-password')).toBe(200);
});

async function secretIn(page: Page): Promise<string> {
  return (await page.getByTestId('secret').textContent()) ?? '';
}

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Presses Tab until the button of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${name}`);
}

async function statusWith(token: string, path: string): Promise<number> {
  return (await posthorn.api(path, { headers: { authorization: `Bearer ${token}` } })).status;
}

async function signInStatus(username: string, password: string): Promise<number> {
  const { status } = await fetch(`${posthorn.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return status;
}

async function tokenStatus(clientId: string, secret: string): Promise<number> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
  });
  return (await fetch(`${posthorn.url}/token`, { method: 'POST', body })).status;
}
