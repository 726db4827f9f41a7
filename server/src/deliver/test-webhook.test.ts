import { expect, test } from 'vitest';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import type { Exchange } from '../domain/exchange.ts';
import { makeIds } from '../domain/id.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import type { Endpoint, Signing, Webhook } from '../domain/webhook.ts';
import { makeTestWebhook } from './test-webhook.ts';

const ok: Exchange = { outcome: { kind: 'success', status: 204 }, response: null, timing: {}, durationMs: 3 };
const keys = (secret: Secret): Signing => ({
  scheme: 'hub-signature',
  keys: [{ secret, createdAt: 0, expiresAt: null }],
});

test('a test is signed, sent once, and shown without its secrets', async () => {
  const { tested, sent } = await run(keys(new Secret('s3cret')), {
    username: 'u',
    password: new Secret('hunter2'),
  });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.headers).toMatchObject({
    'X-Hub-Signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    authorization: 'Basic hunter2',
  });
  expect(tested.exchange).toEqual(ok);
  expect(JSON.stringify(tested.request)).not.toContain('hunter2');
});

test.each([
  ['signing key', keys(Secret.unreadable()), null],
  ['password', keys(new Secret('s3cret')), { username: 'u', password: Secret.unreadable() }],
])(
  'a %s that can not be decrypted is the outcome of the test, and nothing is sent',
  async (_, signing, credentials) => {
    const { tested, sent } = await run(signing, credentials);
    expect(sent).toEqual([]);
    expect(tested.exchange.outcome).toMatchObject({ kind: 'error', reason: 'secret_unreadable' });
  },
);

async function run(signing: Signing, credentials: Endpoint['credentials']) {
  const clock = testClock();
  const sent: OutgoingRequest[] = [];
  const testWebhook = makeTestWebhook({
    requests: { native: undefined, confluence: ping, xurrent: undefined, entrust: undefined },
    async send(request) {
      sent.push(request);
      return ok;
    },
    ids: makeIds(clock, seededRandom(1)),
    clock,
  });
  return { tested: await testWebhook(webhook(signing, credentials)), sent };
}

function ping({ endpoint }: Webhook): OutgoingRequest {
  const { url, credentials } = endpoint;
  const headers = credentials === null ? {} : { authorization: `Basic ${credentials.password.reveal()}` };
  return { method: 'POST', url, headers, body: new TextEncoder().encode('{}') };
}

function webhook(signing: Signing, credentials: Endpoint['credentials']): Webhook {
  return sampleWebhook({ dialect: 'confluence', wireId: 1, signing }, { credentials });
}
