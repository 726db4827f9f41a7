// Keys and signings of HTTP message signatures, drawn in the test's own process.

import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { Secret } from '../src/domain/secret.ts';
import type { KeyPair, MessageAlgorithm, MessageSigning, PairAlgorithm } from '../src/domain/webhook.ts';
import type { VerifyingKey } from '../src/signing/verify-message-signature.ts';

export function newTestPair(algorithm: PairAlgorithm): KeyPair {
  const { publicKey, privateKey } = draw(algorithm);
  return {
    id: randomUUID(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    secret: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    createdAt: 0,
    expiresAt: null,
  };
}

/** Signing with one fresh key. */
export function signingBy(algorithm: MessageAlgorithm): MessageSigning {
  const scheme = 'http-message-signature';
  if (algorithm !== 'hmac-sha256') return { scheme, algorithm, keys: [newTestPair(algorithm)] };
  const secret = new Secret(randomBytes(32).toString('base64url'));
  return { scheme, algorithm, keys: [{ secret, createdAt: 0, expiresAt: null }] };
}

/** What a receiver knows of the signing's newest key. */
export function verifyingKey(signing: MessageSigning): VerifyingKey {
  return signing.algorithm === 'hmac-sha256'
    ? { algorithm: signing.algorithm, secret: signing.keys[0].secret }
    : { algorithm: signing.algorithm, id: signing.keys[0].id, publicKeyPem: signing.keys[0].publicKeyPem };
}

function draw(algorithm: PairAlgorithm): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  switch (algorithm) {
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'ecdsa-p256-sha256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'rsa-v1_5-sha256':
    case 'rsa-pss-sha512':
      return generateKeyPairSync('rsa', { modulusLength: 2_048 });
  }
}
