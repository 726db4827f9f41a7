import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  password,
  startConfluence,
  username,
  type ConfluenceServer,
} from '../../../test/confluence/confluence-server.ts';
import { fixture, shapeOf } from './fixtures/fixture.ts';

const path = '/rest/api/webhooks';
const minimal = { name: 'n', url: 'http://example.com', events: ['page_created'] };

let confluence: ConfluenceServer;
beforeAll(async () => {
  confluence = await startConfluence();
  await confluence.call('POST', path, minimal);
});
afterAll(() => confluence?.[Symbol.asyncDispose]());

const as = (authorization: string) => ({ authorization });
const basic = (name: string, secret: string) =>
  as(`Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`);

test('an unknown webhook is a 404 with exactly the envelope of the specification', async () => {
  const { status, body, headers } = await confluence.call('GET', `${path}/999`);
  expect(status).toBe(404);
  expect(body).toEqual(fixture('not-found'));
  expect(headers['content-type']).toMatch(/^application\/json/);
});

test('a broken rule is a 400 with the members and types of the specification', async () => {
  const { status, body } = await confluence.call('POST', path, { ...minimal, url: 'ftp://x' });
  expect(status).toBe(400);
  expect(shapeOf(body)).toEqual(shapeOf(fixture('bad-request')));
  const [error] = (
    fixture('bad-request') as { data: { errors: { message: { key: string; args: string[] } }[] } }
  ).data.errors;
  expect(body.data.errors[0].message).toMatchObject({ key: error!.message.key, args: error!.message.args });
});

test('an answer never repeats a whole body', async () => {
  const long = 'x'.repeat(500_000);
  const many = Array.from({ length: 50_000 }, (_, index) => `unknown_${index}`);
  for (const events of [[long], many]) {
    const { status, text } = await confluence.call('POST', path, { ...minimal, events });
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(50_000);
  }
});

test.each(['latest', 'statistics', 'statistics/summary'])(
  'an unknown webhook has no %s: 404',
  async (child) => {
    expect((await confluence.call('GET', `${path}/999/${child}`)).body).toEqual(fixture('not-found'));
  },
);

test.each(['PUT', 'DELETE'])('%s of an unknown webhook is a 404, whatever the body', async (method) => {
  expect(
    (await confluence.call(method, `${path}/999`, method === 'PUT' ? { name: '' } : undefined)).body,
  ).toEqual(fixture('not-found'));
});

test.each([
  ['GET', '/abc'],
  ['GET', '/1x'],
  ['GET', '/-1'],
  ['GET', '/1.0'],
  ['DELETE', '/abc'],
  ['PATCH', '/abc'],
  ['GET', '/test'],
  ['PUT', '/test'],
  ['GET', '/1/transitions'],
  ['POST', '/1/transitions'],
  ['GET', '/1/latest/more'],
  ['GET', '/99999999999999999999'],
])('%s %s is a 404 in the envelope', async (method, child) => {
  const { status, body } = await confluence.call(method, `${path}${child}`);
  expect(status).toBe(404);
  expect(body).toMatchObject({
    statusCode: 404,
    reason: 'Not Found',
    data: { authorized: false, valid: true },
  });
});

test.each([
  ['DELETE', '', 'GET, HEAD, POST'],
  ['PUT', '/', 'GET, HEAD, POST'],
  ['POST', '/1', 'GET, HEAD, PUT, DELETE'],
  ['PATCH', '/1/', 'GET, HEAD, PUT, DELETE'],
  ['POST', '/1/latest', 'GET, HEAD'],
  ['DELETE', '/1/statistics', 'GET, HEAD'],
  ['PUT', '/1/statistics/summary', 'GET, HEAD'],
  ['OPTIONS', '', 'GET, HEAD, POST'],
])('%s on a known path %o is a 405 that tells what is allowed', async (method, child, allow) => {
  const { status, body, headers } = await confluence.call(method, `${path}${child}`);
  expect(status).toBe(405);
  expect(headers['allow']).toBe(allow);
  expect(body).toMatchObject({ statusCode: 405, reason: 'Method Not Allowed' });
});

