import { expect, test } from 'vitest';
import { Webhook as Verifier } from 'standardwebhooks';
import { Secret } from '../domain/secret.ts';
import { systemRandom } from '../random.ts';
import { maskSecret, newSecret, secretProblem } from './secrets.ts';

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

test('SIG-08: own secrets of 24 to 64 bytes are taken, others refused', () => {
  for (const bytes of [24, 25, 32, 63, 64]) expect(secretProblem(secretOf(bytes))).toBeUndefined();
  for (const bytes of [0, 8, 23, 65, 1_000]) {
    expect(secretProblem(secretOf(bytes))).toMatchObject({ rule: 'length' });
  }
});

test('SIG-08: a bad prefix or bad base64 is refused', () => {
  const encoded = Buffer.alloc(32, 255).toString('base64');
  const unpadded = secretOf(32).replace('=', '');
  const bad = [encoded, `whsec-${encoded}`, `WHSEC_${encoded}`, `whsec_ ${encoded}`, unpadded];
  const urlSafe = `whsec_${Buffer.alloc(32, 255).toString('base64url')}=`;
  for (const text of [...bad, urlSafe, `whsec_${'!'.repeat(44)}`]) {
    expect(secretProblem(text)).toMatchObject({ rule: 'format' });
  }
});

test('SIG-10: 1,000 new secrets are all different and good ones', () => {
  const random = systemRandom();
  const secrets = new Set(Array.from({ length: 1_000 }, () => newSecret(random).reveal()));
  expect(secrets.size).toBe(1_000);
  for (const secret of secrets) expect(secretProblem(secret)).toBeUndefined();
});

test('a new secret is one that the Standard Webhooks library takes', () => {
  expect(() => new Verifier(newSecret(systemRandom()).reveal())).not.toThrow();
});

test('SEC-01: a masked secret shows its scheme and four characters, a short one none', () => {
  expect(maskSecret(new Secret(`whsec_${'A'.repeat(40)}abcd`))).toBe('whsec_****abcd');
  expect(maskSecret(new Secret('a longer hub secret'))).toBe('****cret');
  expect(maskSecret(new Secret('short'))).toBe('****');
  expect(maskSecret(Secret.unreadable())).toBe('[unreadable]');
});
