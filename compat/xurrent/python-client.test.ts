// The PyPI package xurrent 0.11.0, unmodified, does all that it can do with webhooks; PyJWT verifies what is signed.

import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { pythonWithPackages, startBridge, type Answered, type Bridge } from '../python.ts';
import { until } from '../until.ts';
import { account, createWebhook, publish, requestChanged, rest, startAccount } from './given.ts';

const python = await pythonWithPackages(join(import.meta.dirname, 'requirements.txt'));
const program = join(import.meta.dirname, 'bridge.py');
const lacks = 'reason' in python ? python.reason : undefined;

let posthorn: Posthorn;
let client: Bridge;

beforeAll(async () => {
  if ('reason' in python) return;
  posthorn = await startAccount();
  client = startBridge(python.path, program);
  await client.ask('connect', `${posthorn.url}/v1`, posthorn.token, account, false);
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await posthorn?.[Symbol.asyncDispose]();
});

beforeEach((context) => context.skip(lacks !== undefined, lacks));

const call = (uri: string, method = 'GET', data: unknown = null): Promise<Answered> =>
  client.ask('call', uri, method, data);

test('its constructor finds out who it is, and in which teams', async () => {
  await using another = startBridge((python as { path: string }).path, program);
  const answer = await another.ask('connect', `${posthorn.url}/v1`, posthorn.token, account, true);
  expect(answer).toEqual({
    value: { id: expect.any(Number) as number, name: expect.any(String) as string, teams: 0 },
  });
});

test('it creates, reads, changes, tests, disables and deletes a webhook', async () => {
  await using receiver = await startReceiver();
  const uri = `${receiver.url}/in`;
  const { value: created } = await call('/webhooks', 'POST', { event: 'problem.update', uri });
  expect(created).toMatchObject({ name: 'problem.update', event: 'problem.update', uri, disabled: false });
  const path = `/webhooks/${created.id}`;
  expect((await call(path)).value).toMatchObject({
    id: created.id,
    source: expect.stringMatching(/^python-requests/) as string,
  });

  expect((await call(path, 'PATCH', { name: 'Problems', description: 'd' })).value).toMatchObject({
    name: 'Problems',
    description: 'd',
  });
  expect(await call(`${path}/test`, 'POST')).toEqual({ value: null });
  await until(
    async () => receiver.requests.map(({ body }) => JSON.parse(body.toString()) as { object_id: number }),
    (messages) => messages.some(({ object_id }) => object_id === 12345),
  );
  expect((await call(path, 'PATCH', { disabled: true })).value).toMatchObject({ disabled: true });
  expect((await call('/webhooks/disabled')).value).toMatchObject([{ id: created.id, disabled: true }]);
  expect((await call(`${path}/audit`)).value).toHaveLength(3);
  expect(await call(path, 'DELETE')).toEqual({ value: null });
  expect(await call(path)).toEqual({ status: 404, body: { message: 'Not Found' } });
});