test.each([
  ['no credentials', {}],
  ['a wrong token', as('Bearer wrong-token-of-the-tests')],
  ['a wrong password', basic(username, 'wrong')],
  ['an unknown scheme', as('Digest username="admin"')],
])('%s: 401 with the Basic challenge, in the envelope', async (_what, headers) => {
  const answer = await confluence.call('GET', path, undefined, headers);
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Basic realm="Posthorn"');
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.body).toMatchObject({ statusCode: 401, reason: 'Unauthorized', data: { authorized: false } });
  expect(answer.body.message).toMatch(/user name and password.*personal access token/);
});

test('Basic takes the password of an account, and an API key in its place', async () => {
  expect(await confluence.call('GET', path, undefined, basic(username, password))).toMatchObject({
    status: 200,
  });
  expect(await confluence.call('GET', path, undefined, basic(username, confluence.token))).toMatchObject({
    status: 200,
  });
});

test('whoever lacks one of the four webhook permissions is no administrator: 403 in the envelope', async () => {
  const key = await confluence.apiKey(['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:EDIT', 'EVENTS:ADD']);
  for (const [method, url] of [
    ['GET', path],
    ['POST', path],
    ['GET', `${path}/1`],
    ['DELETE', `${path}/1`],
    ['GET', `${path}/999`],
    ['POST', `${path}/test?url=http%3A%2F%2Fexample.com`],
  ] as const) {
    const { status, body } = await confluence.call(method, url, undefined, as(`Bearer ${key}`));
    expect(status).toBe(403);
    expect(body).toMatchObject({
      statusCode: 403,
      reason: 'Forbidden',
      data: { authorized: false, valid: true },
    });
  }
});

test('all four webhook permissions are enough', async () => {
  const key = await confluence.apiKey(['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:EDIT', 'WEBHOOKS:REMOVE']);
  expect(await confluence.call('GET', path, undefined, as(`Bearer ${key}`))).toMatchObject({ status: 200 });
});

test('who calls is judged before what is asked: 401 comes before 404, 405, 413, 415 and 400', async () => {
  const huge = 'x'.repeat(1_100_000);
  for (const [method, url, body, headers] of [
    ['GET', `${path}/999`, undefined, {}],
    ['GET', `${path}/nonsense`, undefined, {}],
    ['DELETE', path, undefined, {}],
    ['POST', path, huge, {}],
    ['POST', path, 'x', { 'content-type': 'text/plain' }],
    ['POST', path, '{', { 'content-type': 'application/json' }],
  ] as const) {
    expect((await confluence.call(method, url, body, headers)).status).toBe(401);
  }
});

// Bodies

const send = (body: string | undefined, headers: Record<string, string> = {}) =>
  confluence.call('POST', path, body, { authorization: `Bearer ${confluence.token}`, ...headers });

test('a body without Content-Type counts as JSON', async () => {
  expect(await send(JSON.stringify(minimal))).toMatchObject({ status: 201 });
});

test.each([
  '',
  'application/json',
  'application/json; charset=UTF-8',
  'Application/JSON;charset=utf-8',
  'application/json; charset=ISO-8859-1',
])('"%s" is JSON', async (type) => {
  expect(await send(JSON.stringify(minimal), { 'content-type': type })).toMatchObject({ status: 201 });
});

test('the bytes are UTF-8 whatever charset is named', async () => {
  const type = { 'content-type': 'application/json; charset=ISO-8859-1' };
  const name = { ...minimal, name: 'Grüße' };
  expect(await send(JSON.stringify(name), type)).toMatchObject({ status: 201, body: { name: 'Grüße' } });
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/xml',
  'json',
  'multipart/form-data; boundary=x',
])('%s is a 415', async (type) => {
  const { status, body } = await send(JSON.stringify(minimal), { 'content-type': type });
  expect(status).toBe(415);
  expect(body).toMatchObject({ statusCode: 415, reason: 'Unsupported Media Type' });
});

