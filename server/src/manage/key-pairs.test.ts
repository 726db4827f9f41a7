import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { makeIds } from '../domain/id.ts';
import { makeNewKeyPair } from './key-pairs.ts';

const clock = testClock();
const newKeyPair = makeNewKeyPair({ clock, ids: makeIds(clock, seededRandom(1)) });

test.each([
  ['ed25519', 'ed25519', {}],
  ['ecdsa-p256-sha256', 'ec', { namedCurve: 'prime256v1' }],
  ['rsa-v1_5-sha256', 'rsa', { modulusLength: 2_048, publicExponent: 65_537n }],
  // Of the general kind, which every receiver can read; how it pads is the signature's matter.
  ['rsa-pss-sha512', 'rsa', { modulusLength: 2_048, publicExponent: 65_537n }],
] as const)('a pair for %s is drawn in PEM, with an id of its own', async (algorithm, kind, details) => {
  const pair = await newKeyPair(algorithm);
  const key = createPrivateKey(pair.secret.reveal());
  expect([key.asymmetricKeyType, key.asymmetricKeyDetails]).toEqual([kind, details]);
  expect(pair.secret.reveal()).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(createPublicKey(key).export({ type: 'spki', format: 'pem' })).toBe(pair.publicKeyPem);
  expect(pair).toMatchObject({ createdAt: clock.wall(), expiresAt: null });
  expect(pair.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('no two pairs are alike', async () => {
  const pairs = await Promise.all([1, 2, 3].map(() => newKeyPair('ed25519')));
  expect(new Set(pairs.map(({ id }) => id)).size).toBe(3);
  expect(new Set(pairs.map(({ publicKeyPem }) => publicKeyPem)).size).toBe(3);
});
