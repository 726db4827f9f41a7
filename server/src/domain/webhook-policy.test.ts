import { describe, expect, test } from 'vitest';
import { dayMs } from './clock.ts';
import { Secret } from './secret.ts';
import {
  currentKey,
  isAsymmetric,
  jwtAlgorithms,
  linkable,
  policyProblems,
  publishedKeys,
  withNewKey,
  type JwtAlgorithm,
  type PolicyKey,
} from './webhook-policy.ts';

const now = 1_800_000_000_000;

describe('the claims of a policy', () => {
  test.each(['a'.repeat(2_048), 'é'.repeat(1_024), '', null])(
    'an audience may have 2,048 bytes',
    (audience) => expect(policyProblems({ audience })).toEqual([]),
  );

  test.each(['a'.repeat(2_049), 'é'.repeat(1_025)])('not one more', (audience) =>
    expect(policyProblems({ audience })).toMatchObject([{ pointer: '/audience' }]),
  );

  test.each([1, 60, 525_600, null])('%s minutes to expiry are allowed', (expiresInMinutes) =>
    expect(policyProblems({ expiresInMinutes })).toEqual([]),
  );

  test.each([0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])(
    '%s minutes are not',
    (expiresInMinutes) =>
      expect(policyProblems({ expiresInMinutes })).toMatchObject([{ pointer: '/expiresInMinutes' }]),
  );

  test('all that is wrong is told at once', () =>
    expect(policyProblems({ audience: 'a'.repeat(3_000), expiresInMinutes: 0 })).toHaveLength(2));
});

test('RSA and elliptic curves are asymmetric, the others are not', () => {
  expect(jwtAlgorithms.filter((algorithm) => !isAsymmetric(algorithm))).toEqual([
    'none',
    'hs256',
    'hs384',
    'hs512',
  ]);
});

test('a disabled policy takes no new webhooks and keeps the ones that it has', () => {
  const [enabled, disabled] = [null, now].map((disabledAt) => ({ ...policyOf(key('a')), disabledAt }));
  expect(linkable(enabled!, null)).toBe(true);
  expect(linkable(disabled!, null)).toBe(false);
  expect(linkable(disabled!, 'pol_other')).toBe(false);
  expect(linkable(disabled!, 'pol_1')).toBe(true);
});

describe('a new key', () => {
  test('signs from now on; the old one stays published for 24 hours, without its private part', () => {
    const keys = withNewKey(policyOf(key('old')), key('new', 'es256'), now);

    expect(currentKey({ keys }).id).toBe('new');
    expect(idsOf(publishedKeys({ keys }, now))).toEqual(['new', 'old']);
    expect(idsOf(publishedKeys({ keys }, now + dayMs - 1))).toEqual(['new', 'old']);
    expect(idsOf(publishedKeys({ keys }, now + dayMs))).toEqual(['new']);
    expect(keys.map(({ secret }) => secret.reveal())).toEqual(['secret of new', '']);
  });

  test('lets those be forgotten that receivers need no more', () => {
    const first = withNewKey(policyOf(key('a')), key('b'), now);
    const second = withNewKey({ keys: first }, key('c'), now + dayMs - 1);
    const third = withNewKey({ keys: second }, key('d'), now + dayMs);
    expect([first, second, third].map(idsOf)).toEqual([
      ['b', 'a'],
      ['c', 'b', 'a'],
      ['d', 'c', 'b'],
    ]);
  });

  test.each(['none', 'hs256'] as const)('after %s nothing was public: nothing is published', (algorithm) => {
    expect(publishedKeys(policyOf(key('a', algorithm)), now)).toEqual([]);
    expect(idsOf(withNewKey(policyOf(key('a', algorithm)), key('b'), now))).toEqual(['b']);
  });

  test('without a public part publishes nothing of itself, and the old one for 24 hours', () => {
    const keys = withNewKey(policyOf(key('a')), key('b', 'hs512'), now);
    expect(idsOf(publishedKeys({ keys }, now))).toEqual(['a']);
    expect(publishedKeys({ keys }, now + dayMs)).toEqual([]);
  });
});

function key(id: string, algorithm: JwtAlgorithm = 'rs256'): PolicyKey {
  return {
    id,
    algorithm,
    publicKeyPem: isAsymmetric(algorithm) ? `public key of ${id}` : null,
    secret: new Secret(`secret of ${id}`),
    createdAt: now,
    retiredAt: null,
  };
}

function policyOf(only: PolicyKey) {
  return {
    id: 'pol_1',
    tenantId: 'tnt_1',
    wireId: 1,
    name: 'ab'.repeat(28),
    algorithm: only.algorithm,
    audience: null,
    expiresInMinutes: null,
    disabledAt: null,
    keys: [only] as const,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

function idsOf(keys: readonly PolicyKey[]): string[] {
  return keys.map(({ id }) => id);
}
