// `/v1/webhook_policies` and the discovery of their keys.

import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { hourMs } from '../../domain/clock.ts';
import { jwtAlgorithms } from '../../domain/webhook-policy.ts';
import { accountUrl, startXurrent } from '../../../test/xurrent/xurrent-server.ts';

const path = '/v1/webhook_policies';

test('a create answers 201 with all fields and the public key, which no other answer shows', async () => {
  await using xurrent = await startXurrent();
  const fields = { jwt_alg: 'es256', jwt_audience: 'acme hooks', jwt_claim_expires_in: 5 };
  const { status, headers, body } = await xurrent.call('POST', path, fields);
  expect({ status, location: headers['location'] }).toEqual({
    status: 201,
    location: `${accountUrl}/webhook_policies/1`,
  });
  expect(Object.keys(body)).toEqual([
    'id',
    'name',
    'disabled',
    'jwt_alg',
    'jwt_audience',
    'jwt_claim_expires_in',
    'public_key_pem',
    'created_at',
    'updated_at',
    'nodeID',
  ]);
  expect(body).toMatchObject({
    ...fields,
    id: 1,
    disabled: false,
    name: expect.stringMatching(/^[0-9a-f]{56}$/) as string,
  });
  expect(body.public_key_pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+-----END PUBLIC KEY-----\n$/);
  const { public_key_pem: _, ...others } = body;
  expect((await xurrent.call('GET', `${path}/1`)).body).toEqual(others);
  expect((await xurrent.call('PATCH', `${path}/1`, { jwt_audience: null })).body).not.toHaveProperty(
    'public_key_pem',
  );
  const { body: list } = await xurrent.call('GET', path);
  expect(Object.keys(list[0])).toEqual(['id', 'name', 'created_at', 'updated_at', 'nodeID']);
});

test('another algorithm makes a new key and shows it once more; the old one stays published for a day', async () => {
  await using xurrent = await startXurrent();
  const { body: before } = await xurrent.call('POST', path, { jwt_alg: 'rs256' });
  expect((await xurrent.call('PATCH', `${path}/1`, { jwt_alg: 'rs256' })).body).not.toHaveProperty(
    'public_key_pem',
  );
  const { body: after } = await xurrent.call('PATCH', `${path}/1`, { jwt_alg: 'es512' });
  expect(after.public_key_pem).not.toBe(before.public_key_pem);
  const keys = async () =>
    (await xurrent.call('GET', `/webhook_policies/${before.name}/jwks`, undefined, {})).body.keys;
  expect(await keys()).toMatchObject([
    { kty: 'EC', alg: 'ES512' },
    { kty: 'RSA', alg: 'RS256' },
  ]);
  await xurrent.clock.advance(24 * hourMs);
  expect(await keys()).toMatchObject([{ kty: 'EC', alg: 'ES512' }]);
});

test.each([
  [{}, [['jwt_alg', "Jwt alg can't be blank"]]],
  [{ jwt_alg: 'RS256' }, [['jwt_alg', 'Jwt alg is not included in the list']]],
  [{ jwt_alg: 'none' }, [['jwt_alg', 'Jwt alg is not included in the list']]],
  [
    { jwt_alg: 'es256', jwt_audience: 'ü'.repeat(1_025) },
    [['jwt_audience', 'Jwt audience is too long (maximum is 2048 bytes)']],
  ],
  [
    { jwt_alg: 'es256', jwt_claim_expires_in: 0 },
    [['jwt_claim_expires_in', 'Jwt claim expires in must be greater than or equal to 1']],
  ],
  ...['soon', '1:60', '1:5', 1.5, -1].map((wrong): [object, string[][]] => [
    { jwt_alg: 'es256', jwt_claim_expires_in: wrong },
    [['jwt_claim_expires_in', 'Jwt claim expires in is invalid']],
  ]),
])('%o is refused', async (fields, errors) => {
  await using xurrent = await startXurrent();
  expect(await xurrent.call('POST', path, fields)).toMatchObject({ status: 422, body: { errors } });
});

test('an expiry may come as minutes, as a text, and as h:mm', async () => {
  await using xurrent = await startXurrent();
  for (const [given, minutes] of [
    [5, 5],
    ['90', 90],
    ['1:30', 90],
    ['', null],
  ] as const) {
    const { body } = await xurrent.call('POST', path, { jwt_alg: 'hs256', jwt_claim_expires_in: given });
    expect(body.jwt_claim_expires_in).toBe(minutes);
  }
});

