// Draws the keys of webhook policies, on the threads of the crypto library: an RSA key takes a while to find.

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../domain/clock.ts';
import { uuidOfId, type Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { Secret } from '../domain/secret.ts';
import type { JwtAlgorithm, PolicyKey } from '../domain/webhook-policy.ts';
import { oneAtATime } from './one-at-a-time.ts';

export type NewPolicyKey = (algorithm: JwtAlgorithm) => Promise<PolicyKey>;

const rsaBits = 2_048;
const hmacBytes = 64;

/** One at a time, since files and the resolver need the same few threads. */
export function makeNewPolicyKey(parts: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
}): NewPolicyKey {
  const { clock, ids, random } = parts;
  const inTurn = oneAtATime();
  return async (algorithm) => ({
    id: uuidOfId(ids.next('key')),
    algorithm,
    ...(await inTurn('key', () => draw(algorithm, random))),
    createdAt: clock.wall(),
    retiredAt: null,
  });
}

type Drawn = Pick<PolicyKey, 'publicKeyPem' | 'secret'>;

async function draw(algorithm: JwtAlgorithm, random: Random): Promise<Drawn> {
  switch (algorithm) {
    case 'none':
      return { publicKeyPem: null, secret: new Secret('') };
    case 'hs256':
    case 'hs384':
    case 'hs512':
      return {
        publicKeyPem: null,
        secret: new Secret(Buffer.from(random.bytes(hmacBytes)).toString('base64')),
      };
    case 'rs256':
    case 'rs384':
    case 'rs512':
      return inPem(await newPair('rsa', { modulusLength: rsaBits }));
    case 'es256':
      return inPem(await newPair('ec', { namedCurve: 'P-256' }));
    case 'es384':
      return inPem(await newPair('ec', { namedCurve: 'P-384' }));
    case 'es512':
      return inPem(await newPair('ec', { namedCurve: 'P-521' }));
  }
}

const newPair = promisify(generateKeyPair);

function inPem({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Drawn {
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    secret: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  };
}
