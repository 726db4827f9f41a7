// The keys a webhook signs with.

import { expect, test } from 'vitest';
import { hourMs } from './clock.ts';
import { Secret } from './secret.ts';
import { activeKeys, type SigningKey } from './webhook.ts';

const now = 1_700_000_000_000;

function key(name: string, expiresAt: number | null): SigningKey {
  return { secret: new Secret(name), createdAt: 0, expiresAt };
}

function namesOf(keys: readonly SigningKey[]): string[] {
  return keys.map((each) => each.secret.reveal());
}

test('an unsigned webhook has no keys', () => {
  expect(activeKeys({ scheme: 'none' }, now)).toEqual([]);
});

test('SIG-03: the newest key and those whose time has not come, newest first', () => {
  const keys = [
    key('new', null),
    key('old', now + 24 * hourMs),
    key('older', now + 1),
    key('oldest', now),
  ] as const;
  const signing = { scheme: 'standard-webhooks', keys } as const;
  expect(namesOf(activeKeys(signing, now))).toEqual(['new', 'old', 'older']);
  expect(namesOf(activeKeys(signing, now + 1))).toEqual(['new', 'old']);
  expect(namesOf(activeKeys(signing, now + 24 * hourMs - 1))).toEqual(['new', 'old']);
  expect(namesOf(activeKeys(signing, now + 24 * hourMs))).toEqual(['new']);
});

test('the newest key signs even past its own end', () => {
  expect(namesOf(activeKeys({ scheme: 'hub-signature', keys: [key('only', now - 1)] }, now))).toEqual([
    'only',
  ]);
});