test('none can be chosen only where the operator lets it, and then proves nothing', async () => {
  await using xurrent = await startXurrent({ allowsUnsecured: true });
  const { status, body } = await xurrent.call('POST', path, { jwt_alg: 'none' });
  expect({ status, key: body.public_key_pem }).toEqual({ status: 201, key: null });
  await xurrent.create({ webhook_policy_id: body.id });
  await xurrent.until(() => xurrent.sent.length > 0);
  const { jwt } = JSON.parse(Buffer.from(xurrent.sent[0]!.body).toString());
  expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.$/);
});

test('a policy in use can not be deleted; a disabled one takes no new webhooks, and signs for those that it has', async () => {
  await using xurrent = await startXurrent();
  const { body: policy } = await xurrent.call('POST', path, { jwt_alg: 'es256' });
  const { id } = await xurrent.create({ webhook_policy: { id: policy.id } });
  expect(await xurrent.call('DELETE', `${path}/${policy.id}`)).toMatchObject({
    status: 422,
    body: { message: 'Validation Failed', errors: [['base', 'Webhook policy is used by webhooks']] },
  });
  await xurrent.call('PATCH', `${path}/${policy.id}`, { disabled: true });
  expect((await xurrent.call('GET', `/v1/webhooks/${id}`)).body.webhook_policy).toMatchObject({
    id: policy.id,
    name: policy.name,
    disabled: true,
  });
  expect((await xurrent.call('PATCH', `/v1/webhooks/${id}`, { webhook_policy_id: policy.id })).status).toBe(
    200,
  );
  const refused = await xurrent.call('POST', '/v1/webhooks', {
    event: 'task.create',
    uri: 'https://hooks.example.net/other',
    webhook_policy_id: policy.id,
  });
  expect(refused.body.errors).toEqual([['webhook_policy_id', 'Webhook policy is invalid']]);
  await xurrent.confirm();
  await xurrent.publish();
  await xurrent.until(() => xurrent.sent.some(({ message }) => message.event === 'problem.update'));
  expect(xurrent.sent.every(({ claims }) => claims !== undefined)).toBe(true);
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { webhook_policy: null });
  expect((await xurrent.call('DELETE', `${path}/${policy.id}`)).status).toBe(204);
});

test('lists of policies are by age, and filtered and sorted as asked', async () => {
  await using xurrent = await startXurrent();
  for (const disabled of [false, true, false]) {
    await xurrent.call('POST', path, { jwt_alg: 'hs256', disabled });
    await xurrent.clock.advance(5_000);
  }
  const ids = async (search: string) =>
    (await xurrent.call('GET', path + search)).body.map(({ id }: { id: number }) => id);
  expect(await ids('')).toEqual([1, 2, 3]);
  expect(await ids('?sort=-created_at')).toEqual([3, 2, 1]);
  expect(await ids('/enabled')).toEqual([1, 3]);
  expect(await ids('/disabled')).toEqual([2]);
  expect((await xurrent.call('GET', `${path}/1/audit`)).body).toMatchObject([
    { action: 'create', changes: { jwt_alg: [null, 'hs256'] } },
  ]);
});

test('PUT is the same as PATCH, and the audit tells what either changed, keys left out', async () => {
  await using xurrent = await startXurrent();
  const { body: created } = await xurrent.call('POST', path, { jwt_alg: 'hs256', jwt_audience: 'hooks' });
  await xurrent.clock.advance(60_000);
  const { body: put } = await xurrent.call('PUT', `${path}/1`, { jwt_claim_expires_in: '0:10' });
  expect(put).toMatchObject({ jwt_alg: 'hs256', jwt_audience: 'hooks', jwt_claim_expires_in: 10 });
  expect(put.updated_at > put.created_at).toBe(true);
  const { body: patched } = await xurrent.call('PATCH', `${path}/${created.nodeID}`, {
    jwt_alg: 'es256',
    jwt_audience: '',
    disabled: true,
  });
  expect(patched).toMatchObject({ jwt_alg: 'es256', jwt_audience: null, disabled: true });
  const { body, text } = await xurrent.call('GET', `${path}/1/audit`);
  expect(body).toMatchObject([
    {
      action: 'update',
      created_by: { name: 'ADMIN_TOKEN' },
      changes: { jwt_alg: ['hs256', 'es256'], jwt_audience: ['hooks', null], disabled: [false, true] },
    },
    { action: 'update', changes: { jwt_claim_expires_in: [null, 10] } },
    { action: 'create', changes: { jwt_alg: [null, 'hs256'], jwt_audience: [null, 'hooks'] } },
  ]);
  expect(text).not.toContain(created.public_key_pem);
});

