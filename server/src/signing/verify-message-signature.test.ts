// What a receiver of HTTP message signatures accepts and refuses.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signingBy, verifyingKey } from '../../test/signing-samples.ts';
import { secondMs } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { messageAlgorithms, type MessageAlgorithm, type MessageSigning } from '../domain/webhook.ts';
import { signInHeaders } from './sign.ts';
import { verifyMessageSignature, type VerifyingKey } from './verify-message-signature.ts';

const now = 1_736_933_401_000;
const covered = ['content-type', 'webhook-id'];
const signings = messageAlgorithms.map((algorithm) => [algorithm, signingBy(algorithm)] as const);
const signingWith = new Map<MessageAlgorithm, MessageSigning>(signings);
const hmac = signingWith.get('hmac-sha256')!;
const hmacKey = verifyingKey(hmac);

const formatted: OutgoingRequest = {
  method: 'POST',
  url: 'https://receiver.example/hook?a=b',
  headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
  body: Buffer.from('{"name":"Müller 💶"}'),
  covered,
};

function signed(by: MessageSigning = hmac, at = now, request = formatted): OutgoingRequest {
  return signInHeaders(request, by, { messageId: 'evt_1', at });
}

function verdictOf(request: Parameters<typeof verifyMessageSignature>[0], keys = [hmacKey], at = now) {
  const verdict = verifyMessageSignature(request, keys, at, covered);
  return verdict.ok ? 'ok' : verdict.reason;
}

describe('whatever is signed here verifies, and nothing else does', () => {
  /** URLs of any path and query, as they are requested. */
  const urls = fc
    .tuple(fc.webUrl({ withQueryParameters: true }), fc.boolean())
    .map(([text, secure]) => new URL(secure ? text.replace('http:', 'https:') : text))
    .map(({ origin, pathname, search }) => origin + pathname + search);
  const bodies = fc.uint8Array({ maxLength: 300 });
  const ids = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);

  test.each(signings)('%s: any body, URL and header', (algorithm, signing) => {
    const key = verifyingKey(signing);
    fc.assert(
      fc.property(urls, bodies, ids, (url, body, id) => {
        const headers = { 'webhook-id': id, 'content-type': 'application/json' };
        expect(verdictOf(signed(signing, now, { ...formatted, url, body, headers }), [key])).toBe('ok');
      }),
      { numRuns: algorithm.startsWith('rsa') ? 30 : 100 },
    );
  });

  test.each(signings)('%s: any changed byte of the body', (_, signing) => {
    const request = signed(signing);
    fc.assert(
      fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const body = Uint8Array.from(request.body);
        body[index]! ^= flip;
        expect(verdictOf({ ...request, body }, [verifyingKey(signing)])).toBe('digest');
      }),
      { numRuns: 50 },
    );
  });

  test.each(signings)('%s: a changed method, target, header or digest', (_, signing) => {
    const request = signed(signing);
    const key = verifyingKey(signing);
    const with_ = (name: string, value: string) => ({
      ...request,
      headers: { ...request.headers, [name]: value },
    });
    const body = Buffer.from('another');
    const other = signed(signing, now, { ...formatted, body });
    const digest = other.headers['Content-Digest']!;
    for (const changed of [
      { ...request, method: 'PUT' },
      { ...request, method: 'post' },
      { ...request, url: 'https://receiver.example/hook?a=c' },
      { ...request, url: 'https://receiver.example/hook' },
      { ...request, url: 'http://receiver.example/hook?a=b' },
      { ...request, url: 'https://receiver.example:8443/hook?a=b' },
      { ...request, url: 'https://other.example/hook?a=b' },
      { ...request, url: '' },
      with_('content-type', 'text/plain'),
      with_('webhook-id', 'evt_2'),
      with_('webhook-id', ''),
      { ...with_('Content-Digest', digest), body },
    ]) {
      expect(verdictOf(changed, [key])).toBe('signature');
    }
    expect(verdictOf({ ...request, body }, [key])).toBe('digest');
  });

  test.each(signings)('%s: any changed character of the signature or its parameters', (_, signing) => {
    const request = signed(signing);
    const changes = fc.tuple(
      fc.constantFrom('Signature', 'Signature-Input'),
      fc.nat(),
      fc.string({ maxLength: 2 }),
    );
    fc.assert(
      fc.property(changes, ([name, place, text]) => {
        const value = request.headers[name]!;
        const at = place % value.length;
        const changed = value.slice(0, at) + text + value.slice(at + 1);
        fc.pre(changed !== value);
        const headers = { ...request.headers, [name]: changed };
        expect(verdictOf({ ...request, headers }, [verifyingKey(signing)])).not.toBe('ok');
      }),
    );
  });

  test.each(signings)('%s: another key, or the same name for another key', (algorithm, signing) => {
    const request = signed(signing);
    const other = verifyingKey(signingBy(algorithm));
    const own = verifyingKey(signing);
    const impostor: VerifyingKey =
      own.algorithm === 'hmac-sha256' || other.algorithm === 'hmac-sha256' ? other : { ...other, id: own.id };
    expect(verdictOf(request, [impostor])).toBe('signature');
    expect(verdictOf(request, [impostor, own])).toBe('ok');
    expect(verdictOf(request, [])).toBe('profile');
  });

  test('a signature made with a public key as an HMAC secret is not taken for one of its pair', () => {
    const pair = verifyingKey(signingWith.get('ed25519')!);
    expect(verdictOf(signed(hmac), [pair])).toBe('profile');
  });
});

