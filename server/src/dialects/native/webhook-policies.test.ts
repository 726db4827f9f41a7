import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';

const native = await startNative();
afterAll(() => native[Symbol.asyncDispose]());

const path = '/api/v1/webhook-policies';
const create = (body: object, headers = {}) => native.call('POST', path, body, headers);

test('a policy is created with a key, whose shared secret is in that answer alone', async () => {
  const created = await create({ algorithm: 'hs256', audience: 'me' }, { 'idempotency-key': 'once' });
  expect(created.status).toBe(201);
  const { secret, ...policy } = created.body;
  expect(secret).toMatch(/^\S{40,}$/);
  expect(policy).toMatchObject({
    id: expect.stringMatching(/^pol_/),
    wireId: 1,
    algorithm: 'hs256',
    audience: 'me',
    expiresInMinutes: null,
    disabled: false,
    publicKeyPem: null,
  });

  const repeated = await create({ algorithm: 'hs256', audience: 'me' }, { 'idempotency-key': 'once' });
  expect([repeated.status, repeated.body]).toEqual([201, policy]);
  expect((await native.call('GET', `${path}/${policy.id}`)).body).toEqual(policy);
  const list = await native.call('GET', path);
  expect(list.body.data).toEqual([policy]);
  const audit = await native.call('GET', '/api/v1/audit');
  expect(JSON.stringify([list.body, audit.body])).not.toContain(secret);
});

test('of a pair of keys the public one is told, and the private one never', async () => {
  const { body } = await create({ algorithm: 'es256', expiresInMinutes: 5 });
  expect(body).not.toHaveProperty('secret');
  expect(body.publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect(JSON.stringify(body)).not.toContain('PRIVATE');
});

test('disabled and active policies are told apart', async () => {
  const { body } = await create({ algorithm: 'hs512', disabled: true });
  const idsIn = async (state: string) =>
    (await native.call('GET', `${path}?state=${state}`)).body.data.map(({ id }: { id: string }) => id);
  expect(await idsIn('disabled')).toEqual([body.id]);
  expect(await idsIn('active')).not.toContain(body.id);
});

test('a policy is deleted, and then there is none', async () => {
  const { body } = await create({ algorithm: 'hs384' });
  expect((await native.call('DELETE', `${path}/${body.id}`)).status).toBe(204);
  expect((await native.call('GET', `${path}/${body.id}`)).status).toBe(404);
  expect((await native.call('DELETE', `${path}/${body.id}`)).status).toBe(404);
});

test('an unsigned policy, and claims that no token should carry, are refused', async () => {
  expect((await create({ algorithm: 'none' })).status).toBe(422);
  expect((await create({ algorithm: 'hs256', expiresInMinutes: 0 })).status).toBe(422);
  expect((await create({ algorithm: 'hs256', audience: 'x'.repeat(3_000) })).body.errors).toMatchObject([
    { pointer: '/audience' },
  ]);
});
