// Every list of the REST API: its headers, what it can be filtered and sorted by, and the members that it shows (specification §2.3, §2.6, §2.7).

import { describe, expect, test } from 'vitest';
import { startXurrent, type XurrentServer } from '../../../test/xurrent/xurrent-server.ts';

const idsOf = (body: readonly { readonly id: number }[]) => body.map(({ id }) => id);

/** Three webhooks, a minute apart; the second is disabled, and all but the first are changed at the fifth minute. */
async function threeWebhooks(): Promise<XurrentServer> {
  const xurrent = await startXurrent();
  for (const fields of [
    {
      name: 'beta',
      event: 'problem.update',
      uri: 'https://hooks.example.net/1',
      source: 'curl',
      sourceID: 'A',
    },
    {
      name: 'Alpha',
      event: 'task.create',
      uri: 'https://hooks.example.net/2',
      source: 'Curl',
      disabled: true,
    },
    {
      name: 'alpha',
      event: 'task.create',
      uri: 'https://hooks.example.net/3',
      source: 'curl',
      sourceID: 'a',
    },
  ]) {
    await xurrent.create(fields);
    await xurrent.clock.advance(60_000);
  }
  await xurrent.clock.advance(120_000);
  for (const id of [2, 3]) await xurrent.call('PATCH', `/v1/webhooks/${id}`, { description: 'changed' });
  return xurrent;
}

async function threePolicies(): Promise<XurrentServer> {
  const xurrent = await startXurrent();
  for (const disabled of [false, true, false]) {
    await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256', disabled });
    await xurrent.clock.advance(60_000);
  }
  await xurrent.call('PATCH', '/v1/webhook_policies/1', { jwt_audience: 'changed' });
  return xurrent;
}

test('each says how many there are and where the page is, empty ones and those of one page too', async () => {
  await using xurrent = await startXurrent();
  const headersOf = async (path: string) => (await xurrent.call('GET', path)).headers;
  const empty = [
    '/v1/webhooks',
    '/v1/webhooks/enabled',
    '/v1/webhooks/disabled',
    '/v1/webhook_policies',
    '/v1/webhook_policies/enabled',
    '/v1/webhook_policies/disabled',
    '/v1/people/1/teams',
    '/webhooks',
  ];
  for (const path of empty) {
    const headers = await headersOf(`${path}?per_page=100`);
    expect({ path, ...headers }).toMatchObject({
      path,
      'x-pagination-per-page': '100',
      'x-pagination-current-page': '1',
      'x-pagination-total-pages': '1',
      'x-pagination-total-entries': '0',
    });
    expect(headers).not.toHaveProperty('link');
  }
  await xurrent.create();
  await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256' });
  for (const path of ['/v1/webhooks', '/v1/webhooks/1/audit', '/v1/webhook_policies/1/audit']) {
    const headers = await headersOf(path);
    expect({ path, ...headers }).toMatchObject({
      path,
      'x-pagination-per-page': '20',
      'x-pagination-total-entries': '1',
      'x-pagination-start-cursor': expect.stringMatching(/./) as string,
      'x-pagination-end-cursor': expect.stringMatching(/./) as string,
    });
  }
});

test.each([
  ['/v1/webhooks/enabled', 'https://api.xurrent.example/v1/webhooks/enabled?'],
  ['/webhooks/enabled/', 'https://api.xurrent.example/v1/webhooks/enabled?'],
  ['/v1/webhooks/1/audit', 'https://api.xurrent.example/v1/webhooks/1/audit?'],
  ['/v1/webhook_policies.json', 'https://api.xurrent.example/v1/webhook_policies?'],
])(
  'the links of %s are absolute, below /v1 of the api template, whatever host was asked',
  async (path, base) => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.create({ event: 'task.create' });
    await xurrent.call('PATCH', '/v1/webhooks/1', { name: 'changed' });
    for (const jwt_alg of ['hs256', 'hs384']) await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg });
    const { headers } = await xurrent.call('GET', `${path}?per_page=1&fields=id,name`);
    const [, url] = /^<([^<>,;]+)>; rel="next"$/.exec(headers['link']!)!;
    expect(url!.startsWith(base)).toBe(true);
    expect(new URL(url!).searchParams.get('fields')).toBe('id,name');
    expect(new URL(url!).searchParams.get('per_page')).toBe('1');
  },
);

test('pages by cursor and by number lead through the audit, newest first', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  for (const name of ['a', 'b', 'c']) await xurrent.call('PATCH', '/v1/webhooks/1', { name });
  const all = idsOf((await xurrent.call('GET', '/v1/webhooks/1/audit')).body);
  expect(all).toEqual(all.toSorted((a, b) => b - a));
  const seen: number[] = [];
  let path: string | undefined = '/v1/webhooks/1/audit?per_page=3&sort=created_at';
  while (path !== undefined) {
    const { body, headers } = await xurrent.call('GET', path);
    seen.push(...idsOf(body));
    const [, next] = /<([^<>]+)>; rel="next"/.exec(headers['link'] ?? '') ?? [];
    path = next && new URL(next).pathname + new URL(next).search;
  }
  expect(seen).toEqual(all);
  expect(idsOf((await xurrent.call('GET', '/v1/webhooks/1/audit?per_page=3&page=2')).body)).toEqual(
    all.slice(3),
  );
});

