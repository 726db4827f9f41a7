// Native webhooks that sign by HTTP Message Signatures: created, shown, rotated, and their keys looked up.

import { createLocalJWKSet, exportSPKI, type JWK } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { dayMs, hourMs } from '../../../domain/clock.ts';
import { ownKeys, pairAlgorithms } from '../../../domain/webhook.ts';

const webhooks = '/api/v1/webhooks';
const document = '/.well-known/jwks.json';
const billing = { name: 'Billing', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] };
const anybody = { authorization: '' };

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
      await native.call('GET', document),
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
    const answers = [
      created,
      shown,
      rotated,
      await native.call('GET', '/api/v1/audit'),
      await native.call('GET', document),
    ];
    for (const { bytes } of answers) {
      expect(bytes.toString()).not.toContain('PRIVATE');
      for (const line of privateLines) expect(bytes.toString()).not.toContain(line);
    }
  });

  test("somebody else's library reads the published key, and it is the one that is shown", async () => {
    await using native = await startNative();
    const created = await create(native, { algorithm });
    const [{ kid, publicKeyPem }] = created.body.signing.keys;
    const { body } = await native.call('GET', document, undefined, anybody);
    const [jwk] = body.keys as [JWK & { alg: string }];
    expect(jwk).toMatchObject({ kid, use: 'sig', alg: expect.stringMatching(/^(EdDSA|ES256|RS256|PS512)$/) });
    const find = createLocalJWKSet(body);
    expect(await exportSPKI(await find({ alg: jwk.alg, kid }))).toBe(publicKeyPem.trim());
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

describe('the document of public keys', () => {
  test('is open to everybody, may be kept for an hour, and follows every change', async () => {
    await using native = await startNative();
    const kids = async (query = '') => {
      const { status, headers, body } = await native.call('GET', document + query, undefined, anybody);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=3600']);
      expect(headers['content-type']).toMatch(/^application\/json/);
      return body.keys.map(({ kid }: { kid: string }) => kid) as string[];
    };
    expect(await kids()).toEqual([]);

    const one = (await create(native, { algorithm: 'ed25519' })).body;
    const other = (await create(native, { algorithm: 'ecdsa-p256-sha256' })).body;
    const [first, second] = [one, other].map(({ signing }) => signing.keys[0].kid as string);
    expect(await kids()).toEqual([first, second]);
    expect(await kids(`?kid=${second}`)).toEqual([second]);
    expect(await kids(`?webhook=${one.id}`)).toEqual([first]);
    expect(await kids(`?webhook=${one.id}&kid=${second}`)).toEqual([]);
    expect(await kids('?webhook=wh_unknown')).toEqual([]);

    await native.call('POST', `${webhooks}/${one.id}/secrets/rotate`, { graceMs: hourMs });
    expect(await kids(`?webhook=${one.id}`)).toEqual([expect.any(String), first]);
    await native.clock.advance(hourMs + dayMs - 1);
    expect(await kids()).toContain(first);
    await native.clock.advance(1);
    expect(await kids()).not.toContain(first);

    await native.call('DELETE', `${webhooks}/${other.id}`);
    expect(await kids()).toEqual([expect.not.stringMatching(second!)]);
  });

  test('refuses what it does not know with a problem document', async () => {
    for (const [method, query, status] of [
      ['GET', '?tenant=a', 422],
      ['GET', '?kid=a&kid=b', 422],
      ['POST', '', 405],
    ] as const) {
      const answer = await shared.call(method, document + query, undefined, anybody);
      expect([answer.status, answer.headers['content-type']]).toEqual([
        status,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
    }
  });
});
