import { expect, test } from 'vitest';
import { seededRandom, testClock } from '../../test/test-clock.ts';
import { makeIds } from '../domain/id.ts';
import { Secret } from '../domain/secret.ts';
import { messageAlgorithms, ownKeys, type Signing } from '../domain/webhook.ts';
import { makeChosenSigning, makeNewMessageSigning, makeNewSigning } from './new-signing.ts';
import { secretProblem } from './secrets.ts';

const clock = testClock();
const random = seededRandom(1);
const parts = { clock, random, ids: makeIds(clock, random) };
const chosen = makeChosenSigning(parts);

const secretIn = (signing: Signing) => ownKeys(signing)[0]?.secret.reveal() ?? '';

test('a fresh secret is one that its scheme takes, and another each time', () => {
  for (const make of [makeNewSigning(parts), makeNewMessageSigning(parts)]) {
    const [one, other] = [make(), make()];
    expect(secretProblem(one, secretIn(one))).toBeUndefined();
    expect(secretIn(one)).not.toBe(secretIn(other));
    expect(ownKeys(one)).toMatchObject([{ createdAt: clock.wall(), expiresAt: null }]);
    expect(secretIn(make(new Secret('given')))).toBe('given');
  }
  expect(secretIn(makeNewMessageSigning(parts)())).toMatch(/^[\w-]{43}$/);
});

test('signing is as it was chosen, with a secret that the caller brings', async () => {
  const secret = new Secret('given');
  expect(await chosen({ scheme: 'standard-webhooks', secret })).toMatchObject({ keys: [{ secret }] });
  for (const algorithm of messageAlgorithms) {
    const signing = await chosen({ scheme: 'http-message-signature', algorithm, secret });
    expect(signing).toMatchObject({ scheme: 'http-message-signature', algorithm });
    expect(secretIn(signing) === 'given').toBe(algorithm === 'hmac-sha256');
  }
});
