import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfluence, type ConfluenceServer } from '../../../test/confluence/confluence-server.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';

const path = '/rest/api/webhooks';
const minimal = { name: 'n', url: 'http://example.endpoint.com', events: ['page_created'] };

let confluence: ConfluenceServer;
beforeAll(async () => {
  confluence = await startConfluence();
});
afterAll(() => confluence?.[Symbol.asyncDispose]());

const create = (members: object = {}) => confluence.call('POST', path, { ...minimal, ...members });
const created = async (members: object = {}) => (await create(members)).body;
const update = (id: number, members: object) => confluence.call('PUT', `${path}/${id}`, members);
const read = async (id: number) => (await confluence.call('GET', `${path}/${id}`)).body;

// Create

test("the guide's create answers 201 with its members and types, and the scope besides", async () => {
  const { status, body, headers } = await confluence.call(
    'POST',
    path,
    fixture('guide-create-request') as object,
  );
  expect(status).toBe(201);
  expect(headers).not.toHaveProperty('location');
  const { scope, scopeType, sslVerificationRequired, ...guide } = body;
  expect(shapeOf(guide)).toEqual(shapeOf(fixture('guide-create-answer')));
  expect({ scope, scopeType, sslVerificationRequired }).toEqual({
    scope: { id: null, type: 'global' },
    scopeType: 'global',
    sslVerificationRequired: true,
  });
  expect(body).toMatchObject({
    name: 'Page changes',
    url: 'http://example.endpoint.com',
    configuration: { secret: 'a-secret-string' },
    createdDate: body.updatedDate,
  });
});

test('get answers the resource with exactly the members of the sample, in its order', async () => {
  const { id } = await created({ configuration: { secret: 's' } });
  const body = await read(id);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('webhook')));
  expect(Object.keys(body)).toEqual(Object.keys(fixture('webhook') as object));
});

test('ids are JSON numbers that ascend, and are not used again', async () => {
  const first = await created();
  await confluence.call('DELETE', `${path}/${first.id}`);
  const second = await created();
  expect(second.id).toBe(first.id + 1);
});

test('without `active` a webhook is live, without `sslVerificationRequired` the certificate is checked', async () => {
  expect(await created()).toMatchObject({ active: true, sslVerificationRequired: true, configuration: {} });
});

test('events are a set: duplicates collapse, the answer is sorted by id', async () => {
  const { events } = await created({ events: ['page_updated', 'page_created', 'page_updated'] });
  expect(events).toEqual(['page_created', 'page_updated']);
});

