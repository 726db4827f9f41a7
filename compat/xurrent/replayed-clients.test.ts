// Clients that no registry here has (the Ruby and .NET SDKs, the PowerShell module): their requests byte for byte, and
// what each of them needs of an answer.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { account, rest, startAccount } from './given.ts';

type Reply = {
  readonly status: number;
  /** As they stood on the wire; a name that comes twice is joined by a line break. */
  readonly headers: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

let posthorn: Posthorn;
beforeAll(async () => {
  posthorn = await startAccount();
});
afterAll(() => posthorn?.[Symbol.asyncDispose]());

/** Sends the lines and the body as they are, over a connection of their own. */
async function send(lines: readonly string[], body = ''): Promise<Reply> {
  const socket = connect(posthorn.port, '127.0.0.1');
  const head = [...lines, `Host: 127.0.0.1:${posthorn.port}`, 'Connection: close'];
  if (body !== '' || /^(POST|PATCH|PUT)/.test(lines[0]!))
    head.push(`Content-Length: ${Buffer.byteLength(body)}`);
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const answer = await text(socket);
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...headerLines] = answer.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of headerLines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [headers[name], line.slice(colon + 1).trim()]
      .filter((value) => value !== undefined)
      .join('\n');
  }
  const payload = answer.slice(end + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: payload === '' ? undefined : (JSON.parse(payload) as unknown),
  };
}

describe('RubyGems 4me-sdk 2.0.6', () => {
  const common = () => [
    'Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
    'Accept: */*',
    'User-Agent: 4me-sdk-ruby/2.0.6',
    'Content-Type: application/json',
    `X-4me-Account: ${account}`,
    'X-4me-Source: Ruby Script',
    `Authorization: Bearer ${posthorn.token}`,
  ];
  const ruby = (method: string, path: string, body?: object) =>
    send([`${method} ${path} HTTP/1.1`, ...common()], body === undefined ? '' : JSON.stringify(body));

  test('sends every scalar as a text and nil as an empty one; a success has no key "message"', async () => {
    const { status, headers, body } = await ruby('POST', '/v1/webhooks', {
      event: 'problem.update',
      uri: 'https://hooks.example.net/in',
      disabled: 'true',
      description: '',
      webhook_policy_id: '',
      mail_exceptions_to: 'ops@example.com',
    });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toMatchObject({
      disabled: true,
      description: null,
      webhook_policy: null,
      source: 'Ruby Script',
    });
    expect(body).not.toHaveProperty('message');

    const { body: policy } = await rest(posthorn, 'POST', '/v1/webhook_policies', { jwt_alg: 'es256' });
    const path = `/v1/webhooks/${body.id as number}`;
    const linked = await ruby('PATCH', path, { disabled: 'false', webhook_policy_id: String(policy.id) });
    expect(linked.body).toMatchObject({ disabled: false, webhook_policy: { id: policy.id as number } });
    expect((await ruby('PATCH', path, { webhook_policy_id: '' })).body).toMatchObject({
      webhook_policy: null,
    });
    expect(await ruby('POST', `${path}/test`, {})).toMatchObject({ status: 204, body: undefined });
    expect(await ruby('DELETE', path)).toMatchObject({ status: 204, body: undefined });
  });

  test('each asks for pages of 100 and keeps path and query of the next link, which begins with /v1/', async () => {
    for (let number = 0; number < 205; number++) {
      const uri = `https://hooks.example.net/ruby/${number}`;
      await rest(posthorn, 'POST', '/v1/webhooks', {
        event: 'ci.update',
        name: `R${number}`,
        uri,
        disabled: true,
      });
    }
    const seen = new Set<number>();
    let path: string | undefined = '/v1/webhooks?event=ci.update&per_page=100';
    while (path !== undefined) {
      const { status, headers, body } = await ruby('GET', path);
      expect(status).toBe(200);
      for (const { id } of body as { id: number }[]) seen.add(id);
      expect(headers['link'] ?? '').not.toContain('\n');
      const next: string | undefined = /<([^>]*)>; rel="next"/.exec(headers['link'] ?? '')?.[1];
      path = next === undefined ? undefined : new URL(next).pathname + new URL(next).search;
      expect(path ?? '/v1/webhooks?').toMatch(/^\/v1\/webhooks\?/);
      expect(headers['x-pagination-total-entries']).toBe('205');
    }
    expect(seen.size).toBe(205);
  });

  test('it disables and deletes, and reads a 422, a 401 and a 404', async () => {
    const uri = 'https://hooks.example.net/ruby';
    const { body } = await ruby('POST', '/v1/webhooks', { event: 'sla.update', uri });
    const path = `/v1/webhooks/${body.id as number}`;
    expect((await ruby('GET', path)).body).toEqual(body);
    expect((await ruby('PATCH', path, { disabled: 'true' })).body).toMatchObject({ disabled: true });
    expect(await ruby('PATCH', path, { event: '', uri: 'x' })).toMatchObject({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [
          ['event', "Event can't be blank"],
          ['uri', 'Uri is invalid'],
          ['uri', expect.any(String) as string],
        ],
      },
    });
    const stranger = common().map((line) => line.replace(posthorn.token, 'nobody'));
    expect(await send([`GET ${path} HTTP/1.1`, ...stranger])).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    });
    expect(await ruby('DELETE', path)).toMatchObject({ status: 204, body: undefined });
    expect(await ruby('GET', path)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  test('an api_token comes as the user name of Basic with the password x', async () => {
    const lines = ['GET /v1/webhooks HTTP/1.1', ...common().filter((line) => !line.startsWith('Auth'))];
    const basic = `Authorization: Basic ${btoa(`${posthorn.token}:x`)}`;
    expect(await send([...lines, basic])).toMatchObject({ status: 200 });
    const wrong = `Authorization: Basic ${btoa('somebody:x')}`;
    expect(await send([...lines, wrong])).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    });
  });
});

