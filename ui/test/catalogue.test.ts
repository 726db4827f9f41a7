// The event catalogue: found, made, described and archived by people.

import { expect, test } from 'vitest';
import { expectAccessible } from './browser.ts';
import { injections } from './injections.ts';
import { browser, posthorn } from './running.ts';
import { visitAs } from './sign-in.ts';

test('a type is made with an example and a schema, and gets a second version', async () => {
  await using visitor = await visitAs(browser, posthorn, '/catalogue');
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'New event type' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('invoice.paid');
  await dialog.getByLabel('Description').fill('A customer paid');
  await dialog.getByLabel('Example').fill('{"invoice":');
  await expect.poll(() => dialog.textContent()).toContain('not JSON yet');
  await dialog.getByLabel('Example').fill('{"invoice":"in_7"}');
  await dialog.getByLabel('Schema').fill('{"type":"object","required":["invoice"]}');
  await dialog.getByRole('button', { name: 'New event type' }).click();

  const drawer = page.getByRole('dialog', { name: 'invoice.paid' });
  await drawer.getByText('v1').first().waitFor();
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'New version' }).click();
  await page
    .getByRole('dialog', { name: /new version/i })
    .getByLabel('Schema')
    .fill('{"type":"object","required":["invoice","amount"]}');
  await page.getByRole('button', { name: 'Add version' }).click();
  await drawer.getByText('v2').first().waitFor();

  const stored = await posthorn.api<{ schemas: object[] }>('/event-types/invoice.paid');
  expect(stored.body.schemas).toHaveLength(2);
  expect(complaints).toEqual([]);
});

test('a name that is taken and one that can’t be are refused at the form, with the reason', async () => {
  await using visitor = await visitAs(browser, posthorn, '/catalogue');
  const { page } = visitor;
  await page.getByRole('button', { name: 'New event type' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('not a name!');
  await dialog.getByRole('button', { name: 'New event type' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
});

test('searching and filtering stand in the URL, and the vendors’ types are there', async () => {
  await using visitor = await visitAs(browser, posthorn, '/catalogue');
  const { page } = visitor;
  await page.keyboard.press('/');
  await page.keyboard.type('page_trashed');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  expect(page.url()).toContain('q=page_trashed');
  await page.reload();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByLabel('Dialect').selectOption('xurrent');
  await page.getByText('No such event type').waitFor();
  await expectAccessible(page);
});

test('archiving takes a type out of what is offered; deleting names it and tells the effect', async () => {
  await posthorn.api('/event-types', { method: 'POST', body: { name: 'old.thing' } });
  await using visitor = await visitAs(browser, posthorn, '/catalogue?open=old.thing');
  const { page } = visitor;
  const drawer = page.getByRole('dialog', { name: 'old.thing' });
  await drawer.getByRole('button', { name: 'Archive' }).click();
  await drawer.getByRole('button', { name: 'Restore' }).waitFor();
  await drawer.getByRole('button', { name: 'Delete' }).click();
  const confirm = page.getByRole('dialog', { name: 'Delete old.thing?' });
  expect(await confirm.textContent()).toContain('Events of the type and their deliveries stay');
  await confirm.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(async () => (await posthorn.api('/event-types/old.thing')).status).toBe(404);
});

test.each([
  { width: 1280, dark: true },
  { width: 390, dark: false },
])('it is accessible, and text of others stays text, %o', async (look) => {
  const name = `odd.kind${look.width}`;
  await posthorn.api('/event-types', {
    method: 'POST',
    body: { name, description: injections.join(' '), examples: [{ injections }], group: 'odd' },
  });
  await using visitor = await visitAs(browser, posthorn, '/catalogue?q=odd', look);
  const { page, complaints } = visitor;
  await page.getByText(name).first().click();
  await page.getByRole('dialog', { name }).getByText(injections[0]).first().waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});
