import { expect, test } from 'vitest';
import { Webhook as Verifier } from 'standardwebhooks';
import { Secret } from '../domain/secret.ts';
import { systemRandom } from '../random.ts';
import { maskSecret, newSecret, newTextSecret, secretProblem, type SecretUse } from './secrets.ts';

const standard: SecretUse = { scheme: 'standard-webhooks' };

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

test('SIG-08: own secrets of 24 to 64 bytes are taken, others refused', () => {
  for (const bytes of [24, 25, 32, 63, 64]) expect(secretProblem(standard, secretOf(bytes))).toBeUndefined();
  for (const bytes of [0, 8, 23, 65, 1_000]) {
    expect(secretProblem(standard, secretOf(bytes))).toMatchObject({ rule: 'length' });
  }
});

test('SIG-08: a bad prefix or bad base64 is refused', () => {
  const encoded = Buffer.alloc(32, 255).toString('base64');
  const unpadded = secretOf(32).replace('=', '');
  const bad = [encoded, `whsec-${encoded}`, `WHSEC_${encoded}`, `whsec_ ${encoded}`, unpadded];
  const urlSafe = `whsec_${Buffer.alloc(32, 255).toString('base64url')}=`;
  for (const text of [...bad, urlSafe, `whsec_${'!'.repeat(44)}`]) {
    expect(secretProblem(standard, text)).toMatchObject({ rule: 'format' });
  }
});

const message: SecretUse = { scheme: 'http-message-signature', algorithm: 'hmac-sha256' };

test('an own secret for a message signature is 32 to 256 visible ASCII characters', () => {
  for (const good of ['x'.repeat(32), '!~'.repeat(128), secretOf(24)]) {
    expect(secretProblem(message, good)).toBeUndefined();
  }
  for (const length of [0, 31, 257]) {
    expect(secretProblem(message, 'x'.repeat(length))).toMatchObject({ rule: 'length' });
  }
  for (const character of [' ', '\t', '\n', '\u0000', '\u007f', 'ü', '💶', '\ud800']) {
    expect(secretProblem(message, 'x'.repeat(40) + character)).toMatchObject({ rule: 'format' });
  }
});

test('a pair of keys takes no secret, and a hub signature nearly any', () => {
  const pair: SecretUse = { scheme: 'http-message-signature', algorithm: 'ed25519' };
  expect(secretProblem(pair, 'x'.repeat(40))).toMatchObject({ rule: 'not_supported' });
  expect(secretProblem({ scheme: 'hub-signature' }, 'hush, hush')).toBeUndefined();
  for (const bad of ['', 'x'.repeat(256)]) {
    expect(secretProblem({ scheme: 'hub-signature' }, bad)).toMatchObject({ rule: 'length' });
  }
});

test('what is wrong with a secret is told without repeating it', () => {
  for (const use of [standard, message, { scheme: 'hub-signature' } as const]) {
    const bad = `${'ü'.repeat(300)} unlikely`;
    expect(JSON.stringify(secretProblem(use, bad))).not.toContain('unlikely');
  }
});

test('a new text secret is one that a message signature takes: 43 characters, each time others', () => {
  const random = systemRandom();
  const secrets = Array.from({ length: 100 }, () => newTextSecret(random).reveal());
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secretProblem(message, secret)).toBeUndefined();
  }
});

test('SIG-10: 1,000 new secrets are all different and good ones', () => {
  const random = systemRandom();
  const secrets = new Set(Array.from({ length: 1_000 }, () => newSecret(random).reveal()));
  expect(secrets.size).toBe(1_000);
  for (const secret of secrets) expect(secretProblem(standard, secret)).toBeUndefined();
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
