// Signing a formatted request: whose keys, which headers, and where they stand.

import { Webhook as Reference } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { seededRandom } from '../../test/test-clock.ts';
import { hourMs, secondMs, type Instant } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import type { SigningKey } from '../domain/webhook.ts';
import { signInHeaders, type HeaderSigning } from './sign.ts';
import { verifyStandardWebhook } from './standard-webhooks.ts';

const random = seededRandom(3);
const messageId = 'evt_01jd9z3k5n8q2r4t6v8w0xyzab';
const [now, day] = [Date.now(), 24 * hourMs];

const request: OutgoingRequest = {
  method: 'POST',
  url: 'https://receiver.example/hook',
  headers: {
    'X-Event-Key': 'page_updated',
    Accept: '*/*',
    'X-Request-Id': 'fd5cff1b-cfa4-4e49-99ff-cf83e411ba90',
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Posthorn',
  },
  body: Buffer.from('{"test": true}'),
};

function key(expiresAt: Instant | null = null): SigningKey {
  const secret = new Secret(`whsec_${Buffer.from(random.bytes(32)).toString('base64')}`);
  return { secret, createdAt: now - day, expiresAt };
}

function verdictOf(signed: OutgoingRequest, by: SigningKey, at: Instant): string {
  const verdict = verifyStandardWebhook(signed.headers, signed.body, [by.secret], at);
  return verdict.ok ? 'ok' : verdict.reason;
}

test('a webhook without signing sends its request as it was formatted', () => {
  expect(signInHeaders(request, { scheme: 'none' }, { messageId, at: now })).toBe(request);
});

test('a hub signature stands where the original puts it: after X-Request-Id, before Content-Type', () => {
  const signing: HeaderSigning = {
    scheme: 'hub-signature',
    keys: [{ secret: new Secret('a-secret-string'), createdAt: now, expiresAt: null }],
  };
  const signed = signInHeaders(request, signing, { messageId, at: now });
  expect(Object.entries(signed.headers)).toEqual([
    ['X-Event-Key', 'page_updated'],
    ['Accept', '*/*'],
    ['X-Request-Id', 'fd5cff1b-cfa4-4e49-99ff-cf83e411ba90'],
    ['X-Hub-Signature', 'sha256=7a9b111a81a6265de250eb946d64c8eff8f2c46b79d7b47cd437c1b56d8dd1cc'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['User-Agent', 'Posthorn'],
  ]);
  expect(signed.body).toBe(request.body);
  expect(Object.keys(request.headers)).toHaveLength(5);
});

test('without a Content-Type the signature comes last', () => {
  const signed = signInHeaders(
    { ...request, headers: { Accept: '*/*' } },
    { scheme: 'standard-webhooks', keys: [key()] },
    { messageId, at: now },
  );
  expect(Object.keys(signed.headers)).toEqual([
    'Accept',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ]);
});

test("a custom header can't stand beside the signature's own, whatever its case", () => {
  const headers = { ...request.headers, 'Webhook-ID': 'forged', 'WEBHOOK-SIGNATURE': 'v1,forged' };
  const only = key();
  const signed = signInHeaders(
    { ...request, headers },
    { scheme: 'standard-webhooks', keys: [only] },
    { messageId, at: now },
  );
  expect(verdictOf(signed, only, now)).toBe('ok');
  expect(JSON.stringify(signed.headers)).not.toContain('forged');
});

test('SIG-02: five retries carry one id, five timestamps and five valid signatures', () => {
  const only = key();
  const times = [0, 5, 35, 155, 755].map((seconds) => now - day + seconds * secondMs);
  const attempts = times.map((at) =>
    signInHeaders(request, { scheme: 'standard-webhooks', keys: [only] }, { messageId, at }),
  );

  const distinct = (name: string) => new Set(attempts.map((attempt) => attempt.headers[name])).size;
  expect([distinct('webhook-id'), distinct('webhook-timestamp'), distinct('webhook-signature')]).toEqual([
    1, 5, 5,
  ]);
  for (const [index, attempt] of attempts.entries()) {
    expect(verdictOf(attempt, only, times[index]!)).toBe('ok');
    expect(verdictOf(attempt, only, times[index]! + 301 * secondMs)).toBe('too_old');
  }
});

test('SIG-03: after a rotation both secrets verify for 24 hours, then only the new one', () => {
  const [fresh, old] = [key(), key(now + day)];
  const signing: HeaderSigning = { scheme: 'standard-webhooks', keys: [fresh, old] };
  for (const [at, expected] of [
    [now, ['ok', 'ok']],
    [now + day - 1, ['ok', 'ok']],
    [now + day, ['ok', 'signature']],
  ] as const) {
    const signed = signInHeaders(request, signing, { messageId, at });
    expect([verdictOf(signed, fresh, at), verdictOf(signed, old, at)]).toEqual(expected);
  }
});

test('SIG-03: while both are active, a library that knows either secret accepts the request', () => {
  const [fresh, old] = [key(), key(now + day)];
  const signed = signInHeaders(
    request,
    { scheme: 'standard-webhooks', keys: [fresh, old] },
    { messageId, at: now },
  );
  expect(signed.headers['webhook-signature']!.split(' ')).toHaveLength(2);
  for (const known of [fresh, old]) {
    const library = new Reference(known.secret.reveal());
    expect(library.verify('{"test": true}', { ...signed.headers })).toEqual({ test: true });
  }
});

test('SIG-03: an emergency rotation, without grace, silences the old secret at once', () => {
  const [fresh, old] = [key(), key(now)];
  const signed = signInHeaders(
    request,
    { scheme: 'standard-webhooks', keys: [fresh, old] },
    { messageId, at: now },
  );
  expect([verdictOf(signed, fresh, now), verdictOf(signed, old, now)]).toEqual(['ok', 'signature']);
});

test("a signature never covers another tenant's secret: the key follows the secret, not its place", () => {
  const keys = Array.from({ length: 50 }, () => key());
  for (const round of [1, 2]) {
    for (const [index, own] of keys.entries()) {
      const signed = signInHeaders(
        request,
        { scheme: 'standard-webhooks', keys: [own] },
        { messageId, at: now },
      );
      expect(verdictOf(signed, own, now)).toBe('ok');
      expect(verdictOf(signed, keys[(index + round) % keys.length]!, now)).toBe('signature');
    }
  }
});

test('the newest key signs even when it has an end: a delivery never goes out unsigned', () => {
  const only = key(now - 1);
  const signed = signInHeaders(
    request,
    { scheme: 'standard-webhooks', keys: [only] },
    { messageId, at: now },
  );
  expect(verdictOf(signed, only, now)).toBe('ok');
});
