// One key signs, and public keys stay known for as long as somebody may verify with them.

import { expect, test } from 'vitest';
import { dayMs, hourMs, type Instant } from './clock.ts';
import { outgoingPairs, publishedPairs, signingKey, signsWithPairs } from './message-signing.ts';
import { Secret } from './secret.ts';
import type { KeyPair, MacSigning, PairSigning } from './webhook.ts';

const now = 1_700_000_000_000;

function pair(id: string, expiresAt: Instant | null): KeyPair {
  return { id, publicKeyPem: `public ${id}`, secret: new Secret(`private ${id}`), createdAt: 0, expiresAt };
}

function signingWith(...keys: readonly [KeyPair, ...KeyPair[]]): PairSigning {
  return { scheme: 'http-message-signature', algorithm: 'ed25519', keys };
}

const idsOf = (keys: readonly KeyPair[]) => keys.map(({ id }) => id);

test('the oldest key goes on signing until its grace is over, then the next, and at last the newest', () => {
  const signing = signingWith(
    pair('new', null),
    pair('old', now + 2 * hourMs),
    pair('oldest', now + hourMs),
    pair('gone', now),
  );
  const signs = (at: Instant) => signingKey(signing, at).id;
  expect([signs(now - 1), signs(now), signs(now + hourMs - 1)]).toEqual(['gone', 'oldest', 'oldest']);
  expect([signs(now + hourMs), signs(now + 2 * hourMs - 1)]).toEqual(['old', 'old']);
  expect([signs(now + 2 * hourMs), signs(now + 999 * dayMs)]).toEqual(['new', 'new']);
});

test('the newest key signs, and is published, even past its own end', () => {
  const signing = signingWith(pair('only', now - 9 * dayMs));
  expect(signingKey(signing, now).id).toBe('only');
  expect(idsOf(publishedPairs(signing, now))).toEqual(['only']);
});

test('a public key is published from its creation until 24 hours after it expired', () => {
  const signing = signingWith(pair('new', null), pair('old', now));
  expect(idsOf(publishedPairs(signing, now - 1))).toEqual(['new', 'old']);
  expect(idsOf(publishedPairs(signing, now + dayMs - 1))).toEqual(['new', 'old']);
  expect(idsOf(publishedPairs(signing, now + dayMs))).toEqual(['new']);
});

test('a pair that a new one follows signs until its grace is over, and an earlier end stays', () => {
  const signing = signingWith(pair('current', null), pair('before', now + 1));
  const kept = outgoingPairs(signing, now + hourMs, now);
  expect(kept.map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
    ['current', now + hourMs],
    ['before', now + 1],
  ]);
  expect(kept.map(({ secret }) => secret.reveal())).toEqual(['private current', 'private before']);
});

test('of an expired pair only the public key is kept, and that for 24 hours', () => {
  const signing = signingWith(
    pair('current', null),
    pair('expired', now - dayMs + 1),
    pair('gone', now - dayMs),
  );
  const kept = outgoingPairs(signing, now + 1, now);
  expect(idsOf(kept)).toEqual(['current', 'expired']);
  expect(kept.map(({ secret }) => secret.reveal() === '')).toEqual([false, true]);
});

test('a pair that is cut off now is revoked: nothing of it is kept', () => {
  const signing = signingWith(pair('current', null), pair('older', now + 5), pair('expired', now - 1));
  expect(idsOf(outgoingPairs(signing, now, now))).toEqual(['expired']);
});

test('only asymmetric algorithms have pairs', () => {
  const key = { secret: new Secret('text'), createdAt: 0, expiresAt: null };
  const mac: MacSigning = { scheme: 'http-message-signature', algorithm: 'hmac-sha256', keys: [key] };
  expect([signsWithPairs(signingWith(pair('one', null))), signsWithPairs(mac)]).toEqual([true, false]);
  expect(signsWithPairs({ scheme: 'standard-webhooks', keys: [key] })).toBe(false);
  expect(signsWithPairs({ scheme: 'none' })).toBe(false);
});
