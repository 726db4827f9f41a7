// Tokens as their receivers see them: verified by a library that didn't make them.

import { createPublicKey } from 'node:crypto';
import { array, assert, asyncProperty, constantFrom, letrec, oneof, string, tuple } from 'fast-check';
import jsonwebtoken from 'jsonwebtoken';
import { beforeAll, describe, expect, test } from 'vitest';
import { samplePolicy, verifierOf } from '../../test/sample-policy.ts';
import { seededRandom, testEpoch } from '../../test/test-clock.ts';
import type { OutgoingRequest, TokenClaims } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import {
  currentKey,
  isAsymmetric,
  jwtAlgorithms,
  publishedKeys,
  type JwtAlgorithm,
  type WebhookPolicy,
} from '../domain/webhook-policy.ts';
import { jwkOf, signInToken, tokenBytes } from './jwt.ts';

const signed = jwtAlgorithms.filter((algorithm) => algorithm !== 'none');
const random = seededRandom(11);
const at = testEpoch + 999;
const seconds = testEpoch / 1_000;
const claims: TokenClaims = { issuer: 'https://acme.example', subject: '945', namesKey: false };
const data = '{"webhook_id":945,"name":"Zoë \\u00e9","payload":{"amount":1.00,"big":12345678901234567890}}';

const policies = new Map<JwtAlgorithm, WebhookPolicy>();
beforeAll(async () => {
  for (const algorithm of jwtAlgorithms) policies.set(algorithm, await samplePolicy(algorithm));
});
const policyWith = (algorithm: JwtAlgorithm, changes: Partial<WebhookPolicy> = {}): WebhookPolicy => ({
  ...policies.get(algorithm)!,
  ...changes,
});

function request(body: string, jwt: Partial<TokenClaims> = {}): OutgoingRequest {
  const headers = { Accept: '*/*', 'Content-Type': 'application/json; charset=utf-8' };
  return {
    method: 'POST',
    url: 'https://receiver.example/in',
    headers,
    body: Buffer.from(body),
    jwt: { ...claims, ...jwt },
  };
}

async function tokenOf(policy: WebhookPolicy, jwt: Partial<TokenClaims> = {}, body = data): Promise<string> {
  const { body: signedBody } = await signInToken(request(body, jwt), policy, { at, random });
  return /^\{"jwt":"([\w.-]+)"\}$/.exec(Buffer.from(signedBody).toString())![1]!;
}

function partsOf(token: string): { header: string; payload: string; signature: Buffer } {
  const [header, payload, signature] = token.split('.').map((part) => Buffer.from(part, 'base64url'));
  return { header: header!.toString(), payload: payload!.toString(), signature: signature! };
}

function nameOf(algorithm: JwtAlgorithm): jsonwebtoken.Algorithm {
  return (algorithm === 'none' ? 'none' : algorithm.toUpperCase()) as jsonwebtoken.Algorithm;
}

function verify(token: string, policy: WebhookPolicy, algorithm = policy.algorithm): unknown {
  return jsonwebtoken.verify(token, verifierOf(policy), {
    algorithms: [nameOf(algorithm)],
    clockTimestamp: seconds,
  });
}

