// What every call of the REST API keeps to: who may call, how bodies are read, what each answer carries.

import { describe, expect, test } from 'vitest';
import { startXurrent } from '../../../test/xurrent/xurrent-server.ts';

const webhook = { event: 'problem.update', uri: 'https://hooks.example.net/in' };

describe('who may call', () => {
  test('a request needs a token: none or a wrong one is 401', async () => {
    await using xurrent = await startXurrent();
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense-of-nobody' },
      { authorization: 'Token x' },
    ]) {
      expect(await xurrent.call('GET', '/v1/webhooks', undefined, headers)).toMatchObject({
        status: 401,
        body: { message: 'Unauthorized' },
      });
    }
  });

  test('the account header in both spellings, with the new one first, must be the token’s account', async () => {
    await using xurrent = await startXurrent();
    const status = async (headers: Record<string, string>) =>
      (
        await xurrent.call('GET', '/v1/webhooks', undefined, {
          authorization: `bearer ${xurrent.token}`,
          ...headers,
        })
      ).status;
    expect(await status({})).toBe(200);
    expect(await status({ 'x-xurrent-account': 'acme' })).toBe(200);
    expect(await status({ 'x-4me-account': 'ACME' })).toBe(200);
    expect(await status({ 'x-xurrent-account': 'acme', 'x-4me-account': 'globex' })).toBe(200);
    expect(await status({ 'x-xurrent-account': 'globex', 'x-4me-account': 'acme' })).toBe(403);
    expect(await status({ 'x-4me-account': 'nobody' })).toBe(403);
    expect(await status({ 'x-4me-account': '' })).toBe(403);
  });

  test('webhooks and policies need an administrator, the small calls do not', async () => {
    await using xurrent = await startXurrent();
    const key = await xurrent.apiKey(['WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'WEBHOOKS:EDIT']);
    const status = async (path: string) =>
      (await xurrent.call('GET', path, undefined, { authorization: `Bearer ${key}` })).status;
    for (const path of [
      '/v1/webhooks',
      '/v1/webhooks/1',
      '/v1/webhook_policies',
      '/v1/webhooks/1/audit',
      '/webhooks',
    ])
      expect(await status(path)).toBe(403);
    for (const path of ['/v1/me', '/v1/people/me', '/v1/people/1/teams', '/v1/enums'])
      expect(await status(path)).toBe(200);
  });

  test('a token may come as the user name of Basic', async () => {
    await using xurrent = await startXurrent();
    const authorization = `Basic ${btoa(`${xurrent.token}:x`)}`;
    expect((await xurrent.call('GET', '/v1/me', undefined, { authorization })).status).toBe(200);
  });
});