describe('NuGet Works4me.Xurrent.Rest 1.0.1', () => {
  const allFields =
    'app_offering_references,attachments,created_at,description,disabled,event,id,mail_exceptions_to,name,openid_connect_discovery,source,sourceID,updated_at,uri,webhook_policy';
  const dotnet = (method: string, target: string, token: string, body?: object) =>
    send(
      [
        `${method} ${target} HTTP/1.1`,
        `X-Xurrent-Account: ${account}`,
        `Authorization: Bearer ${token}`,
        'Accept: application/json',
        'User-Agent: Works4me.Xurrent.Rest/1.0.1',
        ...(body === undefined ? [] : ['Content-Type: application/json; charset=utf-8']),
      ],
      body === undefined ? '' : JSON.stringify(body),
    );

  test('gets a token for client id and secret in a form, good for more than two minutes', async () => {
    const client = await posthorn.api<{ clientId: string; clientSecret: string }>('/principals', {
      method: 'POST',
      body: { kind: 'client', displayName: 'SDK', roleId: 'rol_administrator' },
    });
    expect(client.status).toBe(201);
    const { clientId, clientSecret } = client.body;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const lines = ['POST /token HTTP/1.1', 'Content-Type: application/x-www-form-urlencoded'];
    const granted = await send(lines, form.toString());
    expect(granted).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    const token = granted.body.access_token as string;
    expect(await dotnet('GET', '/v1/me/?per_page=100&fields=id', token)).toMatchObject({
      status: 200,
      body: { id: expect.any(Number) as number },
    });
    expect(
      await dotnet('GET', `/v1/webhooks/?per_page=100&fields=${allFields}&sort=name,-id`, token),
    ).toMatchObject({
      status: 200,
      headers: { 'x-pagination-per-page': '100' },
    });
    form.set('client_secret', 'wrong');
    expect(await send(lines, form.toString())).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    });
    expect(await send([`POST /token?${form.toString()} HTTP/1.1`])).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    form.set('grant_type', 'password');
    expect(await send(lines, form.toString())).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type', error_description: expect.any(String) as string },
    });
  });

  test('sends a slash behind every path, and reads objects with real booleans and integers', async () => {
    const created = await dotnet('POST', '/v1/webhooks/', posthorn.token, {
      event: 'project.create',
      uri: 'https://hooks.example.net/dotnet',
      disabled: true,
    });
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({
      id: expect.any(Number) as number,
      nodeID: expect.any(String) as string,
      disabled: true,
      openid_connect_discovery: false,
    });
    const path = `/v1/webhooks/${created.body.id as number}/`;
    expect((await dotnet('GET', path, posthorn.token)).body).toEqual(created.body);
    const policy = await dotnet('POST', '/v1/webhook_policies/', posthorn.token, { jwt_alg: 'rs256' });
    expect(policy).toMatchObject({
      status: 201,
      body: { public_key_pem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/) as string },
    });
    const link = { webhook_policy_id: policy.body.id as number };
    expect((await dotnet('PATCH', path, posthorn.token, link)).body.webhook_policy).toMatchObject({
      id: link.webhook_policy_id,
    });
    const policyPath = `/v1/webhook_policies/${link.webhook_policy_id}/`;
    expect(await dotnet('DELETE', policyPath, posthorn.token)).toMatchObject({
      status: 422,
      body: { errors: [['base', 'Webhook policy is used by webhooks']] },
    });
    expect(
      (await dotnet('PATCH', path, posthorn.token, { webhook_policy_id: null })).body.webhook_policy,
    ).toBeNull();
    expect(await dotnet('DELETE', policyPath, posthorn.token)).toMatchObject({ status: 204 });
    expect((await dotnet('GET', `${path}audit/?per_page=100`, posthorn.token)).body).toMatchObject([
      { action: 'update' },
      { action: 'update', changes: { webhook_policy_id: [null, null] } },
      { action: 'create', changes: { event: [null, 'project.create'] } },
    ]);
    expect(await dotnet('DELETE', path, posthorn.token)).toMatchObject({ status: 204 });
  });
});

