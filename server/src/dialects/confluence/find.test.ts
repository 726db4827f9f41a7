import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConfluence, type ConfluenceServer } from '../../../test/confluence/confluence-server.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';
import { baseOf } from './links.ts';

let confluence: ConfluenceServer;
let empty: ConfluenceServer;

beforeAll(async () => {
  [confluence, empty] = await Promise.all([startConfluence(), startConfluence()]);
  for (let number = 1; number <= 60; number++) {
    const events = number % 3 === 0 ? ['page_created', 'page_updated'] : ['blog_created'];
    await confluence.call('POST', '/rest/api/webhooks', {
      name: `n${number}`,
      url: 'http://example.com',
      events,
    });
  }
});

afterAll(() => Promise.all([confluence?.[Symbol.asyncDispose](), empty?.[Symbol.asyncDispose]()]));

const find = async (query = '', base = '/rest/api/webhooks') =>
  (await confluence.call('GET', `${base}${query}`)).body;
const ids = (body: { results: { id: number }[] }) => body.results.map((webhook) => webhook.id);

test('a page is the sample of the specification: window, total and links', async () => {
  const body = await find('?limit=25&start=25', '/confluence/rest/api/webhooks');
  const { results: _sample, ...sample } = fixture('list') as { results: unknown };
  const { results, ...page } = body;
  expect(page).toEqual(sample);
  expect(results).toHaveLength(25);
  expect(results[0]).toMatchObject({ id: 26, name: 'n26' });
  expect(shapeOf(results[0])).toEqual(shapeOf(fixture('webhook')));
});

