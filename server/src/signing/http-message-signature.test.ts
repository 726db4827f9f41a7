// HTTP message signatures as they go out: their bytes, their key, their place.

import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newTestPair, signingBy } from '../../test/signing-samples.ts';
import { hourMs, secondMs, type Instant } from '../domain/clock.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import { pairAlgorithms, type MacSigning, type PairSigning, type SigningKey } from '../domain/webhook.ts';
import { messageSignatureHeaders } from './http-message-signature.ts';
import { signatureOf } from './message-algorithms.ts';
import { signInHeaders } from './sign.ts';
import { verifyMessageSignature } from './verify-message-signature.ts';

// Both vectors are of the wire specification of Entrust's webhooks, made with nothing of ours.
const token = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const mac = macOf(keyOf(token));

function keyOf(text: string, expiresAt: Instant | null = null): SigningKey {
  return { secret: new Secret(text), createdAt: 0, expiresAt };
}

function macOf(...keys: MacSigning['keys']): MacSigning {
  return { scheme: 'http-message-signature', algorithm: 'hmac-sha256', keys };
}

function requestTo(url: string, text: string): OutgoingRequest {
  return { method: 'POST', url, headers: { 'Content-Type': 'application/json' }, body: Buffer.from(text) };
}

const vectorA = {
  request: requestTo(
    'https://example.com/hooks/idaas?tenant=7',
    '{"id":"0194694c-5eba-7123-8567-89abcdef0123","type":"password.updated","accountId":"c0ffee00-0000-4000-8000-000000000001","eventTime":"2025-01-15T09:30:00Z","data":{"subjectName":"jane"}}',
  ),
  at: 1_736_933_401_000,
  headers: {
    'Content-Digest': 'sha-256=:vUZZSk/YKfQLm3qhZP0Mxxn/wmkyfeuIFQ/+orQO1xU=:',
    'Signature-Input': 'sig=("@method" "@target-uri" "content-digest");created=1736933401;alg="hmac-sha256"',
    Signature: 'sig=:YVSkMtmeQixyf8OZNDRfPAdYkUfPFmYMG382JDwfRrc=:',
  },
};

describe('the bytes are those of the specification', () => {
  test('vector A', () => {
    const { request, at, headers } = vectorA;
    expect(request.body).toHaveLength(187);
    expect(messageSignatureHeaders(request, [], mac, at)).toEqual(headers);
    expect(messageSignatureHeaders(request, [], mac, at + 999)).toEqual(headers);
  });

  test('vector B: the URL as it is requested, and a body in UTF-8', () => {
    const request = requestTo(
      'HTTPS://EXAMPLE.com:443/a/../hook?q=a%20b&n=é',
      '{"id":"0194694c-5eba-7123-8567-89abcdef0123","type":"user.updated","accountId":"c0ffee00-0000-4000-8000-000000000001","eventTime":"2025-01-15T09:30:00Z","data":{"subjectName":"Zoë"}}',
    );
    expect(request.body).toHaveLength(183);
    const headers = messageSignatureHeaders(request, [], mac, 1_736_933_403_000);
    expect(headers['Content-Digest']).toBe('sha-256=:+qBrC9NyXranLoQyrWQ4ZYTLST9dt2escGdaelri6l8=:');
    expect(headers['Signature']).toBe('sig=:hXtRSqFn8b2e7fymCZxr4/ndUe3FXfuAc1ADWhx48f4=:');
    const received = { ...request, url: 'https://example.com/hook?q=a%20b&n=%C3%A9', headers };
    const key = { algorithm: 'hmac-sha256', secret: mac.keys[0].secret } as const;
    expect(verifyMessageSignature(received, [key], 1_736_933_403_000).ok).toBe(true);
  });

  const { request, at } = vectorA;
  const signatureIn = (headers: Readonly<Record<string, string>>) => headers['Signature']!.slice(5, -1);
  const ours = (changed: OutgoingRequest) => signatureIn(messageSignatureHeaders(changed, [], mac, at));

  test('each mistake that the specification names makes its own wrong result, and we make none of them', () => {
    const base = [
      '"@method": POST',
      `"@target-uri": ${request.url}`,
      `"content-digest": ${vectorA.headers['Content-Digest']}`,
      `"@signature-params": ${vectorA.headers['Signature-Input'].slice(4)}`,
    ].join('\n');
    const bytes = Buffer.from(base);
    const decoded = createSecretKey(Buffer.from(token, 'base64url'));
    expect(signatureOf(bytes, 'hmac-sha256', decoded).toString('base64')).toBe(
      'EQf9XVf8mUVoHLJOJDGV9C+4Gubt/9YfpiP524gooTg=',
    );
    expect(createHmac('sha256', token).update(`${base}\n`).digest('base64')).toBe(
      '2hrlAGA1isA0rZp4XHM4CNMzLoo32bCqrh69B2mh+p0=',
    );
    expect(ours({ ...request, url: 'https://example.com/hooks/idaas' })).toBe(
      'xKDKrVFwxRF/z/GDK2ozudwy+5a8fp2ycbKbVp7qRxc=',
    );
    expect(ours({ ...request, url: request.url.replace('https', 'http') })).toBe(
      'Xe3njrJCUp35eYkt+qTfs6900roKfkG/xxykillMZ5w=',
    );
    const printed = JSON.stringify(JSON.parse(Buffer.from(request.body).toString()), null, 2);
    expect(ours({ ...request, body: Buffer.from(printed) })).toBe(
      'ABs1jJRr7g9/t4xbXu86sFvLULHAA48M1yth/4t6vA4=',
    );
  });

  test('neither fragment nor user info is signed, since none of them is sent; a `?` that nothing follows is both', () => {
    const plain = ours(requestTo('https://example.com/hook', 'body'));
    for (const url of ['https://example.com/hook#there', 'https://me:pass@example.com/hook']) {
      expect([url, ours(requestTo(url, 'body'))]).toEqual([url, plain]);
    }
    expect(ours(requestTo('https://example.com/hook/', 'body'))).not.toBe(plain);
    const lone = ours(requestTo('https://example.com/hook?#', 'body'));
    expect(lone).not.toBe(plain);
    expect(ours(requestTo('https://example.com/hook?', 'body'))).toBe(lone);
  });
});

