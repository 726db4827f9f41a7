// Native webhooks that sign by HTTP Message Signatures: created, shown, rotated, and their keys looked up.

import { afterAll, describe, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { ownKeys, pairAlgorithms } from '../../../domain/webhook.ts';

const webhooks = '/api/v1/webhooks';
const billing = { name: 'Billing', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] };

/** For refusals, which leave nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

function create(native: NativeServer, signing: object, headers = {}) {
  const scheme = 'http-message-signature';
  return native.call('POST', webhooks, { ...billing, signing: { scheme, ...signing } }, headers);
}

describe('with a secret', () => {
  test('it is made here: 43 characters, in the answer that creates it and masked everywhere else', async () => {
    await using native = await startNative();
    const key = { 'idempotency-key': 'k' };
    const { status, body } = await create(native, {}, key);
    const { secret, id } = body as { secret: string; id: string };
    const others = [
      await create(native, {}, key),
      await native.call('GET', `${webhooks}/${id}`),
      await native.call('GET', '/api/v1/audit'),
    ];

    expect([status, secret]).toEqual([201, expect.stringMatching(/^[\w-]{43}$/)]);
    for (const { bytes } of others) expect(bytes.toString()).not.toContain(secret);
    expect(others[1]!.body.signing).toEqual({
      scheme: 'http-message-signature',
      algorithm: 'hmac-sha256',
      keys: [{ secret: `****${secret.slice(-4)}`, createdAt: expect.any(String), expiresAt: null }],
    });
  });

  test('or the own one that is brought, when every receiver can read it', async () => {
    await using native = await startNative();
    for (const good of ['x'.repeat(32), '!~'.repeat(128)]) {
      expect((await create(native, { algorithm: 'hmac-sha256', secret: good })).body.secret).toBe(good);
    }
    for (const bad of ['x'.repeat(31), 'x'.repeat(257), 'with a space'.repeat(5), 'ü'.repeat(40)]) {
      const { status, body, bytes } = await create(native, { secret: bad });
      expect([status, body.errors]).toMatchObject([422, [{ pointer: '/signing/secret' }]]);
      expect(bytes.toString()).not.toContain(bad);
    }
  });

  test('a rotation judges a secret by the scheme that the webhook has', async () => {
    await using native = await startNative();
    const { id } = (await create(native, {})).body as { id: string };
    const rotate = (body?: object) => native.call('POST', `${webhooks}/${id}/secrets/rotate`, body);
    const own = 'a-secret-of-our-own-for-this-webhook';

    expect((await rotate({ secret: own })).body.secret).toBe(own);
    const refused = await rotate({ secret: 'short' });
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [{ pointer: '/secret', rule: 'length' }],
    ]);
    expect((await rotate()).body.secret).toMatch(/^[\w-]{43}$/);
    const { keys } = (await native.call('GET', `${webhooks}/${id}`)).body.signing;
    expect(keys).toHaveLength(3);
  });
});

describe.each(pairAlgorithms)('with a pair of keys: %s', (algorithm) => {
  test('the public key is shown and published, the private one never', async () => {
    await using native = await startNative();
    const created = await create(native, { algorithm });
    const shown = await native.call('GET', `${webhooks}/${created.body.id}`);
    const rotated = await native.call('POST', `${webhooks}/${created.body.id}/secrets/rotate`);
    const { tenantId } = native.caller.principal;
    const { signing } = (await native.store.getWebhook(tenantId, created.body.id))!;

    expect(created.status).toBe(201);
    expect(created.body).not.toHaveProperty('secret');
    expect(rotated.body).not.toHaveProperty('secret');
    expect(shown.body.signing).toEqual({
      scheme: 'http-message-signature',
      algorithm,
      keys: [
        {
          kid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          algorithm,
          publicKeyPem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
          createdAt: expect.any(String),
          expiresAt: null,
        },
      ],
    });
    expect(rotated.body.signing.keys).toHaveLength(2);
    const privateLines = ownKeys(signing).flatMap(({ secret }) => secret.reveal().split('\n').slice(1, -2));
    const answers = [created, shown, rotated, await native.call('GET', '/api/v1/audit')];
    for (const { bytes } of answers) {
      expect(bytes.toString()).not.toContain('PRIVATE');
      for (const line of privateLines) expect(bytes.toString()).not.toContain(line);
    }
  });
});

test('another algorithm, a secret for a pair, or an algorithm for Standard Webhooks is refused', async () => {
  const problems = async (signing: object) => {
    const { status, body } = await shared.call('POST', webhooks, { ...billing, signing });
    return [status, ...body.errors.map(({ pointer, rule }: Record<string, string>) => `${pointer} ${rule}`)];
  };
  const scheme = 'http-message-signature';
  expect(await problems({ scheme, algorithm: 'rsa' })).toEqual([422, '/signing/algorithm one_of']);
  expect(await problems({ scheme, algorithm: 'ed25519', secret: 'x'.repeat(40) })).toEqual([
    422,
    '/signing/secret not_supported',
  ]);
  expect(await problems({ algorithm: 'hmac-sha256' })).toEqual([422, '/signing/algorithm not_supported']);
  expect(await problems({ scheme: 'hub-signature' })).toEqual([422, '/signing/scheme one_of']);
});
