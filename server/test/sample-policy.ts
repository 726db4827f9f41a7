// Webhook policies with real keys, for whoever signs or verifies by them.

import { makeIds } from '../src/domain/id.ts';
import { currentKey, type JwtAlgorithm, type WebhookPolicy } from '../src/domain/webhook-policy.ts';
import { makeNewPolicyKey } from '../src/manage/policy-keys.ts';
import { seededRandom, testClock } from './test-clock.ts';

const [clock, random] = [testClock(), seededRandom(5)];
const newKey = makeNewPolicyKey({ clock, random, ids: makeIds(clock, random) });

export async function samplePolicy(
  algorithm: JwtAlgorithm,
  changes: Partial<WebhookPolicy> = {},
): Promise<WebhookPolicy> {
  return {
    id: 'pol_1',
    tenantId: 'tnt_1',
    wireId: 312,
    name: 'ab'.repeat(28),
    algorithm,
    audience: null,
    expiresInMinutes: null,
    disabledAt: null,
    keys: [await newKey(algorithm)],
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    ...changes,
  };
}

/** What a receiver is given to verify with: the public key, or the secret that it shares. */
export function verifierOf(policy: WebhookPolicy): string | Buffer {
  const { publicKeyPem, secret } = currentKey(policy);
  return publicKeyPem ?? Buffer.from(secret.reveal(), 'base64');
}
