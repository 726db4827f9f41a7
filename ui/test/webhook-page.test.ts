// One webhook: what it tells of itself, changed by two people at once, its keys rotated, paused, tested and deleted.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { expectAccessible, openBrowser } from './browser.ts';
import { injections } from './injections.ts';
import { visitAs } from './sign-in.ts';
import { shownVerify } from './snippet.ts';

let browser: Browser;
let posthorn: Posthorn;

beforeAll(async () => {
  [browser, posthorn] = await Promise.all([openBrowser(), startPosthorn({ env: quickRetries })]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose]()]);
});

/** So that a breaker has enough failures in a row soon. */
const quickRetries = { POSTHORN_RETRY_SCHEDULE: Array.from({ length: 60 }, () => '1s').join() };

test('the settings save only what was changed, and guard what was not saved', async () => {
  const id = await made({ name: 'Settings', headers: { 'x-team': 'one', authorization: 'Bearer secret' } });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Renamed');
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor();
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Retries, deadline, headers').click();
  await page.getByLabel('Headers, value 1').fill('two');
  await page.getByLabel('Retry schedule').fill('5s, 2m');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Renamed' }).waitFor();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({
    name: 'Renamed',
    retrySchedule: [5, 120],
    headers: { 'x-team': 'two' },
  });

  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('Changed', { exact: true }).click();
  await page.getByRole('table', { name: 'What changed' }).getByText('Renamed').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('an event type that is typed and not added is unsaved, and saved with the rest', async () => {
  const id = await made({ name: 'Typed', eventTypes: ['order.paid'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  const typed = page.getByLabel('Event type or pattern');
  await typed.fill('a*b');
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Send an event type such as').waitFor();
  expect(await typed.inputValue()).toBe('a*b');
  await typed.fill('invoice.*');
  await expect.poll(() => page.getByText('Send an event type such as').count()).toBe(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({ eventTypes: ['order.paid', 'invoice.*'] });
  expect(await typed.inputValue()).toBe('');
  expect(complaints).toEqual([]);
});

test('a header that would be lost or refused keeps the page unsaved, and each wrong row is told and marked', async () => {
  const id = await made({ name: 'Rows', headers: { 'x-team': 'one' } });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  const row = (part: 'name' | 'value', number: number) => page.getByLabel(`Headers, ${part} ${number}`);
  const marked = () =>
    page.getByLabel(/^Headers, name/).evaluateAll((rows) => rows.map((each) => each.ariaInvalid === 'true'));
  const save = () => page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Retries, deadline, headers').click();
  for (const [name, value] of [
    ['', 'lonely'],
    ['x-team', 'two'],
    ['x-fine', 'yes'],
  ] as const) {
    await page.getByRole('button', { name: 'Add header' }).click();
    await page
      .getByLabel(/^Headers, name/)
      .last()
      .fill(name);
    await page
      .getByLabel(/^Headers, value/)
      .last()
      .fill(value);
  }
  await save();
  await page.getByText('The value “lonely” needs a name').waitFor();
  await page.getByText('“x-team”: this name stands here twice').waitFor();
  expect(await marked()).toEqual([true, true, true, false]);
  await expectAccessible(page);

  await row('name', 2).fill('host');
  await row('name', 3).fill('bad name');
  await save();
  await page.getByText('“host”: The header host is set by the server').waitFor();
  await page.getByText("“bad name”: A header's name must be").waitFor();
  expect(await marked()).toEqual([false, true, true, false]);
  expect(await stored(id)).toMatchObject({ headers: { 'x-team': 'one' } });

  await row('name', 2).fill('x-lonely');
  await row('name', 3).fill('x-more');
  await save();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({
    headers: { 'x-team': 'one', 'x-lonely': 'lonely', 'x-more': 'two', 'x-fine': 'yes' },
  });
  expect(complaints).toEqual([]);
});

test('a rate limit is set, refused beside its field where it is wrong, shown, and told to what waits for it', async () => {
  await using receiver = await startReceiver();
  const id = await made({ name: 'Limited', url: receiver.url, eventTypes: ['limited.*'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByText('Retries, deadline, headers').click();
  const seconds = page.getByLabel('Rate limit in seconds');
  expect(await seconds.isDisabled()).toBe(true);
  await page.getByLabel('Rate limit', { exact: true }).fill('1');
  await seconds.fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A whole number, 1 to 3600').waitFor();
  await expectAccessible(page);
  await seconds.fill('600');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({ rateLimit: { requests: 1, perSeconds: 600 } });

  await page.goto(`${posthorn.url}/ui/webhooks/${id}`);
  await page.getByText('1 in 600 s').waitFor();
  await publish('limited.first');
  await receiver.waitFor(1);
  await publish('limited.second');
  await page.goto(`${posthorn.url}/ui/deliveries?webhookId=${id}`);
  await page.getByText(/^rate limit, \d+ min$/).waitFor();
  await page.getByText('limited.second').click();
  await page.getByText(/waits for the rate limit of the webhook/).waitFor();
  await page.getByText('The next attempt for its webhook begins').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a number that can not be read is refused at its field, and takes no limit away', async () => {
  const rateLimit = { requests: 1, perSeconds: 60 };
  const id = await made({ name: 'Unread', rateLimit, timeoutMs: 7_000, concurrency: 3 });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByText('Retries, deadline, headers').click();
  const typed = async (label: string, text: string) => {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.press('End');
    await page.keyboard.type(text);
  };
  await typed('Rate limit', 'e');
  await typed('Deadline in seconds', '000');
  await typed('Requests at once', '-');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A whole number, 1 to 100000').waitFor();
  await page.getByText('1 to 30 seconds', { exact: true }).waitFor();
  await page.getByText('A whole number, 1 to 500').waitFor();
  await expectAccessible(page);
  expect(await stored(id)).toMatchObject({ rateLimit, timeoutMs: 7_000, concurrency: 3 });

  await page.getByLabel('Rate limit', { exact: true }).fill('2');
  await page.getByLabel('Deadline in seconds').fill('2.5');
  await page.getByLabel('Requests at once').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({
    rateLimit: { requests: 2, perSeconds: 60 },
    timeoutMs: 2_500,
    concurrency: 10,
  });
  expect(complaints).toEqual([]);
});

test('an order is asked for, and what waits in line leads to what it waits for', async () => {
  await using receiver = await startReceiver(() => ({ status: 500 }));
  const id = await made({ name: 'Ordered', url: receiver.url, eventTypes: ['ordered.*'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByText('Retries, deadline, headers').click();
  await page.getByLabel('Order', { exact: true }).selectOption('All one after the other');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({ ordering: 'webhook' });

  await page.goto(`${posthorn.url}/ui/webhooks/${id}`);
  await page.getByText('All one after the other').waitFor();
  await publish('ordered.first');
  await receiver.waitFor(1);
  await publish('ordered.second');
  await page.goto(`${posthorn.url}/ui/deliveries?webhookId=${id}`);
  await page.getByText('in line').waitFor();
  await page.getByText('ordered.second').click();
  await page.getByText('waits in line behind an earlier delivery').waitFor();
  expect(await page.getByRole('button', { name: 'Retry now' }).count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Open the first in line' }).click();
  await page.getByRole('button', { name: 'Retry now' }).waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('what somebody else changed meanwhile is shown, and one chooses whose changes stay', async () => {
  const id = await made({ name: 'Shared' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await change(id, { name: 'Theirs', timeoutMs: 7_000 });
  const notice = page.getByRole('alert').filter({ hasText: 'Somebody else changed this webhook' });
  await notice.waitFor();
  expect(await notice.innerText()).toMatch(/Name\s+Shared\s+Theirs/);
  expect(await notice.innerText()).toMatch(/Deadline in seconds\s+15\s+7/);
  await expectAccessible(page);
  await notice.getByRole('button', { name: 'Keep my changes' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor();
  expect(await stored(id)).toMatchObject({ name: 'Mine', timeoutMs: 7_000 });

  await page.getByLabel('Name', { exact: true }).fill('Mine again');
  await change(id, { name: 'Theirs again' });
  await notice.getByRole('button', { name: 'Discard mine' }).click();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Theirs again');
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a choice that somebody else made meanwhile is told in the words of the form', async () => {
  const id = await made({ name: 'Choices', dialect: 'confluence', eventTypes: ['page_created'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  await page.getByLabel('Title').fill('Mine');
  await change(id, { ordering: 'webhook', profile: 'faithful' });
  const notice = page.getByRole('alert').filter({ hasText: 'Somebody else changed this webhook' });
  await notice.waitFor();
  expect(await notice.innerText()).toMatch(/Order\s+In no order\s+All one after the other/);
  expect(await notice.innerText()).toMatch(/Profile\s+Durable\s+Faithful/);
  expect(complaints).toEqual([]);
});

test('a version that the page has not heard of is refused, told and not overwritten', async () => {
  const id = await made({ name: 'Silent' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page } = visitor;
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  // Between the last look and the save: the news of the change comes later than the save.
  await page.route(`**/api/v1/webhooks/${id}`, async (route) => {
    if (route.request().method() === 'PATCH') await change(id, { name: 'Theirs' });
    await route.continue();
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'Somebody else changed this webhook' }).waitFor();
  expect(await stored(id)).toMatchObject({ name: 'Theirs' });
});

test('a rotated secret is shown once, and both sign while the old one is good', async () => {
  await using receiver = await startReceiver();
  const { id, secret: old } = await create({
    name: 'Rotating',
    url: receiver.url,
    eventTypes: ['rotating.*'],
  });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/signing`);
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  const dialog = page.getByRole('dialog', { name: /A new key for “Rotating”/ });
  await dialog.getByLabel('The old one stays good for').selectOption('0');
  await dialog.getByText('refuse what arrives').waitFor();
  await dialog.getByLabel('The old one stays good for').selectOption('1 h');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
  const fresh = (await page.getByTestId('secret').textContent())!;
  const verify = await shownVerify(page);
  await expect.poll(() => page.getByText('Expires').count()).toBe(1);
  await expectAccessible(page);

  await publish('rotating.now');
  const [{ headers, body }] = (await receiver.waitFor(1)) as [Receiver['requests'][number]];
  expect([verify(headers, body, fresh), verify(headers, body, old)]).toEqual([true, true]);
  await page.reload();
  await page.getByText('Current', { exact: true }).waitFor();
  expect(await page.content()).not.toContain(fresh);
  expect(complaints).toEqual([]);
});

test('a pair of keys shows its public key and where receivers find it', async () => {
  const signing = { scheme: 'http-message-signature', algorithm: 'ed25519' };
  const id = await made({ name: 'Pair', signing });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/signing`);
  const { page, complaints } = visitor;
  await page.getByText('BEGIN PUBLIC KEY').waitFor();
  expect(await page.getByRole('link', { name: /jwks\.json$/ }).getAttribute('href')).toBe(
    '/.well-known/jwks.json',
  );
  await page.getByRole('button', { name: 'Rotate keys' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect.poll(() => page.getByText('BEGIN PUBLIC KEY').count()).toBe(2);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a paused webhook keeps what comes, and delivers it once it is resumed', async () => {
  await using receiver = await startReceiver();
  const id = await made({ name: 'Holiday', url: receiver.url, eventTypes: ['holiday.*'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'Pause' }).click();
  const paused = page.getByRole('region', { name: 'Paused' });
  await paused.waitFor();
  await publish('holiday.began');
  await expect.poll(() => waiting(id)).toBe(1);
  expect(receiver.requests).toEqual([]);
  await paused.getByRole('button', { name: 'Resume' }).click();
  await receiver.waitFor(1);
  await paused.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('a receiver that fails opens the breaker, and the page says so by itself', async () => {
  await using receiver = await startReceiver(() => ({ status: 503 }));
  const id = await made({ name: 'Broken', url: receiver.url, eventTypes: ['broken.*'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  for (let n = 0; n < 12; n++) await publish('broken.again');
  const open = page.getByRole('region', { name: 'The circuit breaker is open' });
  await open.waitFor();
  expect(await open.innerText()).toMatch(/Next probe (in \d|now)/);
  await page.getByText('0 %').first().waitFor();
  await page.getByRole('table', { name: /Attempts of Broken/ }).waitFor({ state: 'attached' });
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a single failure is told as no more than that, with what came back', async () => {
  let status = 200;
  await using receiver = await startReceiver(() => ({ status }));
  const id = await made({ name: 'Once', url: receiver.url, eventTypes: ['once.*'], retrySchedule: [3_600] });
  await publish('once.good');
  await receiver.waitFor(1);
  status = 503;
  await publish('once.bad');
  await receiver.waitFor(2);
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  const failing = page.getByRole('region', { name: /^No attempt has succeeded since \d/ });
  await failing.getByText('The last one failed: Answered 503.').waitFor();
  expect(await failing.innerText()).not.toMatch(/every|all/i);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a test shows what was sent and what came back, as text whatever it is', async () => {
  await using receiver = await startReceiver(() => ({
    status: 500,
    headers: { 'x-odd': injections[0], 'content-type': 'text/html' },
    body: injections.join('\n'),
  }));
  const id = await made({
    name: injections[1],
    url: `${receiver.url}/?x=${encodeURIComponent(injections[0])}`,
  });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/test`);
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByRole('tab', { name: 'Response' }).waitFor();
  await page.getByText('500', { exact: true }).first().waitFor();
  await page.getByText(injections[0]).first().waitFor();
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByText('posthorn.test').first().waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('a Confluence webhook tells its last invocations, and that certificates are not checked', async () => {
  let status = 200;
  await using receiver = await startReceiver(() => ({ status }));
  const id = await made({
    name: 'Index',
    dialect: 'confluence',
    url: receiver.url,
    eventTypes: ['page_created', 'page_removed'],
    dialectSettings: { secret: 's3cret', sslVerificationRequired: false },
  });
  await publish('page_created');
  await receiver.waitFor(1);
  status = 404;
  await publish('page_removed');
  await receiver.waitFor(2);
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  await page.getByRole('region', { name: 'The certificate of the receiver is not checked' }).waitFor();
  await page
    .getByRole('button', { name: /^page_removed: Failure/ })
    .first()
    .click();
  const drawer = page.getByRole('dialog', { name: 'Last invocation: page_removed' });
  await drawer.getByRole('tab', { name: 'Request' }).click();
  await drawer.getByText('x-hub-signature', { exact: false }).first().waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^page_created: Success/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('a Confluence webhook keeps its password where one is stored, and takes no username without one', async () => {
  const id = await made({ name: 'Credentials', dialect: 'confluence', eventTypes: ['page_created'] });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  const kept = page.getByText('Leave it empty to keep the stored one.');
  await page.getByLabel('Username').fill('jane');
  expect(await kept.count()).toBe(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Give the password that goes with the username').waitFor();
  const password = page.getByLabel('Password');
  await expect.poll(() => password.evaluate((field) => field === document.activeElement)).toBe(true);
  await expectAccessible(page);
  expect(await stored(id)).toMatchObject({ dialectSettings: { credentials: null } });

  await password.fill('pa55');
  await page.getByRole('button', { name: 'Save' }).click();
  await kept.waitFor();
  await page.getByLabel('Username').fill('john');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({ dialectSettings: { credentials: { username: 'john' } } });
  expect(complaints).toEqual([]);
});

test('a Xurrent webhook tells that it is not verified and what becomes of its events, asks again, and takes one’s word', async () => {
  await using receiver = await startReceiver();
  const id = await made({
    name: 'Desk',
    dialect: 'xurrent',
    url: receiver.url,
    eventTypes: ['request.create'],
  });
  await receiver.waitFor(1);
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  const unverified = page.getByRole('region', { name: 'Not verified yet' });
  await unverified.getByText('Until then its events are delivered all the same.').waitFor();
  await page.getByText("The installation's schedule").waitFor();
  await change(id, { profile: 'faithful' });
  await unverified.getByText('Until then it is not owed its events').waitFor();
  await page.getByText(/after 1, 2, 4 … 256 minutes as by the original/).waitFor();
  await unverified.getByRole('button', { name: 'Ask again' }).click();
  await receiver.waitFor(2);
  await expectAccessible(page);
  await unverified.getByRole('button', { name: 'Take as verified' }).click();
  await unverified.waitFor({ state: 'detached' });
  expect(await stored(id)).toMatchObject({ verification: { state: 'verified' } });
  expect(complaints).toEqual([]);
});

test('an Entrust webhook that may not be active as well is told so at the box, which has the focus', async () => {
  const entrust = { dialect: 'entrust', eventTypes: ['authentication.failed'] };
  for (let n = 1; n <= 20; n++) await made({ ...entrust, name: `Active ${n}` });
  const id = await made({ ...entrust, name: 'One too many', state: 'paused' });
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}/settings`);
  const { page, complaints } = visitor;
  const box = page.getByRole('checkbox', { name: 'Active' });
  await box.check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => box.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await box.getAttribute('aria-invalid')).toBe('true');
  const described = await box.evaluate((field) =>
    field.ariaDescribedByElements?.map((one) => one.textContent).join(' '),
  );
  expect(described).toMatch(/20/);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('deleting names the webhook and how many deliveries are cancelled', async () => {
  const id = await made({ name: 'Old one', state: 'paused', eventTypes: ['old.*'] });
  for (let n = 0; n < 3; n++) await publish('old.news');
  await expect.poll(() => waiting(id)).toBe(3);
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}`);
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete “Old one”?' });
  await dialog.getByText('3 deliveries that wait for it are cancelled').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Delete webhook' }).click();
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
  expect((await posthorn.api(`/webhooks/${id}`)).status).toBe(404);
  await page.goto(`${posthorn.url}/ui/webhooks/${id}`);
  await page.getByText('This webhook is not there').waitFor();
  expect(complaints).toEqual([]);
});

test.each([
  { width: 390, dark: true },
  { width: 1280, dark: true },
])('every tab is accessible with text of others in it, %o', async (look) => {
  await using receiver = await startReceiver();
  const odd = injections.join(' ');
  const id = await made({
    name: `${odd} ${'x'.repeat(100)}`,
    url: `${receiver.url}/${encodeURIComponent(odd)}`,
    description: odd,
    eventTypes: ['odd.*'],
    headers: { 'x-odd': injections[0] },
    metadata: { [injections[0]]: odd },
    channels: ['c'],
  });
  await posthorn.api('/events', { method: 'POST', body: { type: 'odd.one', data: {}, channels: ['c'] } });
  await receiver.waitFor(1);
  await using visitor = await visitAs(browser, posthorn, `/webhooks/${id}?window=1h`, look);
  const { page, complaints } = visitor;
  await page.getByRole('button', { name: '1 h' }).waitFor();
  await page.getByRole('figure').waitFor();
  for (const tab of ['', '/settings', '/signing', '/test', '/audit']) {
    await page.goto(`${posthorn.url}/ui/webhooks/${id}${tab}`);
    await page.getByRole('heading', { level: 1 }).filter({ hasText: injections[0] }).waitFor();
    await page.locator('main').getByRole('status').waitFor({ state: 'detached' });
    await expectAccessible(page);
  }
  expect(complaints).toEqual([]);
});

async function create(body: object): Promise<{ readonly id: string; readonly secret: string }> {
  const answer = await posthorn.api<{ id: string; secret: string }>('/webhooks', {
    method: 'POST',
    body: { url: 'https://example.com/hooks', eventTypes: ['nothing.of.this'], ...body },
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

async function made(body: object): Promise<string> {
  return (await create(body)).id;
}

async function stored(id: string): Promise<Record<string, unknown>> {
  return (await posthorn.api(`/webhooks/${id}`)).body;
}

async function change(id: string, body: object): Promise<void> {
  expect((await posthorn.api(`/webhooks/${id}`, { method: 'PATCH', body })).status).toBe(200);
}

async function publish(type: string): Promise<void> {
  const { status } = await posthorn.api('/events', { method: 'POST', body: { type, data: {} } });
  expect(status).toBe(202);
}

async function waiting(id: string): Promise<number> {
  const { body } = await posthorn.api<{ data: readonly unknown[] }>(
    `/deliveries?webhookId=${id}&state=scheduled`,
  );
  return body.data.length;
}
