// Entrust webhooks in a running server: real time-outs and refusals, and what the native API does with them.

import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { temporaryDirectory } from '../process/temporary-directory.ts';
import { startReceiver, type Recorded, type Receiver } from '../receivers/receiver.ts';
import { timeOfUuid } from '../entrust/time-of-uuid.ts';
import {
  changeWebhook,
  deliveries,
  delivery,
  eventually,
  isDelivered,
  publish,
  type Webhook,
} from './given.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
type Body = any;

const application = {
  applicationId: randomUUID().toUpperCase(),
  sharedSecret: randomBytes(32).toString('base64url'),
};

let posthorn: Posthorn;
let receiver: Receiver;
let authToken: string;
beforeAll(async () => {
  receiver = await startReceiver();
  posthorn = await startPosthorn({
    env: {
      POSTHORN_ENTRUST_APPLICATION_ID: application.applicationId,
      POSTHORN_ENTRUST_SHARED_SECRET: application.sharedSecret,
      POSTHORN_RETRY_SCHEDULE: '1s,1s,1s',
    },
  });
  authToken = (await rest('POST', '/adminapi/authenticate', application, '')).body.authToken;
});
afterAll(async () => {
  await posthorn[Symbol.asyncDispose]();
  await receiver.close();
});

async function rest(
  method: string,
  path: string,
  body?: object,
  token = authToken,
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${posthorn.url}/api/web/v1${path}`, {
    method,
    ...(token !== '' && { headers: { authorization: token } }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

let paths = 0;
/** A webhook with a path of its own, for one event; answers it with its requests so far. */
async function created(fields: object = {}) {
  const path = `/in/${++paths}?tenant=7`;
  const given = { name: `webhook ${paths}`, callbackUrl: receiver.url + path, events: ['user.created'] };
  const { status, body } = await rest('POST', '/webhooks', { ...given, ...fields });
  if (status !== 200) throw new Error(JSON.stringify(body));
  const requests = () => receiver.requests.filter(({ url }) => url === path);
  const native = (
    await posthorn.api<{ data: (Webhook & { wireId: string })[] }>('/webhooks?limit=250&dialect=entrust')
  ).body.data;
  return { ...body, requests, nativeId: native.find(({ wireId }) => wireId === body.id)!.id } as {
    readonly id: string;
    readonly token: string;
    readonly nativeId: string;
    readonly requests: () => readonly Recorded[];
  };
}

/** As the specification's verifier: the digest of the body, and the HMAC over the base that the request makes. */
function isSignedWith(token: string, { headers, url, method, body }: Recorded): boolean {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const parameters = String(headers['signature-input']).slice('sig='.length);
  const base = [
    `"@method": ${method}`,
    `"@target-uri": ${receiver.url}${url}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const mac = createHmac('sha256', token).update(base).digest('base64');
  return headers['content-digest'] === digest && headers['signature'] === `sig=:${mac}:`;
}

const payloadOf = ({ body }: Recorded): Body => JSON.parse(body.toString());

/** Until the published event is delivered, to every webhook that wants it. */
async function publishDelivered() {
  const { id } = await publish(posthorn, 'user.created', { subjectName: 'Zoë' });
  return { id, delivery: await delivery(posthorn, id, isDelivered) };
}

async function removeAll(): Promise<void> {
  for (const { id } of (await rest('GET', '/webhooks')).body as { id: string }[])
    await rest('DELETE', `/webhooks/${id}`);
}

test('the application of the settings creates a webhook, whose deliveries its token verifies', async () => {
  await using _ = { [Symbol.asyncDispose]: removeAll };
  const webhook = await created();
  await publishDelivered();
  const [request] = webhook.requests();
  expect(isSignedWith(webhook.token, request!)).toBe(true);
  expect(isSignedWith(`${webhook.token}x`, request!)).toBe(false);
  const { id, eventTime, data } = payloadOf(request!);
  expect(data).toEqual({ subjectName: 'Zoë' });
  expect(Math.floor(timeOfUuid(id) / 1_000) * 1_000).toBe(Date.parse(eventTime));
  expect(request!.headers['content-type']).toBe('application/json');
});

describe('the test call', () => {
  test('answers for what its callback does, within three seconds', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    const webhook = await created();
    const ask = async () => (await rest('POST', `/webhooks/test/${webhook.id}`)).body?.parameters ?? 'well';
    try {
      expect(await ask()).toBe('well');
      receiver.respondWith({ status: 302, headers: { location: receiver.url } });
      expect(await ask()).toEqual([{ reason: 'status', status: 302 }]);
      receiver.respondWith(() => {});
      expect(await ask()).toEqual([{ reason: 'timeout' }]);
      await rest('PUT', `/webhooks/${webhook.id}`, { callbackUrl: 'http://127.0.0.1:1/' });
      expect(await ask()).toEqual([{ reason: 'connection' }]);
      await rest('PUT', `/webhooks/${webhook.id}`, { callbackUrl: receiver.url.replace('http:', 'https:') });
      expect(await ask()).toEqual([{ reason: 'tls' }]);
    } finally {
      receiver.respondWith({});
    }
    expect(webhook.requests().map((request) => payloadOf(request).type)).toEqual(
      Array(3).fill('webhook.test'),
    );
    const log = await deliveries(posthorn, `webhookId=${webhook.nativeId}`);
    expect(log.map(({ state }) => state).toSorted()).toEqual(['delivered', ...Array(4).fill('exhausted')]);
  });
});

