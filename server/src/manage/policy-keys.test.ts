import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { makeIds } from '../domain/id.ts';
import { makeNewPolicyKey } from './policy-keys.ts';

const clock = testClock();
const random = seededRandom(1);
const newPolicyKey = makeNewPolicyKey({ clock, random, ids: makeIds(clock, random) });

test.each([
  ['rs256', { modulusLength: 2_048, publicExponent: 65_537n }],
  ['rs512', { modulusLength: 2_048, publicExponent: 65_537n }],
  ['es256', { namedCurve: 'prime256v1' }],
  ['es384', { namedCurve: 'secp384r1' }],
  ['es512', { namedCurve: 'secp521r1' }],
] as const)('a key for %s is a pair in PEM', async (algorithm, details) => {
  const key = await newPolicyKey(algorithm);
  expect(key.publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[^]*\n-----END PUBLIC KEY-----\n$/);
  expect(key.secret.reveal()).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(createPrivateKey(key.secret.reveal()).asymmetricKeyDetails).toEqual(details);
  expect(createPublicKey(key.secret.reveal()).export({ type: 'spki', format: 'pem' })).toBe(key.publicKeyPem);
});

test.each(['hs256', 'hs384', 'hs512'] as const)('a key for %s is 64 random bytes', async (algorithm) => {
  const [one, other] = [await newPolicyKey(algorithm), await newPolicyKey(algorithm)];
  expect(one).toMatchObject({ algorithm, publicKeyPem: null, createdAt: clock.wall(), retiredAt: null });
  expect(Buffer.from(one.secret.reveal(), 'base64')).toHaveLength(64);
  expect(one.secret.reveal()).not.toBe(other.secret.reveal());
  expect(one.id).not.toBe(other.id);
});

test('a key for none is nothing', async () => {
  const key = await newPolicyKey('none');
  expect([key.publicKeyPem, key.secret.reveal()]).toEqual([null, '']);
});