test.each([
  ['true', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
])('booleans may be the string %o', async (text, value) => {
  expect(await created({ active: text, sslVerificationRequired: text })).toMatchObject({
    active: value,
    sslVerificationRequired: value,
  });
});

test('null counts as absent, unknown members and those the server assigns are ignored', async () => {
  const webhook = await created({
    active: null,
    configuration: null,
    credentials: null,
    sslVerificationRequired: null,
    id: 99_999,
    scopeType: 'space',
    statistics: {},
    createdDate: 1,
    updatedDate: 'x',
    somethingElse: [1],
  });
  expect(webhook).toMatchObject({
    active: true,
    configuration: {},
    scopeType: 'global',
    sslVerificationRequired: true,
  });
  expect(webhook.id).not.toBe(99_999);
  expect(webhook.createdDate).toBeGreaterThan(1);
  expect(webhook).not.toHaveProperty('credentials');
});

test('the name is trimmed', async () => {
  expect(await created({ name: '  Page changes\n' })).toMatchObject({ name: 'Page changes' });
});

test('configuration is a free map: foreign keys stay, numbers and booleans become strings, null drops a key', async () => {
  const { configuration } = await created({
    configuration: { createdBy: 'jenkins', count: 3, flag: true, gone: null, __proto__: 'x', secret: 's' },
  });
  expect(configuration).toEqual({ createdBy: 'jenkins', count: '3', flag: 'true', secret: 's' });
});

test('an empty secret is no secret', async () => {
  const { id, configuration } = await created({ configuration: { secret: '', other: 'x' } });
  expect(configuration).toEqual({ other: 'x' });
  expect((await stored(id)).signing).toEqual({ scheme: 'none' });
});

test('a secret signs deliveries and is echoed in clear', async () => {
  const { id, configuration } = await created({ configuration: { secret: 'geheimer-Schlüssel' } });
  expect(configuration).toEqual({ secret: 'geheimer-Schlüssel' });
  const { signing } = await stored(id);
  expect(signing.scheme === 'hub-signature' && signing.keys[0].secret.reveal()).toBe('geheimer-Schlüssel');
});

test('credentials show the username and never the password', async () => {
  const { id, credentials } = await created({ credentials: { username: 'u', password: 'p4ssword' } });
  expect(credentials).toEqual({ username: 'u' });
  expect(JSON.stringify(await read(id))).not.toContain('p4ssword');
  expect((await stored(id)).endpoint.credentials?.password.reveal()).toBe('p4ssword');
});

test('user info in the URL is sent as Basic, and echoed where the client wrote it', async () => {
  const url = 'http://us%40er:p%3Ass@example.com/hook?secret=a%20b&x=|';
  const webhook = await created({ url });
  expect(webhook.url).toBe(url);
  expect(webhook).not.toHaveProperty('credentials');
  const { endpoint, dialectSettings } = await stored(webhook.id);
  expect(endpoint.url).not.toContain('@');
  expect(endpoint.credentials?.username).toBe('us@er');
  expect(endpoint.credentials?.password.reveal()).toBe('p:ss');
  expect(JSON.stringify(dialectSettings)).not.toContain('ss@');
});

test('credentials win over user info in the URL', async () => {
  const { id, url, credentials } = await created({
    url: 'http://a:b@example.com/',
    credentials: { username: 'u', password: 'p' },
  });
  expect({ url, credentials }).toEqual({ url: 'http://example.com/', credentials: { username: 'u' } });
  expect((await stored(id)).endpoint.credentials?.username).toBe('u');
});

test('the URL reads back as it was written and its query is kept byte for byte', async () => {
  const url = 'HTTP://Example.Com:80/hook/../Hook?secret=aB%2fc&empty=&x[]=1&y=%C3%BC|~';
  const webhook = await created({ url });
  expect(webhook.url).toBe(url);
  expect((await stored(webhook.id)).endpoint.url).toBe(
    'http://example.com/Hook?secret=aB%2fc&empty=&x[]=1&y=%C3%BC|~',
  );
});

test('what is not sent of a URL is not kept: the fragment goes; other characters than ASCII are sent percent-encoded', async () => {
  const { id, url } = await created({ url: 'http://example.com?q=ü#part' });
  expect(url).toBe('http://example.com?q=ü');
  expect((await stored(id)).endpoint.url).toBe('http://example.com/?q=%C3%BC');
});

test("a secret in the URL's query is kept in one place, which the audit log masks", async () => {
  const { id } = await created({ url: 'http://Example.com?secret=geheim' });
  const { id: nativeId, dialectSettings } = await stored(id);
  expect(JSON.stringify(dialectSettings)).not.toContain('geheim');
  const { rows } = await confluence.store.listAudit(
    confluence.caller.principal.tenantId,
    {},
    {
      limit: 1,
      after: null,
      before: null,
    },
  );
  expect(rows[0]?.subject.id).toBe(nativeId);
  expect(JSON.stringify(rows)).not.toContain('geheim');
});

test('so is a query that is kept as it was written, because its canonical form is another', async () => {
  await created({ url: 'http://example.com?secret=geheimnisträger' });
  const { tenantId } = confluence.caller.principal;
  const { rows } = await confluence.store.listAudit(tenantId, {}, { limit: 1, after: null, before: null });
  expect(JSON.stringify(rows)).not.toContain('geheim');
});

test('a webhook created while inactive is off by its client', async () => {
  const { id, active } = await created({ active: false });
  expect(active).toBe(false);
  expect((await stored(id)).state).toMatchObject({ kind: 'disabled', reason: 'client' });
});

// Update

test('members that an update leaves out keep their value', async () => {
  const before = await created({
    active: false,
    configuration: { secret: 's', other: 'x' },
    credentials: { username: 'u', password: 'p' },
    sslVerificationRequired: false,
  });
  await confluence.clock.advance(5);
  const { status, body } = await update(before.id, {
    name: 'n2',
    url: 'http://example.com/y',
    events: ['page_updated'],
  });
  expect(status).toBe(200);
  const { scope: _, ...resource } = before;
  expect(body).toEqual({
    ...resource,
    name: 'n2',
    url: 'http://example.com/y',
    events: ['page_updated'],
    updatedDate: before.createdDate + 5,
  });
  expect(await read(before.id)).toEqual(body);
});

test('a present configuration replaces the whole map, so that {} clears the secret', async () => {
  const { id } = await created({ configuration: { secret: 's', other: 'x' } });
  expect((await update(id, { configuration: { third: 'y' } })).body.configuration).toEqual({ third: 'y' });
  await update(id, { configuration: { secret: 's2' } });
  expect((await update(id, { configuration: {} })).body.configuration).toEqual({});
  expect((await stored(id)).signing).toEqual({ scheme: 'none' });
});

test('null in an update counts as absent, but null credentials are removed', async () => {
  const { id } = await created({
    configuration: { secret: 's' },
    credentials: { username: 'u', password: 'p' },
  });
  const { body } = await update(id, {
    name: null,
    url: null,
    events: null,
    configuration: null,
    credentials: null,
  });
  expect(body).toMatchObject({ name: 'n', configuration: { secret: 's' } });
  expect(body).not.toHaveProperty('credentials');
  expect((await stored(id)).endpoint.credentials).toBeNull();
});

test('credentials with a username alone keep the stored password', async () => {
  const { id } = await created({ credentials: { username: 'u', password: 'p' } });
  expect((await update(id, { credentials: { username: 'u2' } })).body.credentials).toEqual({
    username: 'u2',
  });
  expect((await stored(id)).endpoint.credentials?.password.reveal()).toBe('p');
});

test('what a client reads it can send back without a change, user info in the URL included', async () => {
  const { id } = await created({ url: 'http://u:p%40@example.com/', configuration: { secret: 's', a: 'b' } });
  const before = await read(id);
  const { body } = await update(id, before);
  expect({ ...body, updatedDate: 0 }).toEqual({ ...before, updatedDate: 0 });
  expect((await stored(id)).endpoint.credentials?.password.reveal()).toBe('p@');
});

test('a new URL without user info drops the credentials that came with the old one, and only those', async () => {
  const inUrl = await created({ url: 'http://u:p@example.com/' });
  await update(inUrl.id, { url: 'http://example.com/2' });
  expect((await stored(inUrl.id)).endpoint.credentials).toBeNull();
  const own = await created({ credentials: { username: 'u', password: 'p' } });
  await update(own.id, { url: 'http://a:b@example.com/2' });
  expect(await read(own.id)).toMatchObject({ url: 'http://example.com/2', credentials: { username: 'u' } });
});

test('a changed URL and the step from inactive to active reset the breaker, other changes do not', async () => {
  const { id } = await created();
  const { id: nativeId } = await stored(id);
  const resets = () => confluence.resets.filter((each) => each === nativeId).length;
  await update(id, { name: 'other', events: ['page_moved'], configuration: { secret: 's' }, active: true });
  expect(resets()).toBe(0);
  await update(id, { url: 'http://example.com/elsewhere' });
  expect(resets()).toBe(1);
  await update(id, { active: false });
  expect(resets()).toBe(1);
  await update(id, { active: true });
  expect(resets()).toBe(2);
});

test('paused by a person reads inactive; active:false leaves it paused, active:true resumes it', async () => {
  const { id } = await created();
  const { id: nativeId } = await stored(id);
  await confluence.webhooks.pause(confluence.caller, nativeId);
  expect(await read(id)).toMatchObject({ active: false });
  await update(id, { active: false });
  expect((await stored(id)).state.kind).toBe('paused');
  expect((await update(id, { active: true })).body.active).toBe(true);
  expect((await stored(id)).state).toEqual({ kind: 'active' });
});

test('disabled after long failure reads inactive, and active:true brings it back', async () => {
  const { id } = await created();
  const { id: nativeId, tenantId, endpoint } = await stored(id);
  await confluence.webhooks.disable(tenantId, nativeId, 'failing', endpoint.url);
  expect(await read(id)).toMatchObject({ active: false });
  expect((await update(id, { active: 'true' })).body.active).toBe(true);
});

test('two updates at once both take hold', async () => {
  const { id } = await created();
  await Promise.all([update(id, { name: 'both' }), update(id, { events: ['blog_created'] })]);
  expect(await read(id)).toMatchObject({ name: 'both', events: ['blog_created'] });
});

// Delete

test('delete answers 204 without a body, a second one 404', async () => {
  const { id } = await created();
  expect(await confluence.call('DELETE', `${path}/${id}`)).toMatchObject({ status: 204, text: '' });
  expect(await confluence.call('DELETE', `${path}/${id}`)).toMatchObject({ status: 404 });
  expect(await confluence.call('GET', `${path}/${id}`)).toMatchObject({ status: 404 });
});

// Bad members

const tooLong = 'x'.repeat(256);
const bad: [what: string, members: object, key: string, args: unknown[]][] = [
  ['no name', { name: undefined }, 'webhooks.name.missing', []],
  ['a null name', { name: null }, 'webhooks.name.missing', []],
  ['a blank name', { name: ' \t' }, 'webhooks.name.missing', []],
  ['a long name', { name: tooLong }, 'webhooks.name.too.long', []],
  ['a name that is no string', { name: 3 }, 'webhooks.parameter.invalid', ['name', '3']],
  ['a name with NUL', { name: 'a\0b' }, 'webhooks.parameter.invalid', ['name', 'a\0b']],
  ['no url', { url: undefined }, 'webhooks.url.missing', []],
  ['an empty url', { url: '' }, 'webhooks.url.missing', []],
  ['another scheme', { url: 'ftp://x' }, 'webhooks.url.invalid', ['ftp://x']],
  ['a relative url', { url: '/hook' }, 'webhooks.url.invalid', ['/hook']],
  ['a url that is no string', { url: ['http://x'] }, 'webhooks.url.invalid', ['["http://x"]']],
  [
    'a url with a space',
    { url: 'http://example.com/a b' },
    'webhooks.url.invalid',
    ['http://example.com/a b'],
  ],
  [
    'a private target',
    { url: 'http://u:pw@10.0.0.1/' },
    'webhooks.url.invalid',
    ['http://********@10.0.0.1/'],
  ],
  [
    'the metadata service',
    { url: 'http://169.254.169.254/' },
    'webhooks.url.invalid',
    ['http://169.254.169.254/'],
  ],
  ['no events', { events: undefined }, 'webhooks.events.missing', []],
  ['an empty list of events', { events: [] }, 'webhooks.events.missing', []],
  [
    'events that are no list',
    { events: 'page_created' },
    'webhooks.parameter.invalid',
    ['events', 'page_created'],
  ],
  [
    'an unknown event',
    { events: ['page_created', 'page_exploded'] },
    'webhooks.event.unknown',
    ['page_exploded'],
  ],
  ['an event of Cloud', { events: ['relation_created'] }, 'webhooks.event.unknown', ['relation_created']],
  ['the test event', { events: ['diagnostics:ping'] }, 'webhooks.event.unknown', ['diagnostics:ping']],
  ['a pattern', { events: ['page_*'] }, 'webhooks.event.unknown', ['page_*']],
  [
    'an event that is no string',
    { events: [{ id: 'page_created' }] },
    'webhooks.event.unknown',
    ['{"id":"page_created"}'],
  ],
  ['another string for a boolean', { active: 'yes' }, 'webhooks.parameter.invalid', ['active', 'yes']],
  [
    'a number for a boolean',
    { sslVerificationRequired: 1 },
    'webhooks.parameter.invalid',
    ['sslVerificationRequired', '1'],
  ],
  ['a long secret', { configuration: { secret: tooLong } }, 'webhooks.secret.too.long', []],
  ['a nested configuration', { configuration: { a: { b: 1 } } }, 'webhooks.configuration.invalid', ['a']],
  ['a configuration that is a list', { configuration: [] }, 'webhooks.configuration.invalid', []],
  [
    'a huge configuration',
    { configuration: { a: 'x'.repeat(70_000) } },
    'webhooks.configuration.invalid',
    [],
  ],
  [
    'credentials without a username',
    { credentials: { password: 'geheim' } },
    'webhooks.parameter.invalid',
    ['credentials.username', ''],
  ],
  [
    'a username with a colon',
    { credentials: { username: 'a:b' } },
    'webhooks.parameter.invalid',
    ['credentials.username', ''],
  ],
  [
    'a password that is no string',
    { credentials: { username: 'u', password: 5 } },
    'webhooks.parameter.invalid',
    ['credentials.password', ''],
  ],
  [
    'credentials that are no object',
    { credentials: 'u:p' },
    'webhooks.parameter.invalid',
    ['credentials', ''],
  ],
];

test.each(bad)('%s is refused with 400, its key and its arguments', async (_what, members, key, args) => {
  const { status, body } = await create(members);
  expect(status).toBe(400);
  expect(shapeOf({ ...body, data: { ...body.data, errors: [] } })).toEqual(shapeOf(fixture('not-found')));
  expect(body.data).toMatchObject({ authorized: true, valid: false, successful: false });
  expect(body.data.errors).toEqual([{ message: { key, args, translation: expect.any(String) as string } }]);
  expect(body.message).toBe(body.data.errors[0].message.translation);
  expect(JSON.stringify(body)).not.toContain('geheim');
});

test('every broken rule is told at once', async () => {
  const { body } = await confluence.call('POST', path, { active: 'maybe', events: ['a', 'b'] });
  const keys = body.data.errors.map((error: { message: { key: string } }) => error.message.key);
  expect(keys).toEqual([
    'webhooks.name.missing',
    'webhooks.url.missing',
    'webhooks.event.unknown',
    'webhooks.event.unknown',
    'webhooks.parameter.invalid',
  ]);
});

test('the limits themselves are allowed: 255 characters of name and secret, 2048 of URL', async () => {
  const url = `http://example.com/${'x'.repeat(2048 - 'http://example.com/'.length)}`;
  const { status } = await create({ name: 'x'.repeat(255), url, configuration: { secret: 's'.repeat(255) } });
  expect(status).toBe(201);
  expect((await create({ url: `${url}x` })).body.data.errors[0].message.key).toBe('webhooks.url.invalid');
});

test('an update is judged by the same rules, and changes nothing when it is refused', async () => {
  const { id } = await created();
  const before = await read(id);
  for (const members of [
    { events: [] },
    { name: '' },
    { url: 'nonsense' },
    { active: 'x' },
    { configuration: 'x' },
  ]) {
    expect(await update(id, members)).toMatchObject({ status: 400, body: { data: { valid: false } } });
  }
  expect(await read(id)).toEqual(before);
});

async function stored(id: number) {
  const { tenantId } = confluence.caller.principal;
  return (await confluence.store.getWebhookByWireId(tenantId, 'confluence', id))!;
}
