// Settings: tenants apart from one another, and the portal links by which their people come.

import { expect, test } from 'vitest';
import { expectAccessible } from './browser.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

type Named = { readonly id: string; readonly name: string };

test('a tenant made in the page is entered, has nothing of the others, and keeps what is made in it', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/tenants');
  const { page, complaints } = visitor;
  await page.getByText('Only the operator’s tenant so far').waitFor();
  await page.getByRole('button', { name: 'New tenant' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('No Good Name');
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('acme');
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await page.getByRole('button', { name: 'Enter acme' }).click();
  await page.getByRole('button', { name: 'Tenant: acme' }).waitFor();

  await page.goto(`${posthorn.url}/ui/settings/api-keys`);
  await page.getByText('No API keys yet').waitFor();
  await page.getByRole('button', { name: 'New API key' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Of acme');
  await page.getByRole('radio', { name: 'Everything' }).check();
  await page.getByRole('button', { name: 'Create key' }).click();
  const token = (await page.getByTestId('secret').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();

  const acme = await tenantOf('acme');
  const own = await posthorn.api<{ tenant: Named }>('/session', {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(own.body.tenant).toEqual({ id: acme, name: 'acme' });
  expect(await keysOf('')).toEqual(['ADMIN_TOKEN']);
  expect(await keysOf(`?tenantId=${acme}`)).toEqual(['Of acme']);
  // What reaches beyond the tenant is only looked at from inside.
  await page.goto(`${posthorn.url}/ui/settings/tenants`);
  await page.getByRole('row', { name: /acme.*You are here/ }).waitFor();
  expect(await page.getByRole('button', { name: 'New tenant' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a tenant is renamed, and deleted once its name was typed', async () => {
  await posthorn.api('/tenants', { method: 'POST', body: { name: 'globex' } });
  await using visitor = await visitAs(browser, posthorn, '/settings/tenants?q=globex');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Actions for globex' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('globex-corp');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByRole('row', { name: /globex-corp/ }).waitFor();
  await page.getByRole('button', { name: 'Actions for globex-corp' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const confirm = page.getByRole('dialog', { name: 'Delete globex-corp?' });
  expect(await confirm.textContent()).toContain('All that globex-corp owns goes with it');
  const act = confirm.getByRole('button', { name: 'Delete tenant' });
  expect(await act.isDisabled()).toBe(true);
  await confirm.getByRole('textbox').fill('globex-corp');
  await expectAccessible(page);
  await act.click();
  await page.getByText('Nothing found').waitFor();
  expect(await tenantOf('globex-corp')).toBeUndefined();
});

test('while no portal link runs, a phone shows how one is made without scrolling sideways', async () => {
  await using visitor = await visitAs(browser, posthorn, '/settings/portal', { width: 390 });
  const { page, complaints } = visitor;
  await page.getByText('No portal link is running').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a portal link is made for a tenant, shown once, and over when it is ended', async () => {
  const { body: tenant } = await posthorn.api<Named>('/tenants', {
    method: 'POST',
    body: { name: 'initech' },
  });
  await using visitor = await visitAs(browser, posthorn, '/settings/portal');
  const { page, complaints } = visitor;
  await page.getByText('No portal link is running').waitFor();
  await page.getByRole('button', { name: 'New portal link' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New portal link' });
  await dialog.getByLabel('Tenant').selectOption({ label: 'initech' });
  await dialog.getByLabel('Title').fill('Initech "webhooks"');
  await dialog.getByLabel('Use an accent colour').check();
  await dialog.getByLabel('Accent colour', { exact: true }).fill('#2f6fed');
  await dialog.getByLabel('Choose a file…').setInputFiles({
    name: 'logo.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  });
  await expect.poll(() => dialog.getByLabel('Logo').inputValue()).toMatch(/^data:image\/svg\+xml;base64,/);
  await dialog.getByLabel('Allowed origins').fill('nonsense');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Allowed origins').fill('https://app.example.com\nhttp://localhost:3000');
  await dialog.getByRole('radio', { name: 'Look only' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create link' }).click();

  const [address = '', token = ''] = ((await page.getByTestId('secret').textContent()) ?? '').split('#');
  expect(address).toMatch(new RegExp(`^${posthorn.url}/portal/ptl_`));
  await expectAccessible(page);
  const frame = await page.getByLabel('Embed it', { exact: true }).textContent();
  expect(frame).toContain(`src="${address}#${token}"`);
  expect(frame).toContain('title="Initech &quot;webhooks&quot;"');
  const current = () =>
    posthorn.api<{ title: string; tenant: Named; permissions: string[] }>('/portal-links/current', {
      headers: { authorization: `Bearer ${token}` },
    });
  const { body } = await current();
  expect(body).toMatchObject({
    title: 'Initech "webhooks"',
    tenant: { id: tenant.id },
    accentColor: '#2f6fed',
  });
  expect(body.permissions.every((one) => one.endsWith(':VIEW'))).toBe(true);

  await page.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'End “Initech "webhooks"”?' }).click();
  await page.getByRole('button', { name: 'End link' }).click();
  await page.getByText('No portal link is running').waitFor();
  expect((await current()).status).toBe(401);
  expect(complaints).toEqual([]);
});

async function tenantOf(name: string): Promise<string | undefined> {
  const { body } = await posthorn.api<{ data: Named[] }>('/tenants');
  return body.data.find((one) => one.name === name)?.id;
}

async function keysOf(query: string): Promise<readonly string[]> {
  const { body } = await posthorn.api<{ data: Named[] }>(`/api-keys${query}`);
  return body.data.map(({ name }) => name);
}