test.each([
  ['rs256', 'rsa', { modulusLength: 2_048 }],
  ['es256', 'ec', { namedCurve: 'prime256v1' }],
  ['es384', 'ec', { namedCurve: 'secp384r1' }],
  ['es512', 'ec', { namedCurve: 'secp521r1' }],
])('the key of %s is an SPKI PEM of the kind that receivers expect', async (jwt_alg, type, details) => {
  await using xurrent = await startXurrent();
  const { body } = await xurrent.call('POST', path, { jwt_alg });
  const key = createPublicKey(body.public_key_pem as string);
  expect(key.asymmetricKeyType).toBe(type);
  expect(key.asymmetricKeyDetails).toMatchObject(details);
});

test.each(['hs256', 'hs384', 'hs512'])(
  'the secret of %s is shown once, as base64 of 64 bytes',
  async (jwt_alg) => {
    await using xurrent = await startXurrent();
    const { body } = await xurrent.call('POST', path, { jwt_alg });
    expect(Buffer.from(body.public_key_pem as string, 'base64')).toHaveLength(64);
    expect((await xurrent.call('GET', `${path}/1`)).body).not.toHaveProperty('public_key_pem');
  },
);

describe('key discovery', () => {
  test('leads from the issuer of a token to the key that verifies it, without a token of its own', async () => {
    await using xurrent = await startXurrent();
    const { body: policy } = await xurrent.call('POST', path, { jwt_alg: 'es256' });
    await xurrent.create({ webhook_policy_id: policy.id, openid_connect_discovery: true });
    await xurrent.until(() => xurrent.sent.length > 0);
    const [sent] = xurrent.sent;
    const issuer = `${accountUrl}/webhook_policies/${policy.name}`;
    expect(sent!.claims).toMatchObject({ iss: issuer });

    const below = (url: string) => xurrent.call('GET', new URL(url).pathname, undefined, {});
    const configuration = await below(`${issuer}/.well-known/openid-configuration`);
    expect(configuration).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'public, max-age=3600' },
    });
    expect(configuration.body).toEqual({
      issuer,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    const { body } = await below(configuration.body.jwks_uri);
    const { jwt } = JSON.parse(Buffer.from(sent!.body).toString()) as { jwt: string };
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const jwk = body.keys.find((key: { kid: string }) => key.kid === kid);
    expect(jwk).toMatchObject({ kty: 'EC', use: 'sig', alg: 'ES256' });
    expect(jwk).not.toHaveProperty('d');
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    expect(
      verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')),
    ).toBe(true);
  });

  test('answers for disabled policies, and says 404 for unknown, deleted and symmetric ones', async () => {
    await using xurrent = await startXurrent();
    const names = new Map<string, string>();
    for (const jwt_alg of jwtAlgorithms.filter((algorithm) => algorithm !== 'none')) {
      const { body } = await xurrent.call('POST', path, { jwt_alg, disabled: true });
      names.set(jwt_alg, body.name as string);
    }
    const status = async (name: string) =>
      (await xurrent.call('GET', `/webhook_policies/${name}/jwks`, undefined, {})).status;
    for (const [algorithm, name] of names)
      expect(await status(name)).toBe(algorithm.startsWith('hs') ? 404 : 200);
    expect(await status('0'.repeat(56))).toBe(404);
    await xurrent.call('DELETE', `${path}/${names.size}`);
    expect(await status(names.get('es512')!)).toBe(404);
  });
});

test.each(['POST', 'PATCH'])(
  'a policy that is deleted while a %s is about to link it is as invalid as an unknown one',
  async (method) => {
    await using xurrent = await startXurrent();
    await xurrent.call('POST', path, { jwt_alg: 'hs256' });
    const { id } = await xurrent.create();
    const getPolicyByNumber = xurrent.store.getPolicyByNumber.bind(xurrent.store);
    vi.spyOn(xurrent.store, 'getPolicyByNumber').mockImplementationOnce(async (...asked) => {
      const policy = await getPolicyByNumber(...asked);
      expect((await xurrent.call('DELETE', `${path}/1`)).status).toBe(204);
      return policy;
    });
    const fields = { event: 'problem.update', uri: 'https://hooks.example.net/in', webhook_policy_id: 1 };
    const url = method === 'POST' ? '/v1/webhooks' : `/v1/webhooks/${id}`;
    const { status, body } = await xurrent.call(method, url, fields);
    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: [['webhook_policy_id', 'Webhook policy is invalid']],
    });
  },
);