test('without limit every registered webhook is listed, by ascending id', async () => {
  const body = await find();
  expect(body).toMatchObject({ start: 0, limit: 1000, size: 60, totalCount: 60 });
  expect(ids(body)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(body._links).toEqual({
    self: 'http://host:8090/rest/api/webhooks',
    base: 'http://host:8090',
    context: '',
  });
});

test('an empty list has the form that was captured', async () => {
  expect((await empty.call('GET', '/rest/api/webhooks?limit=25')).body).toEqual({
    results: [],
    start: 0,
    limit: 25,
    size: 0,
    totalCount: 0,
    _links: {
      self: 'http://host:8090/rest/api/webhooks?limit=25&start=0',
      base: 'http://host:8090',
      context: '',
    },
  });
});

test.each([
  ['?limit=0', { start: 0, limit: 25 }],
  ['?limit=-3&start=-7', { start: 0, limit: 25 }],
  ['?limit=5000', { start: 0, limit: 1000 }],
  ['?limit=99999999999999999999', { start: 0, limit: 1000 }],
  ['?start=60', { start: 60, limit: 1000, size: 0, results: [] }],
  ['?start=99999999999999999999&limit=25', { limit: 25, size: 0, results: [], totalCount: 60 }],
])('the window %s is made effective', async (query, expected) => {
  expect(await find(query)).toMatchObject(expected);
});

test.each(['?limit=ten', '?limit=', '?start=1.5', '?start=1e3', '?limit=%2B5'])(
  '%s is refused: no integer',
  async (query) => {
    const { status, body } = await confluence.call('GET', `/rest/api/webhooks${query}`);
    expect(status).toBe(400);
    const [name, value] = query.slice(1).split('=');
    expect(body.data.errors).toMatchObject([
      { message: { key: 'webhooks.parameter.invalid', args: [name, decodeURIComponent(value!)] } },
    ]);
  },
);

test('event keeps the webhooks that subscribe to it; repeated or comma-separated means any of them', async () => {
  expect((await find('?event=page_created')).totalCount).toBe(20);
  expect((await find('?event=page_created&event=blog_created')).totalCount).toBe(60);
  expect((await find('?event=page_updated,blog_created')).totalCount).toBe(60);
  expect((await find('?event=page_moved')).totalCount).toBe(0);
  expect((await find('?event=no_such_event')).totalCount).toBe(0);
  expect((await find('?event=')).totalCount).toBe(60);
});

test('next and prev are relative to base, and repeat the other parameters', async () => {
  const { _links } = await find('?limit=5&start=5&event=page_created&event=blog_created&statistics=true');
  const rest = '&event=page_created&event=blog_created&statistics=true';
  expect(_links.next).toBe(`/rest/api/webhooks?limit=5&start=10${rest}`);
  expect(_links.prev).toBe(`/rest/api/webhooks?limit=5&start=0${rest}`);
});

test('whoever follows next through base sees every webhook once', async () => {
  const seen: number[] = [];
  let next: string | undefined = '/rest/api/webhooks?limit=17';
  while (next !== undefined) {
    const body = await find(
      new URL(`http://host:8090/confluence${next}`).search,
      '/confluence/rest/api/webhooks',
    );
    seen.push(...ids(body));
    next = body._links.next;
  }
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

test.each([
  ['/rest/api/latest/webhooks', 'http://host:8090', '', '/rest/api/latest/webhooks?limit=1&start=1'],
  [
    '/confluence/rest/api/latest/webhooks/',
    'http://host:8090/confluence',
    '/confluence',
    '/rest/api/latest/webhooks?limit=1&start=1',
  ],
  [
    '/confluence/rest/api/webhooks/',
    'http://host:8090/confluence',
    '/confluence',
    '/rest/api/webhooks?limit=1&start=1',
  ],
])('links follow the path that was called: %s', async (called, base, context, next) => {
  const { _links } = await find('?limit=1', called);
  expect(_links).toMatchObject({ base, context, next, self: `${base}${next.replace('start=1', 'start=0')}` });
});

test('the configured public URL is the base of the links', async () => {
  await using behind = await startConfluence({ publicUrl: 'https://hooks.example.com/' });
  const { body } = await behind.call('GET', '/confluence/rest/api/webhooks?limit=5');
  expect(body._links).toMatchObject({
    base: 'https://hooks.example.com/confluence',
    self: 'https://hooks.example.com/confluence/rest/api/webhooks?limit=5&start=0',
  });
});

test('a request that names no host is told the address that it came to', () => {
  const asked = (localAddress: string) =>
    ({ protocol: 'http', host: '', raw: { socket: { localAddress, localPort: 8480 } } }) as FastifyRequest;
  const mount = { context: '/confluence', api: '/rest/api' };
  expect(baseOf(asked('10.0.0.7'), mount, null)).toBe('http://10.0.0.7:8480/confluence');
  expect(baseOf(asked('::1'), mount, null)).toBe('http://[::1]:8480/confluence');
});

test('forwarded headers of somebody who is not a trusted proxy change no link', async () => {
  const { token } = confluence;
  const { body } = await confluence.call('GET', '/rest/api/webhooks', undefined, {
    authorization: `Bearer ${token}`,
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  });
  expect(body._links.base).toBe('http://host:8090');
});

test('statistics appear only when asked for, with zero counts too; any other value than true is false', async () => {
  expect((await find('?limit=1')).results[0]).not.toHaveProperty('statistics');
  expect((await find('?limit=1&statistics=yes')).results[0]).not.toHaveProperty('statistics');
  const [webhook] = (await find('?limit=1&statistics=TRUE')).results;
  expect(Object.keys(webhook.statistics)).toEqual(['counts']);
  expect(webhook.statistics.counts).toMatchObject({ successes: 0, failures: 0, errors: 0 });
});

test("another tenant's webhooks and those of other dialects are not listed", async () => {
  const { tenantId } = confluence.caller.principal;
  const webhook = (await confluence.store.getWebhookByWireId(tenantId, 'confluence', 1))!;
  const { id: _1, tenantId: _2, wireId: _3, createdAt: _4, updatedAt: _5, version: _6, ...draft } = webhook;
  await confluence.webhooks.create(confluence.caller, { ...draft, dialect: 'native' }, { kind: 'none' });
  await confluence.webhooks.create(
    { ...confluence.caller, principal: { ...confluence.caller.principal, tenantId: 'tnt_other' } },
    draft,
    { kind: 'next_in_tenant' },
  );
  expect((await find()).totalCount).toBe(60);
});
