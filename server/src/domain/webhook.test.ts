// The keys a webhook signs with, and when it expires.

import { describe, expect, test } from 'vitest';
import { sampleWebhook } from '../../test/sample-webhook.ts';
import { hourMs } from './clock.ts';
import { Secret } from './secret.ts';
import { activeKeys, asOf, withTimeAnew, type SigningKey } from './webhook.ts';

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

describe('expiry', () => {
  const expiry = { afterMs: 10, at: 100 };
  const webhook = sampleWebhook({ expiry });

  test('a webhook whose time is over is disabled, whether or not that is stored', () => {
    expect(asOf(webhook, 99)).toBe(webhook);
    const state = { kind: 'disabled', reason: 'expired', since: 100 };
    expect(asOf(webhook, 100)).toEqual({ ...webhook, state });
    const paused = sampleWebhook({ expiry, state: { kind: 'paused', since: 5 } });
    expect(asOf(paused, 100)).toMatchObject({ state });
    const off = sampleWebhook({ expiry, state: { kind: 'disabled', reason: 'client', since: 5 } });
    expect(asOf(off, 100)).toBe(off);
    expect(asOf(sampleWebhook(), 100).state.kind).toBe('active');
  });

  test('the time begins anew when it becomes active, and only then', () => {
    const off = sampleWebhook({ expiry, state: { kind: 'disabled', reason: 'expired', since: 5 } });
    expect(withTimeAnew(off, webhook, 500).expiry).toEqual({ afterMs: 10, at: 510 });
    expect(withTimeAnew(webhook, webhook, 50)).toBe(webhook);
    expect(withTimeAnew(webhook, off, 50)).toBe(off);
    expect(withTimeAnew(off, sampleWebhook(), 50).expiry).toBeNull();
  });
});
