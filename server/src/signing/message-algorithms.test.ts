// The primitives against the examples of RFC 9421, appendix B.

import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { isSignatureOf, secretKeyOf, signatureOf } from './message-algorithms.ts';

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const lines = (...all: readonly string[]) => Buffer.from(all.join('\n'));

const digestOfRequest =
  '"content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';

describe('what is deterministic is signed byte for byte', () => {
  test('B.2.5: hmac-sha256', () => {
    const base = lines(
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@authority": example.com',
      '"content-type": application/json',
      '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    );
    const key = createSecretKey(
      bytes('uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=='),
    );
    const signature = bytes('pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');
    expect(signatureOf(base, 'hmac-sha256', key)).toEqual(signature);
    expect(isSignatureOf(base, signature, 'hmac-sha256', key)).toBe(true);
  });

  test('B.2.6: ed25519', () => {
    const base = lines(
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    );
    const key = createPrivateKey(
      pem('PRIVATE', 'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF'),
    );
    const signature = bytes(
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    );
    expect(signatureOf(base, 'ed25519', key)).toEqual(signature);
    expect(isSignatureOf(base, signature, 'ed25519', createPublicKey(key))).toBe(true);
  });
});

describe('what is randomised verifies', () => {
  const rsaPss = createPublicKey(
    pem(
      'PUBLIC',
      `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB`,
    ),
  );

  test.each([
    [
      'B.2.1',
      lines(
        '"@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
      ),
      'd2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==',
    ],
    [
      'B.2.2',
      lines(
        '"@authority": example.com',
        digestOfRequest,
        '"@query-param";name="Pet": dog',
        '"@signature-params": ("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
      ),
      'LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==',
    ],
  ])('%s: rsa-pss-sha512', (_, base, signature) => {
    expect(isSignatureOf(base, bytes(signature), 'rsa-pss-sha512', rsaPss)).toBe(true);
    expect(isSignatureOf(base, bytes(signature), 'rsa-v1_5-sha256', rsaPss)).toBe(false);
    expect(isSignatureOf(lines('x', base.toString()), bytes(signature), 'rsa-pss-sha512', rsaPss)).toBe(
      false,
    );
  });

  test('B.2.4: ecdsa-p256-sha256', () => {
    const base = lines(
      '"@status": 200',
      '"content-type": application/json',
      '"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
      '"content-length": 23',
      '"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
    );
    const key = createPublicKey(
      pem(
        'PUBLIC',
        `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==`,
      ),
    );
    const signature = bytes(
      'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
    );
    expect(isSignatureOf(base, signature, 'ecdsa-p256-sha256', key)).toBe(true);
    expect(isSignatureOf(base, signature.toReversed(), 'ecdsa-p256-sha256', key)).toBe(false);
  });
});

describe('what a signature is made of', () => {
  const base = lines('"@method": POST');
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  test('ecdsa is r and s, 32 bytes each, and nothing around them (§3.3.4)', () => {
    for (let round = 0; round < 50; round++) {
      expect(signatureOf(base, 'ecdsa-p256-sha256', ec.privateKey)).toHaveLength(64);
    }
  });

  test('rsa-pss has 64 bytes of salt and a fresh one each time (§3.3.1)', () => {
    const [one, other] = [1, 2].map(() => signatureOf(base, 'rsa-pss-sha512', rsa.privateKey));
    expect(one).not.toEqual(other);
    expect(isSignatureOf(base, one!, 'rsa-pss-sha512', rsa.publicKey)).toBe(true);
  });

  test('bytes that are no signature at all are none, whatever their number', () => {
    for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 256, 1_000]) {
      const nonsense = new Uint8Array(length).fill(7);
      expect(isSignatureOf(base, nonsense, 'ecdsa-p256-sha256', ec.publicKey)).toBe(false);
      expect(isSignatureOf(base, nonsense, 'rsa-pss-sha512', rsa.publicKey)).toBe(false);
      expect(isSignatureOf(base, nonsense, 'rsa-v1_5-sha256', rsa.publicKey)).toBe(false);
      expect(isSignatureOf(base, nonsense, 'hmac-sha256', createSecretKey(new Uint8Array(32)))).toBe(false);
    }
  });

  test('a secret that anybody could guess makes no key, and the error does not repeat it', () => {
    for (const text of ['', 'hush', 'x'.repeat(31)]) {
      expect(() => secretKeyOf('hmac-sha256', new Secret(text))).toThrow(
        /^the secret is too short for a message/,
      );
    }
  });
});

function pem(kind: string, base64: string): string {
  return `-----BEGIN ${kind} KEY-----\n${base64}\n-----END ${kind} KEY-----\n`;
}