test('it links a policy, shown with its key once, and takes it away with None', async () => {
  const { value: policy } = await call('/webhook_policies', 'POST', { jwt_alg: 'es256' });
  expect(policy.public_key_pem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  const uri = 'https://hooks.example.net/policy';
  const webhook = { event: 'risk.update', uri, webhook_policy_id: policy.id };
  const { value: created } = await call('/webhooks', 'POST', webhook);
  expect(created.webhook_policy).toMatchObject({ id: policy.id, name: policy.name });
  const path = `/webhooks/${created.id}`;
  const { value: unlinked } = await call(path, 'PATCH', { webhook_policy_id: null });
  expect(unlinked.webhook_policy).toBeNull();
  expect(await call(path, 'DELETE')).toEqual({ value: null });
  expect(await call(`/webhook_policies/${policy.id}`, 'DELETE')).toEqual({ value: null });
});

test('it follows the pages of a list to the end', async () => {
  const made = 230;
  for (let number = 1; number <= made; number++) {
    const uri = `https://hooks.example.net/${number}`;
    await rest(posthorn, 'POST', '/v1/webhooks', {
      event: 'task.create',
      name: `Page ${number}`,
      uri,
      disabled: true,
    });
  }
  const { value } = await call('/webhooks?fields=name,event&event=task.create');
  expect(value).toHaveLength(made);
  expect(new Set(value.map(({ id }: { id: number }) => id)).size).toBe(made);
});

test('it raises the refusals: no such event, and a token that is not right', async () => {
  expect(await call('/webhooks', 'POST', { event: 'change.create', uri: '' })).toEqual({
    status: 422,
    body: {
      message: 'Validation Failed',
      errors: [
        ['event', 'Event is not included in the list'],
        ['uri', "Uri can't be blank"],
      ],
    },
  });
  await using stranger = startBridge((python as { path: string }).path, program);
  await stranger.ask('connect', `${posthorn.url}/v1`, 'not-a-token-of-anybody', account, false);
  expect(await stranger.ask('call', '/webhooks')).toEqual({ status: 401, body: { message: 'Unauthorized' } });
});

test('it waits as long as a 429 says, and goes on', async () => {
  await using limited = await startAccount({ POSTHORN_XURRENT_REQUESTS_PER_TWO_SECONDS: '3' });
  await using patient = startBridge((python as { path: string }).path, program);
  await patient.ask('connect', `${limited.url}/v1`, limited.token, account, false);
  for (let time = 0; time < 5; time++) expect(await patient.ask('call', '/webhooks')).toEqual({ value: [] });
  const statuses = await Promise.all(Array.from({ length: 8 }, () => rest(limited, 'GET', '/v1/webhooks')));
  const refused = statuses.find(({ status }) => status === 429)!;
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(refused.body).toEqual({
    message: 'Too Many Requests',
    documentation_url: 'https://developer.xurrent.com/v1/#rate-limiting',
  });
});

test.each(['rs256', 'rs384', 'rs512', 'es256', 'es384', 'es512', 'hs256', 'hs384', 'hs512'])(
  'PyJWT verifies a delivery signed with %s, and refuses it with another key',
  async (algorithm) => {
    await using receiver = await startReceiver();
    const policy = { jwt_alg: algorithm, jwt_audience: 'acme hooks', jwt_claim_expires_in: 5 };
    const webhook = { event: 'request.status-changed', uri: receiver.url };
    const { id, policy: made } = await createWebhook(posthorn, webhook, policy);
    const { policy: other } = await createWebhook(
      posthorn,
      { ...webhook, event: 'task.update', disabled: true },
      policy,
    );
    await publish(posthorn, requestChanged);
    const tokens = await until(
      async () => receiver.requests.map(({ body }) => tokenIn(body)).filter(isOfEvent),
      (events) => events.length > 0,
    );
    const [jwt] = tokens;

    const alg = algorithm.toUpperCase();
    const decode = algorithm.startsWith('hs') ? 'decode_with_secret' : 'decode';
    const { value } = await client.ask(decode, jwt, made!.public_key_pem, alg, 'acme hooks');
    expect(value.header).toEqual({ typ: 'JWT', alg });
    expect(value.claims).toMatchObject({
      iss: posthorn.url,
      sub: String(id),
      data: { object_id: 70453, person_name: 'Ada Jansen' },
    });
    const wrong = await client.ask(decode, jwt, other!.public_key_pem, alg, 'acme hooks');
    expect(wrong.error).toMatch(/InvalidSignatureError/);
    await rest(posthorn, 'DELETE', `/v1/webhooks/${id}`);
  },
);

test('PyJWT finds the key of a token by discovery', async () => {
  await using receiver = await startReceiver();
  const webhook = { event: 'request.status-changed', uri: receiver.url, openid_connect_discovery: true };
  const { policy } = await createWebhook(posthorn, webhook, { jwt_alg: 'es384' });
  const [verification] = await receiver.waitFor(1);
  const { jwt } = JSON.parse(verification!.body.toString()) as { jwt: string };
  const issuer = `${posthorn.url}/webhook_policies/${policy!.name}`;
  const configuration = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
    jwks_uri: string;
  };
  const jwks = await (await fetch(configuration.jwks_uri)).json();
  const { value } = await client.ask('decode_with_jwks', jwt, jwks, 'ES384', issuer);
  expect(value.claims).toMatchObject({ iss: issuer, data: { event: 'webhook.verify' } });
});

function tokenIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { jwt: string }).jwt;
}

function isOfEvent(jwt: string): boolean {
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as {
    data: { event: string };
  };
  return claims.data.event === requestChanged.type;
}