test.each([
  ['id=2', [2]],
  ['ids=1,3', [3, 1]],
  ['name=ALPHA', [2, 3]],
  ['name=!alpha', [1]],
  ['event=task.create', [2, 3]],
  ['event=Task.create', []],
  ['uri=https://hooks.example.net/3', [3]],
  ['disabled=true', [2]],
  ['disabled=false', [3, 1]],
  ['source=curl', [3, 1]],
  ['sourceID=a', [3]],
  ['sourceID=', [2]],
  ['sourceID=!', [3, 1]],
  ['created_at=%3E2026-01-01T00:00:30Z', [2, 3]],
  ['created_at=>=2026-01-01T01:01:00+01:00<2026-01-01T00:02:00Z', [2]],
  ['updated_at=>2026-01-01T00:04:00Z', [2, 3]],
  ['event=task.create&disabled=false', [3]],
  ['last_error=x&nothing=1', [2, 3, 1]],
])('webhooks are filtered by %s', async (search, ids) => {
  await using xurrent = await threeWebhooks();
  expect(idsOf((await xurrent.call('GET', `/v1/webhooks?${search}`)).body)).toEqual(ids);
});

test.each([
  ['', [2, 3, 1]],
  ['sort=id', [1, 2, 3]],
  ['sort=-id', [3, 2, 1]],
  ['sort=name', [2, 3, 1]],
  ['sort=-name', [1, 3, 2]],
  ['sort=created_at', [1, 2, 3]],
  ['sort=-created_at', [3, 2, 1]],
  ['sort=updated_at,-id', [1, 3, 2]],
  ['sort=event,nothing', [2, 3, 1]],
])('webhooks are sorted by %s', async (search, ids) => {
  await using xurrent = await threeWebhooks();
  expect(idsOf((await xurrent.call('GET', `/v1/webhooks?${search}`)).body)).toEqual(ids);
});

test.each([
  ['', [1, 2, 3]],
  ['id=2', [2]],
  ['ids=1,3', [1, 3]],
  ['disabled=true', [2]],
  ['disabled=!true', [1, 3]],
  ['created_at=>2026-01-01T00:00:00Z', [2, 3]],
  ['updated_at=>2026-01-01T00:02:00Z', [1]],
  ['jwt_alg=rs256', [1, 2, 3]],
  ['sort=-created_at', [3, 2, 1]],
  ['sort=updated_at', [2, 3, 1]],
  ['sort=-updated_at', [1, 3, 2]],
])('policies are filtered and sorted by %s', async (search, ids) => {
  await using xurrent = await threePolicies();
  expect(idsOf((await xurrent.call('GET', `/v1/webhook_policies?${search}`)).body)).toEqual(ids);
});

test('policies are found by their name, whatever its case', async () => {
  await using xurrent = await threePolicies();
  const { body } = await xurrent.call('GET', '/v1/webhook_policies/2');
  const name = (body.name as string).toUpperCase();
  expect(idsOf((await xurrent.call('GET', `/v1/webhook_policies?name=${name}`)).body)).toEqual([2]);
});

describe('members', () => {
  test('disabled is the boolean true where it is, and is left out elsewhere unless it is asked for', async () => {
    await using xurrent = await startXurrent();
    for (const disabled of [false, true]) {
      await xurrent.create({ name: disabled ? 'b' : 'a', disabled });
      await xurrent.call('POST', '/v1/webhook_policies', { jwt_alg: 'hs256', disabled });
    }
    for (const path of ['/v1/webhooks', '/v1/webhook_policies']) {
      const shown = async (search: string) =>
        (await xurrent.call('GET', path + search)).body.map((record: object) =>
          'disabled' in record ? record.disabled : 'absent',
        );
      expect(await shown('')).toEqual(['absent', true]);
      expect(await shown('?fields=name')).toEqual(['absent', true]);
      expect(await shown('?fields=name,disabled')).toEqual([false, true]);
    }
  });

  test('fields without a name ask for none; id comes first and nodeID last in any case', async () => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    const keys = async (search: string) =>
      Object.keys((await xurrent.call('GET', `/v1/webhooks${search}`)).body[0]);
    const standard = ['id', 'name', 'event', 'uri', 'created_at', 'updated_at', 'nodeID'];
    expect(await keys('')).toEqual(standard);
    expect(await keys('?fields=')).toEqual(standard);
    expect(await keys('?fields=nothing')).toEqual(['id', 'nodeID']);
    expect(await keys('?fields=uri, name')).toEqual(['id', 'name', 'uri', 'nodeID']);
  });

  test('fields choose those of audit entries too', async () => {
    await using xurrent = await startXurrent();
    await xurrent.create();
    await xurrent.confirm();
    const { body } = await xurrent.call('GET', '/v1/webhooks/1/audit?fields=action,created_by');
    for (const entry of body) expect(Object.keys(entry)).toEqual(['id', 'action', 'created_by', 'nodeID']);
    expect(body[0].created_by).toBeNull();
  });

  test('no policy in a list shows its key', async () => {
    await using xurrent = await threePolicies();
    const { body } = await xurrent.call('GET', '/v1/webhook_policies?fields=public_key_pem,jwt_alg');
    expect(body.map(Object.keys)).toEqual([
      ['id', 'jwt_alg', 'nodeID'],
      ['id', 'disabled', 'jwt_alg', 'nodeID'],
      ['id', 'jwt_alg', 'nodeID'],
    ]);
  });
});

test('a list that a client has already is 304, and still says how many there are', async () => {
  await using xurrent = await startXurrent();
  await xurrent.create();
  const { headers } = await xurrent.call('GET', '/v1/webhooks');
  const known = { authorization: `Bearer ${xurrent.token}`, 'if-none-match': `"x", ${headers['etag']!}` };
  expect(await xurrent.call('GET', '/v1/webhooks', undefined, known)).toMatchObject({
    status: 304,
    text: '',
    headers: { etag: headers['etag'], 'x-pagination-total-entries': '1' },
  });
  await xurrent.call('PATCH', '/v1/webhooks/1', { name: 'changed' });
  expect((await xurrent.call('GET', '/v1/webhooks', undefined, known)).status).toBe(200);
});