describe('a receiver is strict about what it takes', () => {
  const request = signed();
  const { 'Signature-Input': input, Signature: signature, 'Content-Digest': digest } = request.headers;

  test.each([
    [0, 'ok'],
    [-300, 'ok'],
    [-301, 'too_old'],
    [300, 'ok'],
    [301, 'too_new'],
  ])('created %i s from now: %s', (offsetS, expected) => {
    expect(verdictOf(signed(hmac, now + offsetS * secondMs))).toBe(expected);
  });

  test.each<[string, Record<string, string | string[] | undefined>]>([
    ['no signature', { Signature: undefined }],
    ['no input', { 'Signature-Input': undefined }],
    ['no digest', { 'Content-Digest': undefined }],
    ['no header that is covered', { 'webhook-id': undefined }],
    ['two signatures', { Signature: [signature!, signature!] }],
    ['two signatures, joined', { Signature: `${signature}, other=:AAAA:` }],
    ['two signatures, by case', { signature }],
    ['two digests', { 'Content-Digest': [digest!, digest!] }],
    ['two values of a covered header', { 'webhook-id': ['evt_1', 'evt_1'] }],
    ['another label', { Signature: signature!.replace('sig', 'sig1') }],
    ['no base64', { Signature: 'sig=:***:' }],
    ['no bytes', { Signature: 'sig=::' }],
    ['url-safe base64', { Signature: 'sig=:-_-_:' }],
    ['unpadded base64', { Signature: signature!.replace('=:', ':') }],
    ['no time', { 'Signature-Input': input!.replace(/;created=\d+/, '') }],
    ['a time in words', { 'Signature-Input': input!.replace(/created=\d+/, 'created=now') }],
  ])('%s: headers', (_, changed) => {
    expect(verdictOf({ ...request, headers: { ...request.headers, ...changed } })).toBe('headers');
  });

  test.each([
    ['a component less', input!.replace(' "webhook-id"', '')],
    ['a component more', input!.replace('"webhook-id"', '"webhook-id" "date"')],
    ['another order', input!.replace('"@method" "@target-uri"', '"@target-uri" "@method"')],
    ['a parameter more', `${input};nonce="a"`],
    ['another algorithm', input!.replace('hmac-sha256', 'ed25519')],
    ['a key id', input!.replace(';alg', ';keyid="a";alg')],
    ['two members', `${input}, sig2=("@method");created=1`],
    ['a time with a leading zero', input!.replace('created=', 'created=0')],
  ])('%s: profile', (_, changed) => {
    expect(verdictOf({ ...request, headers: { ...request.headers, 'Signature-Input': changed } })).toBe(
      'profile',
    );
  });

  test('a digest by another algorithm, or beside another, is not the one of the profile', () => {
    for (const changed of [
      digest!.replace('sha-256', 'SHA-256'),
      `${digest}, sha-512=:AAAA:`,
      'sha-256=::',
    ]) {
      expect(verdictOf({ ...request, headers: { ...request.headers, 'Content-Digest': changed } })).toBe(
        'digest',
      );
    }
  });

  test('header names count in any case', () => {
    const shouted = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(verdictOf({ ...request, headers: shouted })).toBe('ok');
  });

  test('whatever a sender writes is a verdict, never an exception', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string()),
      fc.constant(undefined),
      fc.constantFrom(...Object.values(request.headers)),
    );
    const headers = fc.record({
      'Signature-Input': anything,
      Signature: anything,
      'Content-Digest': anything,
    });
    const keys = signings.map(([, signing]) => verifyingKey(signing));
    fc.assert(
      fc.property(headers, fc.string(), fc.string(), (given, method, url) => {
        const received = { ...request, method, url, headers: { ...request.headers, ...given } };
        expect(typeof verdictOf(received, keys)).toBe('string');
      }),
    );
  });
});
