// Draws pairs of a private and a public key, on the threads of the crypto library: an RSA key takes a while to find.

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../domain/clock.ts';
import { uuidOfId, type Ids } from '../domain/id.ts';
import { Secret } from '../domain/secret.ts';
import type { KeyPair, PairAlgorithm } from '../domain/webhook.ts';
import { oneAtATime } from './one-at-a-time.ts';

export type PairKind = 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519';

/** The public key as SPKI, the private one as PKCS #8, both in PEM. */
type DrawnPair = { readonly publicKeyPem: string; readonly secret: Secret };

/** One at a time in the whole process, since files and the resolver need the same few threads. */
const inTurn = oneAtATime();

/** A new pair. RSA keys have 2,048 bits. */
export function drawPair(kind: PairKind): Promise<DrawnPair> {
  return inTurn('pair', async () => inPem(await newPair(kind)));
}

/** A new pair for a webhook that signs by an algorithm of HTTP Message Signatures. */
export type NewKeyPair = (algorithm: PairAlgorithm) => Promise<KeyPair>;

export function makeNewKeyPair({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }): NewKeyPair {
  return async (algorithm) => ({
    id: uuidOfId(ids.next('key')),
    ...(await drawPair(kindFor[algorithm])),
    createdAt: clock.wall(),
    expiresAt: null,
  });
}

const kindFor: Readonly<Record<PairAlgorithm, PairKind>> = {
  ed25519: 'ed25519',
  'ecdsa-p256-sha256': 'P-256',
  'rsa-v1_5-sha256': 'rsa',
  'rsa-pss-sha512': 'rsa',
};

const rsaBits = 2_048;
const generate = promisify(generateKeyPair);

type Objects = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

function newPair(kind: PairKind): Promise<Objects> {
  switch (kind) {
    case 'rsa':
      return generate('rsa', { modulusLength: rsaBits });
    case 'ed25519':
      return generate('ed25519');
    case 'P-256':
    case 'P-384':
    case 'P-521':
      return generate('ec', { namedCurve: kind });
  }
}

function inPem({ publicKey, privateKey }: Objects): DrawnPair {
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    secret: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  };
}
