// Native webhooks that sign by HTTP Message Signatures: receivers that know nothing but the published keys verify them, with
// verifiers that are not ours. http-message-signatures knows all five algorithms; http-message-sig knows ed25519 and
// rsa-pss-sha512, and is given the last step of the other three.

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createWebhook,
  delivery,
  isDelivered,
  publish,
  type Webhook,
} from '../../server/test/end-to-end/given.ts';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Receiver } from '../../server/test/receivers/receiver.ts';
import { startPosthorn } from '../start.ts';
import { digestOf, keyIdOf, messageOf, withEachByteChanged, withHeader, type Message } from './message.ts';
import { verifiers, type Key, type PairAlgorithm, type Profile, type PublicJwk } from './verifiers.ts';

let posthorn: Posthorn;

beforeAll(async () => {
  posthorn = await startPosthorn();
});
afterAll(() => posthorn?.[Symbol.asyncDispose]());

const algorithms = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256'];

/** A key's algorithm is what its document says (RFC 7518 §3.1, RFC 8037 §3.1), never what a request says. */
const algorithmOf: Readonly<Record<string, PairAlgorithm>> = {
  EdDSA: 'ed25519',
  ES256: 'ecdsa-p256-sha256',
  PS512: 'rsa-pss-sha512',
  RS256: 'rsa-v1_5-sha256',
};

const combinations = Object.entries(verifiers).flatMap(([name, judge]) =>
  algorithms.map((algorithm) => [name, algorithm, judge] as const),
);

test.each(combinations)(
  '%s accepts %s with the key that its keyid names, and nothing that was changed',
  async (_name, algorithm, judge) => {
    await using receiver = await startReceiver();
    const webhook = await signing(receiver, algorithm);
    const other = await signing(receiver, algorithm);
    const message = await deliveredTo(receiver, webhook);
    const keys = await keysFor(webhook);
    const profile = profileWith(keys);
    expect(await judge(message, profile)).toBe('good');

    expect(Object.entries(keys)).toMatchObject([[keyIdOf(message) ?? noKeyId, { algorithm }]]);
    const body = Buffer.from('{"type":"forged"}');
    const url = `${message.url}?more`;
    const forged = withHeader({ ...message, body }, 'content-digest', digestOf(body));
    const foreign = Object.values(await keysFor(other))[0]!;
    const verdicts = {
      body: await judge({ ...message, body }, profile),
      'body and digest': await judge(forged, profile),
      'target URI': await judge({ ...message, url }, profile),
      method: await judge({ ...message, method: 'PUT' }, profile),
      'content type': await judge(withHeader(message, 'content-type', 'text/plain'), profile),
      'webhook-id': await judge(withHeader(message, 'webhook-id', 'evt_another'), profile),
      key: await judge(message, { ...profile, keyFor: () => foreign }),
    };
    expect(verdicts).toEqual({
      ...Object.fromEntries(Object.keys(verdicts).map((what) => [what, 'bad signature'])),
      body: 'bad digest',
    });
    const bytes = await Promise.all(withEachByteChanged(message).map((each) => judge(each, profile)));
    expect(new Set(bytes)).toEqual(new Set(['bad signature']));
  },
);

test.each(Object.entries(verifiers))(
  '%s follows a rotation with grace: both keys are published, the old one signs, and its keyid says so',
  async (_name, judge) => {
    await using receiver = await startReceiver();
    const webhook = await signing(receiver, 'ed25519');
    const [old] = Object.keys(await keysFor(webhook));
    const path = `/webhooks/${webhook.id}/secrets/rotate`;
    await posthorn.api(path, { method: 'POST', body: { graceMs: 60_000 } });
    const both = await keysFor(webhook);
    expect(Object.keys(both)).toHaveLength(2);
    const during = await deliveredTo(receiver, webhook);
    expect(keyIdOf(during)).toBe(old);
    expect(await judge(during, profileWith(both))).toBe('good');

    await posthorn.api(path, { method: 'POST', body: { graceMs: 0 } });
    const left = await keysFor(webhook);
    const after = await deliveredTo(receiver, webhook);
    expect(await judge(after, profileWith(left))).toBe('good');
    expect(both).not.toHaveProperty(keyIdOf(after)!);
  },
);

/** By their `keyid`; a shared secret has none. */
type Keys = Readonly<Record<string, Key>>;
const noKeyId = '';

let types = 0;
/** A webhook with an event type of its own. */
async function signing(
  receiver: Receiver,
  algorithm: string,
): Promise<Webhook & { readonly eventTypes: string[] }> {
  const eventTypes = [`test.type_${++types}`];
  const scheme = { scheme: 'http-message-signature', algorithm };
  const webhook = await createWebhook(posthorn, `${receiver.url}/in/${types}`, {
    eventTypes,
    signing: scheme,
  });
  return { ...webhook, eventTypes };
}

async function deliveredTo(receiver: Receiver, { eventTypes }: { eventTypes: string[] }): Promise<Message> {
  const { id } = await publish(posthorn, eventTypes[0]!, { name: 'Zoë' });
  await delivery(posthorn, id, isDelivered);
  return messageOf(receiver, receiver.requests.at(-1)!);
}

/** What the receiver of a webhook trusts: its published keys, or the secret that its creation told. */
async function keysFor({ id, secret }: Webhook): Promise<Keys> {
  if (secret !== undefined) return { [noKeyId]: { algorithm: 'hmac-sha256', secret } };
  const response = await fetch(`${posthorn.url}/.well-known/jwks.json?webhook=${id}`);
  const { keys } = (await response.json()) as { keys: PublicJwk[] };
  return Object.fromEntries(keys.map((jwk) => [jwk.kid, { algorithm: algorithmOf[jwk.alg]!, jwk }]));
}

function profileWith(keys: Keys): Profile {
  return {
    covered: ['@method', '@target-uri', 'content-digest', 'content-type', 'webhook-id'],
    parameters: ['created', 'alg'],
    keyFor: (keyId = noKeyId) => keys[keyId],
    maxAgeS: 300,
  };
}
