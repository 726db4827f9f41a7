// What a running Posthorn sends for Entrust's webhooks, two verifiers that are not ours accept, and nothing else.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { delivery, eventually, isDelivered, publish } from '../../server/test/end-to-end/given.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { startAccount, type Account } from './given.ts';
import {
  createdOf,
  digestOf,
  messageOf,
  signatureOf,
  withEachByteChanged,
  withEachDigitOfCreatedChanged,
  withHeader,
  type Message,
} from './message.ts';
import { verifiers, type Profile } from './verifiers.ts';

let account: Account;
let authorization: string;
let receiver: Receiver;

beforeAll(async () => {
  account = await startAccount({ POSTHORN_RETRY_SCHEDULE: '2s,2s,2s' });
  authorization = (await rest('POST', '/adminapi/authenticate', account.application)).authToken as string;
});
afterAll(() => account?.[Symbol.asyncDispose]());
beforeEach(async () => {
  receiver = await startReceiver();
  return async () => {
    for (const { id } of (await rest('GET', '/webhooks')) as { id: string }[])
      await rest('DELETE', `/webhooks/${id}`);
    await receiver.close();
  };
});

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
async function rest(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${account.posthorn.url}/api/web/v1${path}`, {
    method,
    headers: { authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

type Webhook = { readonly id: string; readonly token: string };

function create(path = '/hooks/idaas?tenant=7'): Promise<Webhook> {
  return rest('POST', '/webhooks', { callbackUrl: receiver.url + path, events: ['user.created'] });
}

/** As a receiver of Entrust's takes it: the profile, the token, and at most five minutes. */
function profileWith(token: string, maxAgeS: number | null = 300): Profile {
  return {
    covered: ['@method', '@target-uri', 'content-digest'],
    parameters: ['created', 'alg'],
    keyFor: (keyId) => (keyId === undefined ? { algorithm: 'hmac-sha256', secret: token } : undefined),
    maxAgeS,
  };
}

/** Publishes an event, and answers the requests of its delivery once that is delivered. */
async function delivered(data: object = { subjectName: 'Zoë' }): Promise<Delivered> {
  const before = receiver.requests.length;
  const event = await publish(account.posthorn, 'user.created', data);
  const { id } = await delivery(account.posthorn, event.id, isDelivered);
  return { id, messages: messagesFrom(before) };
}
type Delivered = { readonly id: string; readonly messages: Message[] };

const messagesFrom = (index: number) =>
  receiver.requests.slice(index).map((request) => messageOf(receiver, request));

async function nativeIdOf({ id }: Webhook): Promise<string> {
  const path = '/webhooks?limit=250&dialect=entrust';
  const { body } = await account.posthorn.api<{ data: { id: string; wireId: string }[] }>(path);
  return body.data.find(({ wireId }) => wireId === id)!.id;
}

async function rotate(webhook: Webhook, graceMs: number): Promise<string> {
  const path = `/webhooks/${await nativeIdOf(webhook)}/secrets/rotate`;
  const { body } = await account.posthorn.api<{ secret: string }>(path, {
    method: 'POST',
    body: { graceMs },
  });
  return body.secret;
}

describe.each(Object.entries(verifiers))('%s', (_name, judge) => {
  test.each(['/hooks/idaas?tenant=7', '/', '/a/../hook?q=a%20b&n=é', '/%7Ehook//x?a=1?b', '/hook?'])(
    'accepts a delivery to %s',
    async (path) => {
      const { token } = await create(path);
      const { messages } = await delivered();
      expect(await Promise.all(messages.map((message) => judge(message, profileWith(token))))).toEqual([
        'good',
      ]);
    },
  );

  test('refuses it when body, digest, target URI, method or key is another', async () => {
    const { token } = await create();
    const { token: foreign } = await create('/other');
    const { messages } = await delivered();
    const message = messages.find(({ url }) => url.endsWith('/hooks/idaas?tenant=7'))!;
    const verdicts = async (changes: Partial<Message>, key = token) =>
      judge({ ...message, ...changes }, profileWith(key));
    expect(await verdicts({})).toBe('good');

    const body = Buffer.from(message.body.toString().replace('Zoë', 'Eve'));
    const { headers } = withHeader(message, 'content-digest', digestOf(body));
    expect(await verdicts({ body })).toBe('bad digest');
    expect(await verdicts({ body: Buffer.concat([message.body, Buffer.from('\n')]) })).toBe('bad digest');
    expect(await verdicts({ headers })).toBe('bad digest');
    expect(await verdicts({ body, headers })).toBe('bad signature');

    for (const url of [
      message.url.replace('http:', 'https:'),
      message.url.replace('127.0.0.1', 'localhost'),
      message.url.replace('/hooks', '/Hooks'),
      message.url.replace('tenant=7', 'tenant=8'),
      message.url.replace('?tenant=7', ''),
    ])
      expect([url, await verdicts({ url })]).toEqual([url, 'bad signature']);
    for (const method of ['PUT', 'GET']) expect(await verdicts({ method })).toBe('bad signature');
    for (const key of [foreign, `${token}x`, token.slice(1), token.toLowerCase()])
      expect(await verdicts({}, key)).toBe('bad signature');
  });

  test('refuses it when any byte of the signature or any digit of its time is another', async () => {
    const { token } = await create();
    const [message] = (await delivered()).messages;
    const changed = [...withEachByteChanged(message!), ...withEachDigitOfCreatedChanged(message!)];
    expect(changed).toHaveLength(32 + 10);
    const verdicts = await Promise.all(changed.map((each) => judge(each, profileWith(token, null))));
    expect(new Set(verdicts)).toEqual(new Set(['bad signature']));
  });

  test('refuses it again after the five minutes that a receiver grants', async () => {
    const { token } = await create();
    const [message] = (await delivered()).messages;
    vi.useFakeTimers({ toFake: ['Date'], now: (createdOf(message!) + 295) * 1_000 });
    try {
      expect(await judge(message!, profileWith(token))).toBe('good');
      vi.setSystemTime((createdOf(message!) + 306) * 1_000);
      expect(await judge(message!, profileWith(token))).toBe('too old or too new');
    } finally {
      vi.useRealTimers();
    }
  });

  test('accepts a test call', async () => {
    const { id, token } = await create();
    await rest('POST', `/webhooks/test/${id}`);
    const [message] = messagesFrom(0);
    expect(JSON.parse(message!.body.toString())).toMatchObject({ type: 'webhook.test' });
    expect(await judge(message!, profileWith(token))).toBe('good');
  });

  test('accepts a retry and a redelivery, each signed anew over the same body', async () => {
    const { token } = await create();
    receiver.respondWith({ status: 503 }, { status: 200 });
    const { id, messages } = await delivered();
    const again = await account.posthorn.api(`/deliveries/${id}/redeliver`, { method: 'POST' });
    expect(again.status).toBe(201);
    await receiver.waitFor(3);
    const [first, retry, redelivery] = [...messages, ...messagesFrom(2)] as [Message, Message, Message];
    for (const message of [first, retry, redelivery]) {
      expect(message.body.equals(first.body)).toBe(true);
      expect(await judge(message, profileWith(token))).toBe('good');
    }
    expect(createdOf(retry)).toBeGreaterThan(createdOf(first));
    expect(createdOf(redelivery)).toBeGreaterThanOrEqual(createdOf(retry));
    expect(signatureOf(retry).equals(signatureOf(first))).toBe(false);
  });

  test('accepts the old token until the grace of a rotation is over and the new one from then on, one at a time', async () => {
    const webhook = await create();
    const fresh = await rotate(webhook, 60_000);
    const [during] = (await delivered()).messages;
    expect(await judge(during!, profileWith(webhook.token))).toBe('good');
    expect(await judge(during!, profileWith(fresh))).toBe('bad signature');

    const other = await create('/soon');
    const next = await rotate(other, 1_500);
    const signers = await eventually('a request that the new token signs', async () => {
      await rest('POST', `/webhooks/test/${other.id}`);
      const messages = messagesFrom(1).filter(({ url }) => url.endsWith('/soon'));
      const signed = await Promise.all(
        messages.map(async (message) => {
          const [old, young] = [profileWith(other.token), profileWith(next)];
          return [await judge(message, old), await judge(message, young)].join(', ');
        }),
      );
      return signed.at(-1) === byNew ? signed : undefined;
    });
    expect(signers.filter((signer) => signer !== byOld && signer !== byNew)).toEqual([]);
    expect(signers.indexOf(byNew)).toBe(signers.length - 1);
  });
});

const byOld = 'good, bad signature';
const byNew = 'bad signature, good';
