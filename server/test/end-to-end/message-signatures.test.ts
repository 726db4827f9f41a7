// HTTP message signatures over a running server and real connections: what goes out verifies with what is published.

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { messageAlgorithms, type PairAlgorithm } from '../../src/domain/webhook.ts';
import { verifyMessageSignature, type VerifyingKey } from '../../src/signing/verify-message-signature.ts';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { startReceiver, type Recorded } from '../receivers/receiver.ts';
import { createWebhook, delivery, isDelivered, publish } from './given.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Paths as they may be registered, a tricky one for each algorithm. */
const targets = ['/hook', '/hook?', '/a/../hook?q=a%20b&n=é', '/', '/%7Ehook//x?a=1?b'];

let posthorn: Posthorn;

beforeAll(async () => {
  posthorn = await startPosthorn();
});
afterAll(() => posthorn[Symbol.asyncDispose]());

test.each(messageAlgorithms.map((algorithm, index) => [algorithm, targets[index]!] as const))(
  '%s: a delivery to %s verifies with the key that its receiver has or looks up, as does its retry',
  async (algorithm, path) => {
    await using receiver = await startReceiver();
    receiver.respondWith({ status: 500 }, { status: 200 });
    const webhook = await createWebhook(posthorn, receiver.url + path, {
      eventTypes: [`test.${algorithm}`],
      signing: { scheme: 'http-message-signature', algorithm },
      retrySchedule: [1],
    });
    const event = await publish(posthorn, `test.${algorithm}`, { name: 'Zoë' });
    const { attempts } = await delivery(posthorn, event.id, isDelivered);

    const key: VerifyingKey =
      algorithm === 'hmac-sha256'
        ? { algorithm, secret: new Secret(webhook.secret) }
        : await lookedUp(algorithm, webhook.id);
    const accepts = (request: Recorded, body = request.body) => {
      const received = { ...request, url: receiver.url + request.url, body };
      return verifyMessageSignature(received, [key], request.at, ['content-type', 'webhook-id']).ok;
    };
    expect(receiver.requests.map((request) => accepts(request))).toEqual([true, true]);
    expect(accepts(receiver.requests[0]!, Buffer.from('{}'))).toBe(false);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id]);
    expect(receiver.requests[0]!.headers).not.toHaveProperty('covered');

    // The log keeps signatures as they were sent, and not what they were made of.
    const [{ request }] = attempts as [(typeof attempts)[number]];
    expect(request.headers['Signature']).toBe(receiver.requests[0]!.headers['signature']);
    expect(JSON.stringify(attempts)).not.toContain('covered');
  },
);

async function lookedUp(algorithm: PairAlgorithm, webhookId: string): Promise<VerifyingKey> {
  const response = await fetch(`${posthorn.url}/.well-known/jwks.json?webhook=${webhookId}`);
  const { keys } = (await response.json()) as { keys: [JsonWebKey & { kid: string }] };
  const key = createPublicKey({ key: keys[0], format: 'jwk' });
  return {
    algorithm,
    id: keys[0].kid,
    publicKeyPem: key.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
