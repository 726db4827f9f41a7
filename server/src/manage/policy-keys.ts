// Draws the keys of webhook policies.

import type { Clock } from '../domain/clock.ts';
import { uuidOfId, type Ids } from '../domain/id.ts';
import type { Random } from '../domain/random.ts';
import { Secret } from '../domain/secret.ts';
import type { JwtAlgorithm, PolicyKey } from '../domain/webhook-policy.ts';
import { drawPair } from './key-pairs.ts';

export type NewPolicyKey = (algorithm: JwtAlgorithm) => Promise<PolicyKey>;

const hmacBytes = 64;

export function makeNewPolicyKey(parts: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
}): NewPolicyKey {
  const { clock, ids, random } = parts;
  return async (algorithm) => ({
    id: uuidOfId(ids.next('key')),
    algorithm,
    ...(await draw(algorithm, random)),
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
      return drawPair('rsa');
    case 'es256':
      return drawPair('P-256');
    case 'es384':
      return drawPair('P-384');
    case 'es512':
      return drawPair('P-521');
  }
}