describe('bodies', () => {
  const boundary = '------------------------d74496d66958873e';
  const post = async (body: string | Buffer, type: string | undefined, search = '') => {
    await using xurrent = await startXurrent();
    const headers = {
      authorization: `Bearer ${xurrent.token}`,
      ...(type !== undefined && { 'content-type': type }),
    };
    return await xurrent.call('POST', `/v1/webhooks${search}`, body, headers);
  };
  const json = JSON.stringify(webhook);

  test.each([
    ['JSON', json, 'application/json'],
    ['JSON under the type that curl sends', ` \n${json}`, 'application/x-www-form-urlencoded'],
    ['JSON without a type', json, undefined],
    ['JSON under any other type', json, 'text/plain'],
    ['JSON under what is no type', json, 'json'],
    ['JSON under a type without its semicolon', json, 'application/json charset=utf-8'],
    ['JSON under an empty type', json, ''],
    ['a form', new URLSearchParams(webhook).toString(), 'application/x-www-form-urlencoded'],
    [
      'multipart fields',
      Object.entries(webhook)
        .map(
          ([name, value]) =>
            `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        )
        .join('') + `--${boundary}--\r\n`,
      `multipart/form-data; boundary=${boundary}`,
    ],
  ])('%s is taken', async (_, body, type) => {
    expect(await post(body, type)).toMatchObject({ status: 200, body: webhook });
  });

  test('the query fills the fields that the body lacks, and never replaces one', async () => {
    const { status, body } = await post(
      '{"name":"body"}',
      undefined,
      `?${new URLSearchParams({ ...webhook, name: 'query' }).toString()}`,
    );
    expect({ status, body }).toMatchObject({ status: 200, body: { ...webhook, name: 'body' } });
  });

  test('the query is read as a form is: arrays by brackets, and the last of several counts', async () => {
    const query: [string, string][] = [
      ['event', 'problem.create'],
      ['event', 'app_instance.create'],
      ['app_offering_references[]', 'a'],
      ['app_offering_references[]', 'b'],
      ['uri', webhook.uri],
    ];
    const search = `?${new URLSearchParams(query).toString()}`;
    const { status, body } = await post('', undefined, search);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { event: 'app_instance.create', app_offering_references: ['a', 'b'] },
    });
  });

  test.each([
    ['an array', '[{}]'],
    ['broken JSON', '{"event":'],
    ['JSON that is too deep', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['what is no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
  ])('%s is 400', async (_, body) => {
    const answer = await post(body, 'application/json');
    expect(answer).toMatchObject({ status: 400, body: { message: 'Invalid JSON string posted' } });
  });

  test('a body of more than 1 MiB is 413 with a message', async () => {
    const { status, body } = await post(
      JSON.stringify({ ...webhook, x: 'x'.repeat(1_048_576) }),
      'application/json',
    );
    expect({ status, body }).toEqual({ status: 413, body: { message: expect.any(String) as string } });
  });

  test.each([
    ['1', true],
    ['T', true],
    ['y', true],
    ['True', true],
    ['YES', true],
    ['on', true],
    [true, true],
    [1, true],
    ['0', false],
    ['no', false],
    ['anything', false],
    [false, false],
    [null, false],
  ])('%o is the boolean %s', async (given, expected) => {
    const { body } = await post(JSON.stringify({ ...webhook, disabled: given }), 'application/json');
    expect(body.disabled).toBe(expected);
  });

  test('names that reach into prototypes are fields like any other that nobody knows', async () => {
    const { status, body } = await post(
      `{"__proto__":{"disabled":true},"constructor":1,${json.slice(1)}`,
      'application/json',
    );
    expect({ status, disabled: body.disabled }).toEqual({ status: 200, disabled: false });
  });

  test.each(['__proto__', 'constructor', 'toString', 'name'])(
    'a form may collect an array in %s, and nothing breaks',
    async (name) => {
      const form = new URLSearchParams([
        ...Object.entries(webhook),
        [name, 'text'],
        [`${name}[]`, 'a'],
        [`${name}[]`, 'b'],
      ]);
      const { status } = await post(form.toString(), 'application/x-www-form-urlencoded');
      expect(status).toBe(name === 'name' ? 422 : 200);
    },
  );

  test('an array of a form takes time by its length alone', async () => {
    const form = `${new URLSearchParams(webhook).toString()}&${'a[]=&'.repeat(150_000)}`;
    expect((await post(form, 'application/x-www-form-urlencoded')).status).toBe(200);
  });
});

describe('paths', () => {
  test('a slash at the end and .json mean nothing, and no answer is a redirect', async () => {
    await using xurrent = await startXurrent();
    const { id } = await xurrent.create();
    for (const path of [
      '/v1/webhooks',
      '/v1/webhooks/enabled',
      `/v1/webhooks/${id}`,
      `/v1/webhooks/${id}/audit`,
      '/v1/me',
      '/webhooks',
      `/webhooks/${id}`,
    ]) {
      for (const form of [path, `${path}/`, `${path}.json`])
        expect((await xurrent.call('GET', form)).status).toBe(200);
    }
    expect(
      (await xurrent.call('GET', '/v1/webhooks/enabled/?per_page=100')).headers['x-pagination-per-page'],
    ).toBe('100');
  });

  test.each([
    ['GET', '/v1/nothing'],
    ['POST', '/v1/me'],
    ['DELETE', '/v1/webhooks'],
    ['PUT', '/v1/webhooks/1/test'],
    ['GET', '/v1/audit_lines'],
    ['OPTIONS', '/v1/webhooks'],
  ])('%s %s is 404', async (method, path) => {
    await using xurrent = await startXurrent();
    expect(await xurrent.call(method, path)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });
});

describe('answers', () => {
  test('each carries the headers of the original, and an id of the request', async () => {
    await using xurrent = await startXurrent({ perHour: 100, perTwoSeconds: 0 });
    for (const [path, headers] of [
      ['/v1', {}],
      ['/v1/webhooks', undefined],
      ['/v1/nothing', undefined],
      ['/v1/webhooks', {}],
    ] as const) {
      expect((await xurrent.call('GET', path, undefined, headers)).headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
        'x-request-id': expect.any(String) as string,
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': expect.stringMatching(/^\d+$/) as string,
        'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/) as string,
      });
    }
  });

  test('what a client has already is 304 without a body', async () => {
    await using xurrent = await startXurrent();
    const { headers } = await xurrent.call('GET', '/v1/enums');
    expect(headers['etag']).toMatch(/^W\/"[^"]+"$/);
    const again = { authorization: `Bearer ${xurrent.token}`, 'if-none-match': headers['etag']! };
    expect(await xurrent.call('GET', '/v1/enums', undefined, again)).toMatchObject({ status: 304, text: '' });
  });

  test('GET /v1 is two bytes, for anybody', async () => {
    await using xurrent = await startXurrent();
    expect((await xurrent.call('GET', '/v1', undefined, {})).text).toBe('{}');
  });

  test('the owner of the token is a person of the account, with every member and references that are null', async () => {
    await using xurrent = await startXurrent();
    const { body } = await xurrent.call('GET', '/v1/me');
    expect(Object.entries(body)).toEqual([
      ['id', expect.any(Number)],
      ['name', 'ADMIN_TOKEN'],
      ['primary_email', null],
      ['disabled', false],
      ['organization', null],
      ['site', null],
      ['manager', null],
      ['locale', 'en'],
      ['time_zone', 'UTC'],
      ['source', null],
      ['sourceID', null],
      ['created_at', '2026-01-01T00:00:00Z'],
      ['updated_at', '2026-01-01T00:00:00Z'],
      ['nodeID', expect.any(String)],
    ]);
    expect(Number.isSafeInteger(body.id)).toBe(true);
    expect(Buffer.from(body.nodeID as string, 'base64url').toString()).toBe(
      `xurrent.example/Person/${body.id as number}`,
    );
    for (const path of ['/v1/people/me', '/v1/me/?per_page=100&fields=id', '/v1/me.json'])
      expect((await xurrent.call('GET', path)).body).toEqual(body);
    const teams = await xurrent.call('GET', `/v1/people/${body.id as number}/teams?per_page=100`);
    expect(teams).toMatchObject({ status: 200, text: '[]', headers: { 'x-pagination-total-entries': '0' } });
  });

  test('the enums list every event and algorithm', async () => {
    await using xurrent = await startXurrent();
    const { body } = await xurrent.call('GET', '/v1/enums');
    expect(body['webhook.event']).toHaveLength(83);
    expect(body['webhook.event']).toContainEqual({ id: 'request.create', txt: 'request.create' });
    expect(body['webhook_policy.jwt_alg']).toHaveLength(10);
  });
});

describe('rate limits', () => {
  test('two windows: who has used up one gets 429 with whole seconds to wait, others go on', async () => {
    await using xurrent = await startXurrent({ perHour: 5, perTwoSeconds: 3 });
    const statuses = async (count: number, headers?: Record<string, string>) => {
      const all = [];
      for (let time = 0; time < count; time++)
        all.push((await xurrent.call('GET', '/v1/me', undefined, headers)).status);
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    const refused = await xurrent.call('GET', '/v1/me');
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2', 'x-ratelimit-remaining': '2' },
      body: {
        message: 'Too Many Requests',
        documentation_url: 'https://developer.xurrent.com/v1/#rate-limiting',
      },
    });
    const { key } = await xurrent.tenant('globex');
    expect(await statuses(1, { authorization: `Bearer ${key}` })).toEqual([200]);
    await xurrent.clock.advance(2_000);
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await xurrent.call('GET', '/v1/me')).headers).toMatchObject({
      'x-ratelimit-remaining': '0',
      'retry-after': '3598',
    });
    await xurrent.clock.advance(3_598_000);
    expect(await statuses(1)).toEqual([200]);
  });

  test('who brings no token has the quota of its address', async () => {
    await using xurrent = await startXurrent({ perHour: 0, perTwoSeconds: 2 });
    const statuses = [];
    for (let time = 0; time < 3; time++)
      statuses.push((await xurrent.call('GET', '/v1', undefined, {})).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await xurrent.call('GET', '/v1/me')).status).toBe(200);
  });

  test('a limit of 0 is none, and of the hour there are no headers then', async () => {
    await using xurrent = await startXurrent({ perHour: 0, perTwoSeconds: 0 });
    const { status, headers, body } = await xurrent.call('GET', '/v1/rate_limit');
    expect({ status, body }).toEqual({ status: 200, body: { resources: [] } });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });

  test('asking for the quota costs none, and is 429 more than once a second', async () => {
    await using xurrent = await startXurrent({ perHour: 3600, perTwoSeconds: 20 });
    const { body } = await xurrent.call('GET', '/v1/rate_limit');
    expect(body).toEqual({
      resources: [
        { context: 'core', limit: 20, remaining: 20, reset: 1767225602 },
        { context: 'core', limit: 3600, remaining: 3600, reset: 1767229200 },
      ],
    });
    expect((await xurrent.call('GET', '/v1/rate_limit')).status).toBe(429);
    await xurrent.clock.advance(1_000);
    expect((await xurrent.call('GET', '/v1/rate_limit')).body.resources[1].remaining).toBe(3600);
  });
});