describe('NuGet Works4me.Xurrent.Rest 1.0.1, pages and refusals', () => {
  const lines = (target: string, token: string) => [
    `${target} HTTP/1.1`,
    `X-Xurrent-Account: ${account}`,
    `Authorization: Bearer ${token}`,
    'Accept: application/json',
  ];

  test('follows absolute links in one header line over pages of objects with unique ids and readable times', async () => {
    for (let number = 0; number < 5; number++) {
      const uri = `https://hooks.example.net/net/${number}`;
      await rest(posthorn, 'POST', '/v1/webhooks', { event: 'team.update', uri, disabled: number > 2 });
    }
    const fields = 'created_at,disabled,event,id,name,updated_at,uri,webhook_policy';
    let target: string | undefined =
      `/v1/webhooks/?per_page=2&fields=${fields}&event=team.update&sort=name,-id`;
    const seen: number[] = [];
    while (target !== undefined) {
      const { status, headers, body } = await send(lines(`GET ${target}`, posthorn.token));
      expect(status).toBe(200);
      for (const record of body) {
        expect(record).toMatchObject({
          id: expect.any(Number) as number,
          nodeID: expect.any(String) as string,
          disabled: expect.any(Boolean) as boolean,
          webhook_policy: null,
        });
        for (const time of [record.created_at, record.updated_at])
          expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        seen.push(record.id as number);
      }
      const link = headers['link'] ?? '';
      expect(link).not.toContain('\n');
      const next: string | undefined = /<([^>]*)>; rel="next"/.exec(link)?.[1];
      target = next === undefined ? undefined : new URL(next).pathname + new URL(next).search;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });

  test('repeats once what a 429 refuses, after as many whole seconds as it says', async () => {
    const refused = { status: 401, body: { message: 'Unauthorized' } };
    expect(await send(lines('GET /v1/webhooks/', 'nobody'))).toMatchObject(refused);
    // Of its own, so that no other test waits for its quota.
    const key = { name: 'hasty', permissions: ['WEBHOOKS:VIEW'] };
    const made = await posthorn.api<{ token: string }>('/api-keys', { method: 'POST', body: key });
    const { token } = made.body;
    const answers = await Promise.all([1, 2, 3].map(() => send(lines('GET /v1/rate_limit/', token))));
    const many = answers.find(({ status }) => status === 429)!;
    expect(many).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) as string },
      body: {
        message: 'Too Many Requests',
        documentation_url: expect.stringMatching(/#rate-limiting$/) as string,
      },
    });
  });
});

test('PowerShell Get-XurrentRateLimit reads an object with resources', async () => {
  const line = [
    'GET /v1/rate_limit HTTP/1.1',
    `X-4me-Account: ${account}`,
    `Authorization: Bearer ${posthorn.token}`,
  ];
  expect(await send(line)).toMatchObject({
    status: 200,
    body: { resources: expect.any(Array) as unknown[] },
  });
});
