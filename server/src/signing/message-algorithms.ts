// The algorithms of HTTP Message Signatures (RFC 9421 §3.3): from a signature base and a key to a signature, and back.

import {
  constants,
  createHmac,
  createPrivateKey,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import type { MessageAlgorithm, PairAlgorithm } from '../domain/webhook.ts';
import { rememberHmacKeys, rememberKeys } from './key-objects.ts';

/** The key is the secret one: bytes for HMAC, else private. */
export function signatureOf(base: Uint8Array, algorithm: MessageAlgorithm, key: KeyObject): Buffer {
  if (algorithm === 'hmac-sha256') return createHmac('sha256', key).update(base).digest();
  const { hash, ...options } = pairAlgorithm[algorithm];
  return sign(hash, base, { key, ...options });
}

/** The key is the receiver's: bytes for HMAC, which are compared in constant time, else public. */
export function isSignatureOf(
  base: Uint8Array,
  signature: Uint8Array,
  algorithm: MessageAlgorithm,
  key: KeyObject,
): boolean {
  if (algorithm === 'hmac-sha256') {
    const expected = signatureOf(base, algorithm, key);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
  const { hash, ...options } = pairAlgorithm[algorithm];
  return verify(hash, base, { key, ...options }, signature);
}

type PairOptions = {
  readonly hash: string | null;
  readonly dsaEncoding?: 'ieee-p1363';
  readonly padding?: number;
  readonly saltLength?: number;
};

const pairAlgorithm: Readonly<Record<PairAlgorithm, PairOptions>> = {
  // §3.3.1: the mask is made with the same hash.
  'rsa-pss-sha512': { hash: 'sha512', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  'rsa-v1_5-sha256': { hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  // §3.3.4: r and s, 32 bytes each.
  'ecdsa-p256-sha256': { hash: 'sha256', dsaEncoding: 'ieee-p1363' },
  ed25519: { hash: null },
};

/** The key that signs: of bytes for HMAC, else private. */
export function secretKeyOf(algorithm: MessageAlgorithm, secret: Secret): KeyObject {
  return algorithm === 'hmac-sha256' ? hmacKeyOf(secret) : privateKeyOf(secret);
}

/** The secret's text in UTF-8; an empty or short one, which anybody could guess, never signs nor verifies. */
const hmacKeyOf = rememberHmacKeys((text) => {
  if (text.length < 32) throw new Error('the secret is too short for a message signature');
  return Buffer.from(text, 'utf8');
});
const privateKeyOf = rememberKeys(createPrivateKey);
