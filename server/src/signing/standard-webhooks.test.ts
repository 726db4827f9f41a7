// Standard Webhooks signatures: what others verify, and what we verify.

import * as fc from 'fast-check';
import { Webhook as Reference } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../test/test-clock.ts';
import { Secret } from '../domain/secret.ts';
import { standardWebhooksHeaders, verifyStandardWebhook } from './standard-webhooks.ts';

const random = seededRandom(1);
const secret = secretOf(random.bytes(32));
const other = secretOf(random.bytes(32));
const id = 'evt_01jd9z3k5n8q2r4t6v8w0xyzab';
const body = Buffer.from('{"type":"invoice.paid","data":{"name":"Müller 💶"}}');

// The libraries read the system's clock, so what they judge is signed with it.
const now = Date.now();

function signed(at = now, secrets = [secret]) {
  return { ...standardWebhooksHeaders({ id, at, body }, secrets) };
}

describe('SIG-01: the scheme is the one of the specification', () => {
  test("the libraries' published vector", () => {
    const headers = standardWebhooksHeaders(
      {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        at: 1_614_265_330_999,
        body: Buffer.from('{"test": 2432232314}'),
      },
      [new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test.each([
    ['standardwebhooks', (text: string) => new Reference(text)],
    ['svix', (text: string) => new Svix(text)],
  ])('%s verifies what we sign, and we verify what it signs', (_, makeLibrary) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.json(), (key, payload) => {
        const text = `whsec_${Buffer.from(key).toString('base64')}`;
        const library = makeLibrary(text);
        const bytes = Buffer.from(payload);

        const ours = standardWebhooksHeaders({ id, at: now, body: bytes }, [new Secret(text)]);
        expect(() => library.verify(payload, { ...ours })).not.toThrow();

        const theirs = {
          'webhook-id': id,
          'webhook-timestamp': ours['webhook-timestamp'],
          'webhook-signature': library.sign(id, new Date(now), payload),
        };
        expect(verifyStandardWebhook(theirs, bytes, [new Secret(text)], now).ok).toBe(true);
      }),
    );
  });

  test('the libraries refuse another body, another id and another secret', () => {
    const library = new Reference(secret.reveal());
    expect(() => library.verify(`${body.toString()} `, signed())).toThrow(/No matching signature/);
    expect(() => library.verify(body.toString(), { ...signed(), 'webhook-id': 'evt_2' })).toThrow(
      /No matching signature/,
    );
    expect(() => new Reference(other.reveal()).verify(body.toString(), signed())).toThrow(
      /No matching signature/,
    );
  });
});

describe('SIG-04: a receiver accepts and rejects as specified', () => {
  const second = 1_000;

  test.each([
    [0, 'ok'],
    [-299, 'ok'],
    [-300, 'ok'],
    [-301, 'too_old'],
    [-86_400, 'too_old'],
    [299, 'ok'],
    [300, 'ok'],
    [301, 'too_new'],
  ])('a timestamp of %i s: %s', (offsetS, expected) => {
    const verdict = verifyStandardWebhook(signed(now + offsetS * second), body, [secret], now);
    expect(verdict.ok ? 'ok' : verdict.reason).toBe(expected);
  });

  test('an accepted request tells its id and its time', () => {
    const verdict = verifyStandardWebhook(signed(1_700_000_000_123), body, [secret], 1_700_000_000_000);
    expect(verdict).toEqual({ ok: true, id, at: 1_700_000_000_000 });
  });

  const good = signed();
  const value = good['webhook-signature']!;
  const signature = value.slice('v1,'.length);
  const [name, time] = ['webhook-signature', 'webhook-timestamp'];

  test.each<[string, Record<string, string | string[] | undefined>]>([
    ['no headers', {}],
    ['no id', { ...good, 'webhook-id': undefined }],
    ['no timestamp', { ...good, [time]: undefined }],
    ['no signature', { ...good, [name]: undefined }],
    ['two ids', { ...good, 'webhook-id': [id, id] }],
    ['two ids, joined', { ...good, 'webhook-id': `${id}, ${id}` }],
    ['two ids, by case', { ...good, 'Webhook-Id': id }],
    ['two timestamps', { ...good, [time]: [good[time]!, good[time]!] }],
    ['two timestamps, joined', { ...good, [time]: `${good[time]}, ${good[time]}` }],
    ['two signature headers', { ...good, [name]: [value, value] }],
    ['two signature headers, joined', { ...good, [name]: `v1,${flip(signature)}, ${value}` }],
    ['an empty array', { ...good, [name]: [] }],
    ['an empty id', { ...good, 'webhook-id': '' }],
    ['an id with a dot', { ...good, 'webhook-id': 'evt_1.2' }],
    ['an id with a line break', { ...good, 'webhook-id': `${id}\r\n` }],
    ['an id that is not ASCII', { ...good, 'webhook-id': 'evt_ü' }],
    ['an id without end', { ...good, 'webhook-id': 'e'.repeat(100_000) }],
    ['an empty timestamp', { ...good, [time]: '' }],
    ['a negative timestamp', { ...good, [time]: '-1' }],
    ['a timestamp with a fraction', { ...good, [time]: `${good[time]}.5` }],
    ['a timestamp in words', { ...good, [time]: 'now' }],
    ['a hexadecimal timestamp', { ...good, [time]: '0x65' }],
    ['a timestamp without end', { ...good, [time]: '1'.repeat(400) }],
  ])('%s: headers', (_, headers) => {
    expect(verifyStandardWebhook(headers, body, [secret], now)).toEqual({ ok: false, reason: 'headers' });
  });

  test.each<[string, string]>([
    ['an empty list', ''],
    ['spaces only', '   '],
    ['another version', `v2,${signature}`],
    ['the asymmetric version', `v1a,${signature}`],
    ['no version', signature],
    ['a version in capitals', `V1,${signature}`],
    ['no bytes', 'v1,'],
    ['too few bytes', `v1,${Buffer.alloc(31).toString('base64')}`],
    ['too many bytes', `v1,${Buffer.alloc(33).toString('base64')}`],
    ['a good beginning', `v1,${Buffer.from(signature, 'base64').subarray(0, 24).toString('base64')}`],
    ['one bit off', `v1,${flip(signature)}`],
    ['hexadecimal', `v1,${Buffer.from(signature, 'base64').toString('hex')}`],
    ['a line break inside', `v1,${signature.slice(0, 20)}\n${signature.slice(20)}`],
    ['commas for spaces', `v1,AAAA,${value}`],
    ['lone surrogates', `v1,\ud800${signature}`],
  ])('%s: signature', (_, list) => {
    expect(verifyStandardWebhook({ ...good, [name]: list }, body, [secret], now)).toEqual({
      ok: false,
      reason: 'signature',
    });
  });

  test('url-safe base64 is refused even where the bytes are right', () => {
    // 40 messages are enough that some signature has a character in which the alphabets differ.
    const verdicts = Array.from({ length: 40 }, (_, index) => {
      const headers = signed(now - index * second);
      const standard = headers[name]!.slice('v1,'.length);
      const urlSafe = standard.replaceAll('+', '-').replaceAll('/', '_');
      const accepted = verifyStandardWebhook({ ...headers, [name]: `v1,${urlSafe}` }, body, [secret], now).ok;
      return { differs: urlSafe !== standard, accepted };
    });
    expect(verdicts.filter((verdict) => verdict.differs).length).toBeGreaterThan(5);
    for (const { differs, accepted } of verdicts) expect(accepted).toBe(!differs);
  });

  test('a good signature counts wherever it stands among others and other versions', () => {
    for (const list of [
      `v2,abc ${value}`,
      `${value} v1a,abc`,
      `v1,${flip(signature)} ${value}`,
      ` ${value} `,
      `v1,=== ${value}`,
    ]) {
      expect(verifyStandardWebhook({ ...good, [name]: list }, body, [secret], now).ok).toBe(true);
    }
  });

  test('header names count in any case', () => {
    const shouted = Object.fromEntries(Object.entries(good).map(([key, text]) => [key.toUpperCase(), text]));
    expect(verifyStandardWebhook(shouted, body, [secret], now).ok).toBe(true);
  });

  test('a thousand signatures cost one HMAC per secret and are all looked at', () => {
    const wrong = Array.from({ length: 999 }, () => `v1,${flip(signature)}`).join(' ');
    const big = Buffer.alloc(1_000_000, 'x');
    const headers = standardWebhooksHeaders({ id, at: now, body: big }, [secret]);
    const list = `${wrong} ${headers[name]}`;
    expect(verifyStandardWebhook({ ...headers, [name]: list }, big, [secret], now).ok).toBe(true);
    expect(verifyStandardWebhook({ ...headers, [name]: wrong }, big, [secret], now).ok).toBe(false);
  });

  test('no secret fits nothing', () => {
    expect(verifyStandardWebhook(good, body, [], now)).toEqual({ ok: false, reason: 'signature' });
  });

  test('SIG-05: whatever a sender writes into the headers is a verdict, never an exception', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string()),
      fc.constant(undefined),
      fc.constantFrom(...Object.values(good)),
    );
    const headers = fc.record({ 'webhook-id': anything, [time]: anything, [name]: anything });
    fc.assert(
      fc.property(headers, (given) => {
        const verdict = verifyStandardWebhook(given, body, [secret], now);
        const allGood = Object.entries(good).every(([key, text]) => [given[key]].flat().join() === text);
        expect(verdict.ok).toBe(allGood);
      }),
    );
  });
});

describe('SIG-08: secrets', () => {
  test.each([24, 32, 64])('a secret of %i bytes signs and verifies', (count) => {
    const sized = secretOf(random.bytes(count));
    expect(verifyStandardWebhook(signed(now, [sized]), body, [sized], now).ok).toBe(true);
  });

  const bytes32 = Buffer.alloc(32, 1).toString('base64');
  test.each([
    ['an empty one', ''],
    ['one without bytes', 'whsec_'],
    ['one of 23 bytes', secretOf(random.bytes(23)).reveal()],
    ['one of 65 bytes', secretOf(random.bytes(65)).reveal()],
    ['one without the prefix', bytes32],
    ['one with another prefix', `whpk_${bytes32}`],
  ])('%s neither signs nor verifies, and the error does not repeat it', (_, text) => {
    const bad = new Secret(text);
    expect(() => signed(now, [bad])).toThrow(/^the secret is not one of Standard Webhooks$/);
    expect(() => verifyStandardWebhook(signed(), body, [bad], now)).toThrow(/^the secret is not one of/);
  });
});

function secretOf(key: Uint8Array): Secret {
  return new Secret(`whsec_${Buffer.from(key).toString('base64')}`);
}

function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[31]! ^= 1;
  return bytes.toString('base64');
}