describe.each(signed)('%s', (algorithm) => {
  test('is accepted by a receiver that knows the key and pins the algorithm', async () => {
    const policy = policyWith(algorithm, { audience: 'acme hooks', expiresInMinutes: 5 });
    expect(verify(await tokenOf(policy), policy)).toEqual({
      data: JSON.parse(data) as unknown,
      jti: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      sub: '945',
      iss: 'https://acme.example',
      nbf: seconds,
      iat: seconds,
      aud: 'acme hooks',
      exp: seconds + 300,
    });
  });

  test('is refused once anything of it is another: header, claims, signature', async () => {
    const policy = policyWith(algorithm);
    const token = await tokenOf(policy);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const forged = Buffer.from(partsOf(token).payload.replace('945', '946')).toString('base64url');
    const flipped = signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    const other = Buffer.from(JSON.stringify({ alg: nameOf(algorithm) })).toString('base64url');
    for (const changed of [
      [header, forged, signature],
      [header, payload, flipped],
      [header, payload, ''],
      [other, payload, signature],
    ]) {
      expect(() => verify(changed.join('.'), policy)).toThrow(/signature/);
    }
  });

  test('is refused by a receiver that has another key or expects another algorithm', async () => {
    const token = await tokenOf(policyWith(algorithm));
    const other = await samplePolicy(algorithm);
    expect(() => verify(token, other)).toThrow('invalid signature');
    const expected = signed.filter((each) => each !== algorithm).map(nameOf);
    expect(() =>
      jsonwebtoken.verify(token, verifierOf(policyWith(algorithm)), { algorithms: expected }),
    ).toThrow(/algorithm/);
  });

  test('has the header of the original, and names its key last where receivers look keys up', async () => {
    const policy = policyWith(algorithm);
    const alg = nameOf(algorithm);
    const kid = currentKey(policy).id;
    expect(kid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(partsOf(await tokenOf(policy)).header).toBe(`{"typ":"JWT","alg":"${alg}"}`);
    expect(partsOf(await tokenOf(policy, { namesKey: true })).header).toBe(
      `{"typ":"JWT","alg":"${alg}","kid":"${kid}"}`,
    );
  });
});

test.each([
  ['es256', 64],
  ['es384', 96],
  ['es512', 132],
] as const)(
  'the signature of %s is the two numbers side by side in %s bytes, not DER',
  async (algorithm, bytes) => {
    expect(partsOf(await tokenOf(policyWith(algorithm))).signature).toHaveLength(bytes);
  },
);

test('none is an unsecured token with an empty third part', async () => {
  const token = await tokenOf(policyWith('none'));
  expect(token.endsWith('.')).toBe(true);
  expect(partsOf(token).header).toBe('{"typ":"JWT","alg":"none"}');
  const verified = jsonwebtoken.verify(token, '', { algorithms: ['none'], clockTimestamp: seconds });
  expect(verified).toMatchObject({ data: JSON.parse(data) as unknown, sub: '945' });
});

describe('claims', () => {
  test('stand in the order of the original', async () => {
    const { payload } = partsOf(
      await tokenOf(policyWith('es256', { audience: 'a "b" é', expiresInMinutes: 1 })),
    );
    const jti = /"jti":"([0-9a-f]{64})"/.exec(payload)![1]!;
    expect(payload).toBe(
      `{"data":${data},"jti":"${jti}","sub":"945","iss":"https://acme.example","nbf":${seconds},"iat":${seconds},` +
        `"aud":"a \\"b\\" é","exp":${seconds + 60}}`,
    );
  });

  test('without an audience or an expiry the claim is absent', async () => {
    const claimsOf = async (changes: Partial<WebhookPolicy>) =>
      Object.keys(JSON.parse(partsOf(await tokenOf(policyWith('es256', changes))).payload) as object);
    const always = ['data', 'jti', 'sub', 'iss', 'nbf', 'iat'];
    expect(await claimsOf({})).toEqual(always);
    expect(await claimsOf({ audience: 'x' })).toEqual([...always, 'aud']);
    expect(await claimsOf({ expiresInMinutes: 3 })).toEqual([...always, 'exp']);
  });

  test('no two tokens have one id', async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { payload } = partsOf(await tokenOf(policyWith('es256')));
        return (JSON.parse(payload) as { jti: string }).jti;
      }),
    );
    expect(new Set(ids).size).toBe(50);
  });

  test('the bytes of any JSON stand in the token as they were published', async () => {
    await assert(
      asyncProperty(jsonText, async (text) => {
        const token = await tokenOf(policyWith('es256'), {}, text);
        const { payload } = partsOf(token);
        expect(payload.slice(0, '{"data":'.length + text.length + 1)).toBe(`{"data":${text},`);
        expect(verify(token, policyWith('es256'))).toMatchObject({ sub: '945' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('the request', () => {
  test('keeps everything but its body, and says how long that is where it said so before', async () => {
    const given = request(data);
    const before = { ...given, headers: { ...given.headers, 'Content-Length': String(given.body.length) } };
    const after = await signInToken(before, policyWith('rs256'), { at, random });
    expect(after.headers).toEqual({ ...before.headers, 'Content-Length': String(after.body.length) });
    expect(Object.keys(after.headers)).toEqual(Object.keys(before.headers));
    expect(after).toEqual({ method: 'POST', url: before.url, headers: after.headers, body: after.body });
  });

  test('is not made for a format that knows no tokens', async () => {
    const { jwt: _jwt, ...without } = request(data);
    await expect(signInToken(without, policyWith('rs256'), { at, random })).rejects.toThrow(/issuer/);
  });

  test('is not made with a key that can not be decrypted', async () => {
    const policy = policyWith('rs256');
    const unreadable = { ...currentKey(policy), secret: Secret.unreadable() };
    const signing = signInToken(request(data), { ...policy, keys: [unreadable] }, { at, random });
    await expect(signing).rejects.toThrow(/unreadable/);
  });

  test('tells how long its token is', async () => {
    const { body } = await signInToken(request(data), policyWith('es256'), { at, random });
    const { jwt } = JSON.parse(Buffer.from(body).toString()) as { jwt: string };
    expect(tokenBytes(body)).toBe(jwt.length);
  });
});

describe('the published key', () => {
  test.each(jwtAlgorithms.filter(isAsymmetric))(
    'of %s verifies its tokens and holds no private part',
    async (algorithm) => {
      const policy = policyWith(algorithm);
      const [published] = publishedKeys(policy, at);
      const jwk = jwkOf(published!);
      const kind = algorithm.startsWith('rs') ? ['e', 'n'] : ['crv', 'x', 'y'];
      expect(Object.keys(jwk).toSorted()).toEqual(['alg', 'kid', 'kty', 'use', ...kind].toSorted());
      expect(jwk).toMatchObject({ use: 'sig', alg: nameOf(algorithm), kid: currentKey(policy).id });
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      const options = { algorithms: [nameOf(algorithm)], clockTimestamp: seconds };
      expect(jsonwebtoken.verify(await tokenOf(policy), key, options)).toMatchObject({ sub: '945' });
    },
  );
});

/** JSON as people write it: with spaces, escapes, and numbers that no double holds. */
const { value: jsonText } = letrec<{ value: string }>((tie) => ({
  value: oneof(
    { maxDepth: 3 },
    constantFrom('null', 'true', '1.0', '-0', '1E+2', '0.10', '12345678901234567890', '1e400'),
    constantFrom('"\\u0041\\/"', '"\\ud83d\\ude00"', '"\\"}.{\\""', '"é😀"', '"__proto__"'),
    string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
    array(tie('value')).map((items) => `[ ${items.join(' ,\n')}]`),
    array(tuple(constantFrom('"b"', '"a"', '"a"', '"data"', '"jti"', '"\\u0061"'), tie('value'))).map(
      (members) => `{${members.map(([name, value]) => `${name} :\t${value}`).join(',')} }`,
    ),
  ),
}));