describe('what a format names is covered', () => {
  test('the base has the value that goes out, after the components that are always there', () => {
    const headers = { 'webhook-id': 'evt_1', 'Content-Type': '  text/plain; a="b, c" ' };
    const covered = ['content-type', 'webhook-id'];
    const signed = messageSignatureHeaders({ ...vectorA.request, headers }, covered, mac, vectorA.at);
    const parameters =
      '("@method" "@target-uri" "content-digest" "content-type" "webhook-id");created=1736933401;alg="hmac-sha256"';
    expect(signed['Signature-Input']).toBe(`sig=${parameters}`);
    const base = [
      '"@method": POST',
      '"@target-uri": https://example.com/hooks/idaas?tenant=7',
      `"content-digest": ${vectorA.headers['Content-Digest']}`,
      '"content-type": text/plain; a="b, c"',
      '"webhook-id": evt_1',
      `"@signature-params": ${parameters}`,
    ].join('\n');
    expect(signed['Signature']).toBe(`sig=:${createHmac('sha256', token).update(base).digest('base64')}:`);
  });

  test('a header that the format does not send is a fault of ours, and nothing goes out', () => {
    expect(() => messageSignatureHeaders(vectorA.request, ['webhook-id'], mac, vectorA.at)).toThrow(
      'the request has no header webhook-id to sign',
    );
  });

  test('the names go no further than the signature', () => {
    const request = { ...vectorA.request, covered: ['content-type'] };
    const signed = signInHeaders(request, mac, { messageId: 'evt_1', at: vectorA.at });
    expect(Object.keys(signed)).toEqual(['method', 'url', 'headers', 'body']);
    expect(JSON.stringify(Object.keys(signed.headers))).not.toContain('covered');
  });
});

describe('the headers', () => {
  test('stand before Content-Type, in place of any of the same name that a user adds', () => {
    const forged = {
      signature: 'sig=:AAAA:',
      'SIGNATURE-INPUT': 'sig=()',
      'content-digest': 'sha-256=:AAAA:',
    };
    const request = { ...vectorA.request, headers: { ...forged, ...vectorA.request.headers, Accept: '*/*' } };
    const signed = signInHeaders(request, mac, { messageId: 'evt_1', at: vectorA.at });
    expect(Object.entries(signed.headers)).toEqual([
      ...Object.entries(vectorA.headers),
      ['Content-Type', 'application/json'],
      ['Accept', '*/*'],
    ]);
    expect(signed.body).toBe(vectorA.request.body);
  });

  test('have one signature, of the oldest key until its grace is over', () => {
    const [fresh, old] = ['fresh', 'old'].map((name) => name.padEnd(43, '.')) as [string, string];
    const { at } = vectorA;
    const signing = macOf(keyOf(fresh), keyOf(old, at + hourMs));
    const signedWith = (text: string, when: Instant) =>
      messageSignatureHeaders(vectorA.request, [], macOf(keyOf(text)), when);
    const signed = (when: Instant) => messageSignatureHeaders(vectorA.request, [], signing, when);
    expect(signed(at)).toEqual(signedWith(old, at));
    expect(signed(at + hourMs - 1)).toEqual(signedWith(old, at + hourMs - 1));
    expect(signed(at + hourMs)).toEqual(signedWith(fresh, at + hourMs));
  });

  test.each(pairAlgorithms)('name the key and its algorithm where it is one of a pair: %s', (algorithm) => {
    const pair = { ...newTestPair(algorithm), id: randomUUID() };
    const signing: PairSigning = { scheme: 'http-message-signature', algorithm, keys: [pair] };
    const headers = messageSignatureHeaders(vectorA.request, [], signing, vectorA.at);
    expect(headers['Signature-Input']).toBe(
      `sig=("@method" "@target-uri" "content-digest");created=1736933401;keyid="${pair.id}";alg="${algorithm}"`,
    );
    const verdict = verifyMessageSignature(
      { ...vectorA.request, headers },
      [{ algorithm, ...pair }],
      vectorA.at + 300 * secondMs,
    );
    expect(verdict).toEqual({ ok: true, at: vectorA.at });
  });

  test('an attempt is signed anew with its own time', () => {
    const signing = signingBy('hmac-sha256');
    const [first, second] = [0, 5].map((seconds) =>
      messageSignatureHeaders(vectorA.request, [], signing, vectorA.at + seconds * secondMs),
    );
    expect(second!['Content-Digest']).toBe(first!['Content-Digest']);
    expect(second!['Signature']).not.toBe(first!['Signature']);
  });
});