describe('the native API', () => {
  test('redelivers with the same body and id, signed anew', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    const webhook = await created();
    const first = await publishDelivered();
    const again = await posthorn.api<{ id: string }>(`/deliveries/${first.delivery.id}/redeliver`, {
      method: 'POST',
    });
    expect(again.status).toBe(201);
    await eventually('the redelivery', () => webhook.requests()[1]);
    const [one, other] = webhook.requests();
    expect(other!.body.equals(one!.body)).toBe(true);
    expect(isSignedWith(webhook.token, other!)).toBe(true);
  });

  test('rotates the token: the old one signs until its grace is over, then the new one, and there is one signature', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    const webhook = await created();
    const rotate = (graceMs: number) =>
      posthorn.api<{ secret: string }>(`/webhooks/${webhook.nativeId}/secrets/rotate`, {
        method: 'POST',
        body: { graceMs },
      });
    const second = (await rotate(60_000)).body.secret;
    expect(second).toMatch(/^[\w-]{43}$/);
    await publishDelivered();
    expect(isSignedWith(webhook.token, webhook.requests().at(-1)!)).toBe(true);
    const third = (await rotate(0)).body.secret;
    await publishDelivered();
    expect(isSignedWith(third, webhook.requests().at(-1)!)).toBe(true);
    expect(isSignedWith(second, webhook.requests().at(-1)!)).toBe(false);
    for (const { headers } of webhook.requests()) expect(headers['signature']).toMatch(/^sig=:[\w+/]+=*:$/);
    expect((await rest('GET', `/webhooks/${webhook.id}`)).body).not.toHaveProperty('token');
  });

  test('creates one as a client would, with its secret told once, its days, and within the same limits', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    const body = {
      dialect: 'entrust',
      name: 'from the UI',
      url: `${receiver.url}/native`,
      eventTypes: ['user.created'],
      dialectSettings: { expiryDays: 30 },
    };
    const answer = await posthorn.api<Body>('/webhooks', { method: 'POST', body });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        secret: expect.stringMatching(/^[\w-]{43}$/) as string,
        timeoutMs: 3_000,
        signing: { scheme: 'http-message-signature', algorithm: 'hmac-sha256' },
        dialectSettings: { expiryDays: 30 },
      },
    });
    const shown = (await rest('GET', `/webhooks/${answer.body.wireId}`)).body;
    expect(shown).toMatchObject({
      name: 'from the UI',
      callbackUrl: body.url,
      state: 'ACTIVE',
      expiryDate: answer.body.dialectSettings.expiresAt.replace(/\.\d+Z/, 'Z'),
    });
    await publishDelivered();
    expect(
      isSignedWith(
        answer.body.secret,
        receiver.requests.findLast(({ url }) => url === '/native')!,
      ),
    ).toBe(true);

    const taken = await posthorn.api<Body>('/webhooks', {
      method: 'POST',
      body: { ...body, name: 'FROM the ui' },
    });
    expect(taken).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ pointer: '/name', rule: 'name_taken' }] },
    });
    const wild = await posthorn.api<Body>('/webhooks', {
      method: 'POST',
      body: { ...body, name: 'other', eventTypes: ['user.*'] },
    });
    expect(wild.status).toBe(422);
    for (let count = 1; count < 20; count++) await created();
    const beyond = await posthorn.api<Body>('/webhooks', {
      method: 'POST',
      body: { ...body, name: 'beyond' },
    });
    expect(beyond).toMatchObject({ status: 409, body: { errors: [{ rule: 'active_max' }] } });
    await changeWebhook(posthorn, answer.body.id, { dialectSettings: { expiryDays: 0 } });
    expect((await rest('GET', `/webhooks/${answer.body.wireId}`)).body).not.toHaveProperty('expiryDate');
  });
});

test('the application of the settings keeps a secret that was rotated, also when the server starts again', async () => {
  await using directory = await temporaryDirectory();
  const env = {
    POSTHORN_ENTRUST_APPLICATION_ID: application.applicationId,
    POSTHORN_ENTRUST_SHARED_SECRET: application.sharedSecret,
  };
  const first = await startPosthorn({ env, dataDir: directory.path });
  const { data } = (await first.api<{ data: Body[] }>('/principals?kind=client')).body;
  expect(data).toMatchObject([
    { clientId: application.applicationId.toLowerCase(), roleId: 'rol_super_administrator' },
  ]);
  const { body } = await first.api<Body>(`/principals/${data[0].id}/secrets/rotate`, { method: 'POST' });
  expect(first.logs()).not.toContain('entrust application');
  await first.stop();
  await using second = await startPosthorn({ env, dataDir: directory.path, port: first.port });
  const authenticate = async (sharedSecret: string) =>
    (
      await fetch(`${second.url}/api/web/v1/adminapi/authenticate`, {
        method: 'POST',
        body: JSON.stringify({ ...application, sharedSecret }),
      })
    ).status;
  expect([await authenticate(application.sharedSecret), await authenticate(body.clientSecret)]).toEqual([
    401, 200,
  ]);
  expect((await second.api<{ data: Body[] }>('/principals?kind=client')).body.data).toHaveLength(1);
  expect(second.logs()).toContain('entrust application has another secret');
  for (const logs of [first.logs(), second.logs()]) expect(logs).not.toContain(application.sharedSecret);
});

test('half an application is refused at the start', async () => {
  const env = { POSTHORN_ENTRUST_APPLICATION_ID: application.applicationId };
  await expect(startPosthorn({ env })).rejects.toThrow(/go together/);
});
