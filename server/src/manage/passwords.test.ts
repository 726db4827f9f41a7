import { argon2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Refusal } from '../domain/refusal.ts';
import { systemRandom } from '../random.ts';
import { makePasswords, passwordProblem } from './passwords.ts';

const passwords = makePasswords(systemRandom());

test('a password is kept as argon2id with 19 MiB, two passes and a salt of its own', async () => {
  const [one, two] = await Promise.all([passwords.hash('secret word'), passwords.hash('secret word')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
});

test('the right password is recognised, any other is not', async () => {
  const phc = await passwords.hash('Pässword');
  expect(await passwords.verify(phc, 'Pässword')).toBe(true);
  expect(await passwords.verify(phc, 'Pässword'.normalize('NFD'))).toBe(true);
  expect(await passwords.verify(phc, 'pässword')).toBe(false);
  expect(await passwords.verify(phc, '')).toBe(false);
});

test('a hash with other costs is verified with its own', async () => {
  const [message, nonce] = [Buffer.from('old password'), Buffer.alloc(16, 3)];
  const hash = argon2Sync('argon2id', {
    message,
    nonce,
    parallelism: 2,
    tagLength: 16,
    memory: 64,
    passes: 1,
  });
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const phc = `$argon2id$v=19$m=64,t=1,p=2$${text(nonce)}$${text(hash)}`;
  expect(await passwords.verify(phc, 'old password')).toBe(true);
  expect(await passwords.verify(phc, 'new password')).toBe(false);
});

test('AUT-07: without a stored hash a password is hashed all the same, and never right', async () => {
  expect(await passwords.verify(undefined, 'whatever')).toBe(false);
});

test('a flood of password checks is refused instead of piling up', async () => {
  const flood = makePasswords(systemRandom());
  const checks = await Promise.allSettled(Array.from({ length: 220 }, () => flood.verify(tiny, 'x')));
  const refused = checks
    .filter((check) => check.status === 'rejected')
    .map(({ reason }) => reason as Refusal);
  expect(refused.length).toBe(220 - 202);
  for (const refusal of refused) expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 });
  expect(await flood.verify(tiny, 'x')).toBe(false);
});

/** Cheap to verify. */
const tiny = `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(22)}`;

test('a new password has 8 to 128 characters', () => {
  expect(passwordProblem('1234567')).toMatch(/at least 8/);
  expect(passwordProblem('12345678')).toBeUndefined();
  expect(passwordProblem('x'.repeat(129))).toMatch(/at most 128/);
});
