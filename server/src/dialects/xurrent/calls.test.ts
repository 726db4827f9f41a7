// What every call refuses, and whom: the statuses and bodies of the specification's table (§2.1, §2.4) for each of them.

import { expect, test } from 'vitest';
import { startXurrent } from '../../../test/xurrent/xurrent-server.ts';

/** `:id` stands for a record that is there; the first path is that of a collection. */
const calls: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/v1/webhooks'],
  ['GET', '/v1/webhooks/enabled'],
  ['GET', '/v1/webhooks/disabled'],
  ['POST', '/v1/webhooks'],
  ['GET', '/v1/webhooks/:id'],
  ['PATCH', '/v1/webhooks/:id'],
  ['PUT', '/v1/webhooks/:id'],
  ['POST', '/v1/webhooks/:id/test'],
  ['GET', '/v1/webhooks/:id/audit'],
  ['DELETE', '/v1/webhooks/:id'],
  ['GET', '/webhooks'],
  ['GET', '/webhooks/:id'],
  ['GET', '/v1/webhook_policies'],
  ['GET', '/v1/webhook_policies/enabled'],
  ['GET', '/v1/webhook_policies/disabled'],
  ['POST', '/v1/webhook_policies'],
  ['GET', '/v1/webhook_policies/:id'],
  ['PATCH', '/v1/webhook_policies/:id'],
  ['PUT', '/v1/webhook_policies/:id'],
  ['GET', '/v1/webhook_policies/:id/audit'],
  ['DELETE', '/v1/webhook_policies/:id'],
];
const own = [
  ['GET', '/v1/me'],
  ['GET', '/v1/people/me'],
  ['GET', '/v1/people/1/teams'],
  ['GET', '/v1/rate_limit'],
  ['GET', '/v1/enums'],
] as const;

test.each([...calls, ...own])(
  '%s %s refuses strangers, and whoever names another account',
  async (method, path) => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
    const url = path.replace(':id', '1');
    for (const headers of [{}, { authorization: 'Bearer nonsense-of-nobody' }]) {
      const { status, body, headers: answered } = await xurrent.call(method, url, undefined, headers);
      expect({ status, body }).toEqual({ status: 401, body: { message: 'Unauthorized' } });
      expect(answered['content-type']).toBe('application/json; charset=utf-8');
    }
    const elsewhere = { authorization: `Bearer ${xurrent.token}`, 'x-xurrent-account': 'globex' };
    const { status, body } = await xurrent.call(method, url, undefined, elsewhere);
    expect({ status, body }).toEqual({ status: 403, body: { message: 'Forbidden' } });
  },
);

test.each(calls)(
  '%s %s needs an administrator, and finds nothing of another account',
  async (method, path) => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
    const url = path.replace(':id', '1');
    const viewer = `Bearer ${await xurrent.apiKey(['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:REMOVE'])}`;
    const forbidden = await xurrent.call(method, url, undefined, { authorization: viewer });
    expect(forbidden).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    if (!path.includes(':id')) return;
    const { key } = await xurrent.tenant('globex');
    const theirs = await xurrent.call(method, url, undefined, { authorization: `Bearer ${key}` });
    expect({ status: theirs.status, body: theirs.body }).toEqual({
      status: 404,
      body: { message: 'Not Found' },
    });
    for (const unknown of ['999', 'x', '0', '-1', '1e3', btoa('xurrent.example/Person/1')]) {
      const { status, body } = await xurrent.call(method, path.replace(':id', unknown));
      expect({ unknown, status, body }).toEqual({ unknown, status: 404, body: { message: 'Not Found' } });
    }
  },
);

test.each(calls.filter(([method, path]) => method === 'GET' && !path.endsWith(':id')))(
  '%s %s refuses pages that can not be',
  async (method, path) => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
    const url = path.replace(':id', '1');
    for (const [search, message] of [
      ['per_page=0', "Parameter 'per_page' cannot be less than 1"],
      ['per_page=x', "Parameter 'per_page' is not an integer"],
      ['page=0', "Parameter 'page' cannot be less than 1"],
      ['search_after=x', "Parameter 'search_after' is not a cursor of this collection"],
    ] as const) {
      const { status, body } = await xurrent.call(method, `${url}?${search}`);
      expect({ status, body }).toEqual({ status: 400, body: { message } });
    }
    expect((await xurrent.call(method, `${url}?per_page=101`)).headers['x-pagination-per-page']).toBe('100');
  },
);

const writing = calls.filter(([method, path]) => method.startsWith('P') && !path.endsWith('/test'));

test.each(writing)('%s %s refuses a body that is no object', async (method, path) => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
  for (const body of ['[]', '{"a":']) {
    const answer = await xurrent.call(method, path.replace(':id', '1'), body);
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid JSON string posted' } });
  }
});

test('a test has no fields, so that nothing is read of what clients send along', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  for (const body of [undefined, '{}', '[]', 'x=1'])
    expect((await xurrent.call('POST', '/v1/webhooks/1/test', body)).status).toBe(204);
});

test('collection parameters on a single record change nothing, and no answer of a record has a key message', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
  for (const path of ['/v1/webhooks/1', '/v1/webhook_policies/1', '/v1/me', '/v1/people/me', '/v1/enums']) {
    const { body } = await xurrent.call('GET', path);
    expect((await xurrent.call('GET', `${path}/?per_page=0&fields=id&sort=x`)).body).toEqual(body);
    expect(body).not.toHaveProperty('message');
  }
});

test('what lies below the webhooks and is not theirs is 404 with and without /v1', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  for (const path of ['/webhooks/1/nothing', '/webhooks/1/audit/1']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      for (const prefix of ['', '/v1']) {
        const { status, body } = await xurrent.call(method, prefix + path);
        expect({ status, body }).toEqual({ status: 404, body: { message: 'Not Found' } });
      }
    }
  }
});

test('the language of a client is taken, and texts are English', async () => {
  await using xurrent = await startXurrent();
  const headers = {
    authorization: `Bearer ${xurrent.token}`,
    'x-xurrent-language': 'nl',
    accept: 'text/html',
  };
  const { body } = await xurrent.call('POST', '/v1/webhooks', '{}', headers);
  expect(body.errors[0]).toEqual(['event', "Event can't be blank"]);
});