test.each(['application/json', 'json', ''])(
  'Content-Type "%s" on a GET or DELETE without a body is normal',
  async (type) => {
    const { body } = await send(JSON.stringify(minimal));
    const headers = { authorization: `Bearer ${confluence.token}`, 'content-type': type };
    expect(await confluence.call('GET', `${path}/`, undefined, headers)).toMatchObject({ status: 200 });
    expect(await confluence.call('DELETE', `${path}/${body.id}`, undefined, headers)).toMatchObject({
      status: 204,
    });
  },
);

test('1 MiB is the largest body; one byte more is a 413', async () => {
  const filler = 1_048_576 - JSON.stringify({ ...minimal, x: '' }).length;
  const largest = JSON.stringify({ ...minimal, x: 'x'.repeat(filler) });
  expect(await send(largest)).toMatchObject({ status: 201 });
  const { status, body } = await send(`${largest} `);
  expect(status).toBe(413);
  expect(body).toMatchObject({ statusCode: 413 });
});

test.each([
  ['nothing', undefined],
  ['no JSON', '{"name":'],
  ['a list', '[]'],
  ['a string', '"x"'],
  ['null', 'null'],
  ['nested too deeply', `{"name":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
])('a body that is %s is malformed: 400', async (_what, text) => {
  const { status, body } = await send(text, { 'content-type': 'application/json' });
  expect(status).toBe(400);
  expect(body.data.errors).toMatchObject([{ message: { key: 'webhooks.body.malformed' } }]);
});

test('members with dangerous names are texts like any other', async () => {
  const { status, body } = await send(
    `{"name":"n","url":"http://example.com","events":["page_created"],"__proto__":{"active":false},"configuration":{"__proto__":"a","constructor":"b"}}`,
  );
  expect(status).toBe(201);
  expect(body.active).toBe(true);
  expect(Object.entries(body.configuration)).toEqual(expect.arrayContaining([['constructor', 'b']]));
});

// Headers that clients send

test('Accept is ignored, X-Atlassian-Token accepted and os_authType ignored', async () => {
  const headers = {
    authorization: `Bearer ${confluence.token}`,
    accept: 'text/html',
    'x-atlassian-token': 'no-check',
  };
  const answer = await confluence.call('GET', `${path}?os_authType=basic`, undefined, headers);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
});

test.each(['', '/confluence'])(
  'every call takes a trailing slash and the alias, under %o',
  async (context) => {
    for (const api of ['/rest/api', '/rest/api/latest']) {
      const base = `${context}${api}/webhooks`;
      const { body } = await confluence.call('POST', `${base}/`, minimal);
      const own = `${base}/${body.id}`;
      const statuses = [
        await confluence.call('GET', `${base}/`),
        await confluence.call('GET', `${own}/`),
        await confluence.call('PUT', `${own}/`, { name: 'm' }),
        await confluence.call('GET', `${own}/latest/`),
        await confluence.call('GET', `${own}/statistics/`),
        await confluence.call('GET', `${own}/statistics/summary/`),
        await confluence.call('POST', `${base}/test/?url=http%3A%2F%2F10.0.0.1%2F`),
        await confluence.call('DELETE', `${own}/`),
      ].map((answer) => answer.status);
      expect(statuses).toEqual([200, 200, 200, 204, 200, 200, 200, 204]);
    }
  },
);

test('another context path can be set, and the default one is unknown then', async () => {
  await using wiki = await startConfluence({ contextPath: '/wiki/v1' });
  expect(await wiki.call('GET', `/wiki/v1${path}`)).toMatchObject({ status: 200 });
  expect((await wiki.call('GET', `/wiki/v1${path}`)).body._links.context).toBe('/wiki/v1');
  expect((await wiki.call('GET', `/confluence${path}`)).status).toBe(404);
});
