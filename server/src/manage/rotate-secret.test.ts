// What signing becomes by a rotation, where another change came between.

import { expect, test } from 'vitest';
import { newTestPair, signingBy } from '../../test/signing-samples.ts';
import { ownKeys } from '../domain/webhook.ts';
import { systemRandom } from '../random.ts';
import { rotated, type Rotation } from './rotate-secret.ts';

const rotation: Rotation = { graceMs: 0, secret: undefined, pair: undefined, random: systemRandom(), now: 5 };
const drawn = { algorithm: 'ed25519', pair: newTestPair('ed25519') } as const;

test('a webhook that came to sign with pairs, or by another algorithm, while a pair was drawn is refused', () => {
  const conflict = expect.objectContaining({ code: 'conflict' });
  expect(() => rotated(signingBy('ed25519'), rotation)).toThrow(conflict);
  expect(() => rotated(signingBy('ecdsa-p256-sha256'), { ...rotation, pair: drawn })).toThrow(conflict);
});

test('a webhook that came to sign with a secret while a pair was drawn gets a secret', () => {
  const signing = rotated(signingBy('hmac-sha256'), { ...rotation, pair: drawn });
  expect(ownKeys(signing)).toEqual([{ secret: expect.anything(), createdAt: 5, expiresAt: null }]);
});
