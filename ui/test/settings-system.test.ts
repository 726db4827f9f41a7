// Settings: how the installation runs, who changed what, and that every tab is for everybody to read.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { startMailServer, type MailServer } from '../../server/test/receivers/mail-server.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { injections } from './injections.ts';
import { visitAs } from './sign-in.ts';

let browser: Browser;
let mail: MailServer;
let posthorn: Posthorn;
const odd = injections.join(' ').slice(0, 128);

beforeAll(async () => {
  mail = await startMailServer();
  const env = {
    POSTHORN_SMTP_URL: mail.url().reveal(),
    POSTHORN_ADMIN_EMAIL: 'ada@example.com',
    POSTHORN_RETENTION_DAYS: '30',
    POSTHORN_EGRESS_ALLOW_NAMES: '.corp.example',
  };
  [browser, posthorn] = await Promise.all([openBrowser(), startPosthorn({ env })]);
  const made = [
    post('/api-keys', { name: odd, permissions: ['EVENTS:ADD'] }),
    post('/roles', { name: odd, permissions: [] }),
    post('/principals', {
      username: injections[0].replaceAll(' ', ''),
      displayName: odd,
      roleId: 'rol_auditor',
      password: 'long-enough',
    }),
    post('/principals', { kind: 'client', displayName: odd, roleId: 'rol_auditor' }),
    post('/portal-links', { title: odd.slice(0, 80), allowedOrigins: ['https://app.example.com'] }),
    post('/tenants', { name: 'acme' }),
  ];
  await Promise.all(made);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose](), mail?.[Symbol.asyncDispose]()]);
});

test('a change shows in the audit log at once, with what was before and is after', async () => {
  const role = await post('/roles', { name: 'Support', permissions: ['WEBHOOKS:VIEW', 'WEBHOOKS:EDIT'] });
  await using visitor = await visitAs(browser, posthorn, `/settings/roles?open=${role.body.id}`);
  const { page, complaints } = visitor;
  const drawer = page.getByRole('dialog', { name: 'Support' });
  await drawer.getByLabel('Name', { exact: true }).fill('Second level');
  await drawer.getByRole('checkbox', { name: 'Webhooks: Change' }).uncheck();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The role “Second level” is changed').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Audit' }).click();

  await page.getByRole('row', { name: /Changed role.*Second level.*admin/ }).click();
  const entry = page.getByRole('dialog', { name: 'Changed role' });
  const changes = await entry.getByRole('table', { name: 'What changed' }).textContent();
  expect(changes).toMatch(/name.*Support.*Second level/);
  expect(changes).toMatch(/permissions.*WEBHOOKS:EDIT/);
  await expectAccessible(page);
  await entry.getByRole('button', { name: 'All changes of it' }).click();
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  expect(page.url()).toContain(`subject=${role.body.id}`);
  expect(complaints).toEqual([]);
});

test('the audit log is filtered by action and time, in the URL', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/audit');
  const { page } = visitor;
  await page.getByLabel('Action').selectOption('tenant.created');
  await expect.poll(() => page.getByRole('row', { name: /Created tenant/ }).count()).toBe(2);
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  await page.getByLabel('Time').selectOption('1h');
  await page.reload();
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  await page.goto(`${posthorn.url}/ui/settings/audit?to=2020-01-01T00:00:00.000Z`);
  await page.getByText('No such changes').waitFor();
});

test('the audit log tells on a phone, too, what was changed', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/audit', { width: 390 });
  const { page } = visitor;
  const row = page.getByRole('row').filter({ hasText: 'Created tenant' }).filter({ hasText: 'acme' });
  await expect.poll(() => row.getByText('acme').filter({ visible: true }).count()).toBe(1);
});

test('a test mail goes out, and the page tells what the mail server said', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/notifications');
  const { page, complaints } = visitor;
  await page.getByText('ada@example.com', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Send test mail' }).click();
  await page.getByText('The mail server took the mail for ada@example.com').waitFor();
  expect(mail.received.map(({ to }) => to)).toEqual([['ada@example.com']]);
  await mail[Symbol.asyncDispose]();
  await page.getByRole('button', { name: 'Send test mail' }).click();
  await page.getByText('The mail did not leave').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('what is open and what is closed is told in words', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/egress');
  const { page } = visitor;
  const rule = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await expect.poll(() => rule('Private and reserved').textContent()).toMatch(/^Open.*127\.0\.0\.0\/8/);
  expect(await rule('Cloud metadata').textContent()).toMatch(/^Closed/);
  expect(await rule('Internal names').textContent()).toMatch(/^Open.*\.corp\.example may be used/);
  expect(await rule('POSTHORN_EGRESS_PROXY').textContent()).toMatch(/^As usual.*straight/);
});

test('nodes show their heartbeat and shards, the storage what it holds', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/nodes');
  const { page } = visitor;
  await page.getByRole('img', { name: '64 of 64 shards' }).waitFor();
  await page.getByText('Running', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByText('30 days').waitFor();
  expect(await page.locator('#content').textContent()).toContain('SQLite, embedded');
});

test('settings are searched, and their secrets stay masked', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/configuration');
  const { page } = visitor;
  await page.getByText('POSTHORN_RETENTION_DAYS', { exact: true }).waitFor();
  expect(await page.content()).not.toContain(posthorn.password);
  await page.keyboard.press('/');
  await page.keyboard.type('retention_days');
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
  expect(await page.getByRole('listitem').textContent()).toMatch(/Environment.*30/);
  await page.getByLabel('Search settings').fill('');
  await page.getByLabel('Which').selectOption('changed');
  await expect.poll(() => page.getByText('POSTHORN_XURRENT_BRAND').count()).toBe(0);
  await page.getByText('POSTHORN_ADMIN_PASSWORD', { exact: true }).waitFor();
});

const tabs = [
  'api-keys',
  'people',
  'roles',
  'portal',
  'tenants',
  'audit',
  'notifications',
  'storage',
  'egress',
  'nodes',
  'configuration',
  'account',
] as const;

test.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: true },
])('every tab is accessible, and text of others stays text, %o', async (look) => {
  await using visitor = await visitAs(browser, posthorn, '/settings', look);
  const { page, complaints } = visitor;
  for (const tab of tabs) {
    await page.goto(`${posthorn.url}/ui/settings/${tab}`);
    await page.locator('#content section').first().waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    if (['api-keys', 'people', 'roles', 'portal'].includes(tab))
      await page.getByText(injections[0]).first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await expectAccessible(page);
    const open = page.getByRole('navigation', { name: 'Settings' }).locator('[data-status=active]');
    expect(await open.evaluate((link) => link.getBoundingClientRect().right <= innerWidth)).toBe(true);
  }
  expect(complaints).toEqual([]);
});

async function post(path: string, body: object) {
  const answer = await posthorn.api<{ readonly id: string }>(path, { method: 'POST', body });
  if (answer.status !== 201) throw new Error(`not made: ${JSON.stringify(answer.body)}`);
  return answer;
}
