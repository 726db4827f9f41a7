import jsonwebtoken from 'jsonwebtoken';
import { expect, test } from 'vitest';
import { samplePolicy, verifierOf } from '../../test/sample-policy.ts';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import type { Exchange } from '../domain/exchange.ts';
import type { Caller } from '../domain/access.ts';
import { makeIds } from '../domain/id.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import type { Endpoint, Signing, Webhook } from '../domain/webhook.ts';
import { noPolicies, type PolicyOf } from '../domain/webhook-policy.ts';
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
  ['policy', { scheme: 'jwt', policyId: 'pol_gone' } as const, null],
  ['password', keys(new Secret('s3cret')), { username: 'u', password: Secret.unreadable() }],
])(
  'a %s that is gone or can not be decrypted is the outcome of the test, and nothing is sent',
  async (_, signing, credentials) => {
    const { tested, sent } = await run(signing, credentials);
    expect(sent).toEqual([]);
    expect(tested.exchange.outcome).toMatchObject({ kind: 'error', reason: 'secret_unreadable' });
  },
);

test('a webhook that signs by a policy is tested with a token, which is shown as it was sent', async () => {
  const policy = await samplePolicy('es256');
  const { tested, sent } = await run({ scheme: 'jwt', policyId: policy.id }, null, () => policy);
  const { jwt } = JSON.parse(Buffer.from(sent[0]!.body).toString()) as { jwt: string };
  const options: jsonwebtoken.VerifyOptions = { algorithms: ['ES256'], ignoreNotBefore: true };
  expect(jsonwebtoken.verify(jwt, verifierOf(policy), options)).toMatchObject({ data: {}, sub: '1' });
  expect(tested.request.body).toBe(sent[0]!.body);
});

async function run(signing: Signing, credentials: Endpoint['credentials'], policyOf: PolicyOf = noPolicies) {
  const clock = testClock();
  const random = seededRandom(1);
  const sent: OutgoingRequest[] = [];
  const testWebhook = makeTestWebhook({
    requests: { native: undefined, confluence: ping, xurrent: undefined, entrust: undefined },
    async send(request) {
      sent.push(request);
      return ok;
    },
    ids: makeIds(clock, random),
    clock,
    random,
    policyOf,
    emit: () => undefined,
  });
  return { tested: await testWebhook(caller, webhook(signing, credentials)), sent };
}

const caller: Caller = {
  principal: { kind: 'user', id: 'usr_1', name: 'ada', tenantId: 'tnt_1', permissions: new Set() },
  address: '192.0.2.1',
};

function ping({ endpoint }: Webhook): OutgoingRequest {
  const { url, credentials } = endpoint;
  const headers = credentials === null ? {} : { authorization: `Basic ${credentials.password.reveal()}` };
  const jwt = { issuer: 'https://acme.example', subject: '1', namesKey: false };
  return { method: 'POST', url, headers, body: new TextEncoder().encode('{}'), jwt };
}

function webhook(signing: Signing, credentials: Endpoint['credentials']): Webhook {
  return sampleWebhook({ dialect: 'confluence', wireId: 1, signing }, { credentials });
}
