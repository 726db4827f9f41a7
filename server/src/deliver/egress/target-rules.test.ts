import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networks } from '../../../test/receivers/sender.ts';
import type { TargetRules } from '../../domain/target.ts';
import { closedPolicy } from './policy.ts';
import type { EgressPolicy } from './policy.ts';
import { judgeTarget, makeJudgeTarget } from './target-rules.ts';

const strict: TargetRules = { http: false, userinfo: false };
const lenient: TargetRules = { http: true, userinfo: true };

function judge(raw: string, rules: TargetRules = strict, policy: Partial<EgressPolicy> = {}) {
  return judgeTarget(raw, rules, { ...closedPolicy, ...policy });
}

function rule(...given: Parameters<typeof judge>): string {
  const judged = judge(...given);
  return judged.ok ? `accepted as ${judged.target.url}` : judged.problem.rule;
}

function accepted(...given: Parameters<typeof judge>): string {
  const judged = judge(...given);
  return judged.ok ? judged.target.url : `refused: ${judged.problem.message}`;
}

test.each([
  ['https://hooks.example.com', 'https://hooks.example.com/'],
  ['https://HOOKS.Example.COM:443/A/b?C=d', 'https://hooks.example.com/A/b?C=d'],
  ['HTTPS://hooks.example.com/', 'https://hooks.example.com/'],
  ['https://hooks.example.com./x', 'https://hooks.example.com/x'],
  ['https://hooks.example.com/x#fragment', 'https://hooks.example.com/x'],
  ['https://hooks.example.com/a b'.replace(' ', '%20'), 'https://hooks.example.com/a%20b'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ['https://xn--bcher-kva.example/', 'https://xn--bcher-kva.example/'],
  ['https://my_hooks.example.com/', 'https://my_hooks.example.com/'],
  ['https://r3---sn-abc.example.com/', 'https://r3---sn-abc.example.com/'],
  ['https://8.8.8.8/x', 'https://8.8.8.8/x'],
  ['https://134744072/', 'https://8.8.8.8/'],
  ['https://[2606:4700:4700:0::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
])('%s is stored as %s', (raw, url) => {
  expect(accepted(raw)).toBe(url);
});

describe('SSR-01 and SSR-04: every spelling of an internal address is judged as that address', () => {
  test.each([
    ...`2130706433 0x7f000001 0177.0.0.1 0x7f.1 127.1 127.0.1 017700000001 127.0.0.1. %31%32%37.0.0.1 0 0x 0.0.0.0
    [::1] [::127.0.0.1] [::ffff:127.0.0.1] [::7f00:1] [64:ff9b::7f00:1] 10.0.0.1 169.254.169.254 [fd00:ec2::254]`.split(
      /\s+/,
    ),
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
  ])('%s', (host) => {
    expect(rule(`https://${host}/`)).toBe('target_not_allowed');
    expect(rule(`http://${host}:8080/x`, lenient)).toBe('target_not_allowed');
  });

  test.each([
    'http:127.0.0.1',
    'http:\\\\127.0.0.1\\',
    'http:///127.0.0.1/',
    '//127.0.0.1/',
    'https:/127.0.0.1',
  ])('%s is no target', (raw) => {
    expect(['scheme', 'characters', 'host']).toContain(rule(raw, lenient));
  });

  test('a mix of radix and part count at random', () => {
    const radix = fc.constantFrom(
      (value: number) => value.toString(),
      (value: number) => `0${value.toString(8)}`,
      (value: number) => `0x${value.toString(16)}`,
      (value: number) => `0X${value.toString(16).toUpperCase()}`,
    );
    const internal = fc.constantFrom<number[]>(
      [127, 0, 0, 1],
      [10, 1, 2, 3],
      [0, 0, 0, 0],
      [169, 254, 169, 254],
      [192, 168, 1, 1],
    );
    const spelling = fc
      .tuple(internal, fc.integer({ min: 1, max: 4 }), fc.array(radix, { minLength: 4, maxLength: 4 }))
      .map(([octets, parts, spell]) => {
        const rest = octets.slice(parts - 1).reduce((sum, octet) => sum * 256 + octet, 0);
        return [...octets.slice(0, parts - 1), rest].map((value, at) => spell[at]!(value)).join('.');
      });
    fc.assert(
      fc.property(spelling, (host) => {
        expect(rule(`https://${host}/`)).toBe('target_not_allowed');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('SSR-05: Unicode hosts become the ASCII form that is judged', () => {
  test.each([
    ['https://loc\u00ADalhost/', 'target_not_allowed'],
    ['https://localhost\u200B/', 'target_not_allowed'],
    ['https://ｌｏｃａｌｈｏｓｔ/', 'target_not_allowed'],
    ['https://xn--a/', 'host'],
    ['https://xn--a.example/', 'host'],
    ['https://xn--.example/', 'host'],
    ['https://xn--a-.example/', 'host'],
    ['https://xn--99zzzz.example/', 'host'],
    ['https://\u202Eexample.com/', 'host'],
  ])('%j: %s', (raw, expected) => {
    expect(rule(raw)).toBe(expected);
  });

  test('a homograph shows itself in punycode', () => {
    expect(accepted('https://аррӏе.com/')).toBe('https://xn--80ak6aa92e.com/');
  });
});

test.each(
  `localhost localhost. LOCALHOST foo.localhost localhost.localdomain ip6-localhost receiver a.internal x.local x.lan
  x.home.arpa home.arpa x.corp 1.in-addr.arpa 1.ip6.arpa metadata.google.internal METADATA.google.internal.`.split(
    /\s+/,
  ),
)('SSR-06: the internal name %s is refused', (host) => {
  expect(rule(`https://${host}/`)).toBe('target_not_allowed');
});

test.each([
  ...'a..b a..com .example.com example.com.. -a.com a-.com a.-b.com'.split(' '),
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(126)}com`,
])('SSR-06: the malformed name %s is refused', (host) => {
  expect(rule(`https://${host}/`)).toBe('host');
});

describe('names that the operator opened', () => {
  const policy = { names: ['.internal', 'receiver'] };

  test('are accepted, and others stay refused', () => {
    expect(accepted('https://hooks.internal/', strict, policy)).toBe('https://hooks.internal/');
    expect(accepted('https://receiver/', strict, policy)).toBe('https://receiver/');
    expect(accepted('https://a.receiver/', strict, policy)).toBe('https://a.receiver/');
    for (const host of ['internal', 'hooksinternal', 'localhost', 'xreceiver', 'x.corp']) {
      expect(rule(`https://${host}/`, strict, policy)).toBe('target_not_allowed');
    }
  });

  test('a refusal names the settings that open the host', () => {
    const message = (raw: string) => JSON.stringify(judgeTarget(raw, strict, closedPolicy));
    expect(message('https://metadata.google.internal/')).toMatch(
      /EGRESS_ALLOW_METADATA .* EGRESS_ALLOW_NAMES/,
    );
    expect(message('https://x.corp/')).toMatch(/EGRESS_ALLOW_NAMES/);
    expect(message('https://x.corp/')).not.toMatch(/METADATA/);
    expect(message('https://169.254.169.254/')).toMatch(/EGRESS_ALLOW_METADATA/);
    expect(message('https://10.0.0.1/')).toMatch(/EGRESS_ALLOW_CIDRS/);
    expect(message('https://10.0.0.1/')).not.toMatch(/METADATA/);
  });

  test('the metadata name needs its own flag', () => {
    expect(rule('https://metadata.google.internal/', strict, policy)).toBe('target_not_allowed');
    expect(rule('https://metadata.google.internal/', strict, { ...policy, metadata: true })).toMatch(
      /^accepted/,
    );
  });
});

test.each([
  'https://user:pw@example.com/',
  'https://user@example.com/',
  'https://@example.com/',
  'https://:@example.com/',
])('SSR-13: %s is refused for its user info, which the answer does not repeat', (raw) => {
  const judged = judge(raw);
  expect(judged).toMatchObject({ ok: false, problem: { rule: 'userinfo' } });
  expect(JSON.stringify(judged)).not.toMatch(/user:pw|example/);
});

test('SSR-13: Confluence and Xurrent keep the user info apart from the URL', () => {
  expect(judge('http://ann:p%40ss%2F%C3%A9@example.com/x', lenient)).toEqual({
    ok: true,
    target: { url: 'http://example.com/x', userinfo: { username: 'ann', password: 'p@ss/é' } },
  });
  expect(judge('https://127.0.0.1:80@example.com/', lenient)).toEqual({
    ok: true,
    target: { url: 'https://example.com/', userinfo: { username: '127.0.0.1', password: '80' } },
  });
  expect(judge('https://@example.com/', lenient)).toMatchObject({ ok: true, target: { userinfo: null } });
  expect(rule('https://ann:%zz@example.com/', lenient)).toBe('userinfo');
  expect(rule('http://example.com\\@127.0.0.1/', lenient)).toBe('characters');
});

test.each([
  '',
  ...`file:///etc/passwd ftp://example.com/ gopher://example.com/ ws://example.com/ data:text/plain,x javascript:alert(1)
  unix:/run/x.sock http+unix://%2Frun%2Fx.sock/ //example.com/ HTTPS:example.com example.com https https:
  https:/example.com blob:https://example.com/x`.split(/\s+/),
])('SSR-14: %s is refused for its scheme', (raw) => {
  expect(rule(raw, lenient)).toBe('scheme');
});

test('http is refused unless the dialect or the operator allows it', () => {
  expect(rule('http://example.com/')).toBe('http_not_allowed');
  expect(accepted('http://example.com/', { http: true, userinfo: false })).toBe('http://example.com/');
  expect(accepted('http://example.com/', strict, { http: true })).toBe('http://example.com/');
});

describe('SSR-15: ports', () => {
  test.each([1, 22, 25, 53, 3306, 5432, 6379, 11_211, 65_535])('%d is accepted', (port) => {
    expect(accepted(`https://example.com:${port}/`)).toBe(`https://example.com:${port}/`);
  });

  test.each(['0', '00', '65536', '99999999', '-1', '8o', '80:80'])('%s is refused', (port) => {
    expect(rule(`https://example.com:${port}/`)).toBe('port');
  });

  test("an empty one is the scheme's", () => {
    expect(accepted('https://example.com:/')).toBe('https://example.com/');
  });

  test('where the operator lists some, the others are refused by name', () => {
    const policy = {
      ports: [
        { from: 443, to: 443 },
        { from: 8000, to: 8999 },
      ],
    };
    expect(accepted('https://example.com:8443/', strict, policy)).toBe('https://example.com:8443/');
    expect(accepted('https://example.com/', strict, policy)).toBe('https://example.com/');
    expect(judge('http://example.com/', lenient, policy)).toEqual({
      ok: false,
      problem: {
        rule: 'port',
        message: 'The port of the URL must be one that the operator allows: 443, 8000-8999',
      },
    });
  });
});

test.each(['\r\n', '\t', '\n', '\0', '\u001F', ' ', '\u007F', '\\', '%00', '%0d%0a', '%0A', '\uFEFF'])(
  'SSR-16: %j is refused in every part before the parser could drop it',
  (bad) => {
    for (const raw of [
      `${bad}https://example.com/`,
      `https://exa${bad}mple.com/`,
      `https://example.com/a${bad}b`,
    ]) {
      expect(['characters', 'host']).toContain(rule(raw));
    }
    for (const raw of [
      `https://example.com/?a${bad}`,
      `https://example.com/#${bad}`,
      `https://example.com/${bad}`,
    ]) {
      expect(rule(raw)).toBe('characters');
    }
  },
);

test.each([
  ['https://[fe80::1%25lo]/', 'host'],
  ['https://[fe80::1%25lo]:8080/', 'host'],
  ['https://[fe80::1%lo]/', 'host'],
  ['https://fe80::1%eth0/', 'port'],
  ['https://[::1/', 'host'],
  ['https://[2606:4700::1]:http/', 'port'],
  ['https://exa mple/', 'characters'],
])('SSR-25: %s is refused for its %s', (raw, broken) => {
  expect(rule(raw)).toBe(broken);
});

test('an address with a zone is told that it has one', () => {
  const judged = judgeTarget('https://[fe80::1%25lo]/', strict, closedPolicy);
  expect(judged).toMatchObject({ problem: { message: expect.stringContaining('zone') as string } });
});

test('a URL is refused beyond 2,048 bytes, counted as given and as stored', () => {
  const path = (bytes: number) => `https://example.com/${'a'.repeat(bytes - 'https://example.com/'.length)}`;
  expect(rule(path(2_048))).toMatch(/^accepted/);
  expect(rule(path(2_049))).toBe('length');
  expect(rule(`https://example.com/${'é'.repeat(1_000)}`)).toBe('length');
});

test('SSR-20: an opened network opens its addresses as targets', () => {
  const judgeLocally = makeJudgeTarget(() => ({ ...closedPolicy, cidrs: networks('127.0.0.0/8') }));
  expect(judgeLocally('https://127.0.0.1:9443/x', strict)).toMatchObject({ ok: true });
  expect(judgeLocally('https://[::ffff:127.0.0.1]/x', strict)).toMatchObject({ ok: true });
  expect(judgeLocally('https://localhost/x', strict)).toMatchObject({ ok: false });
});

const anyHost = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.string(),
);
const anyUrl = fc.oneof(
  fc.string(),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.tuple(anyHost, fc.webPath()).map(([host, path]) => `https://${host}${path}`),
);

test('whatever is accepted is accepted again as it stands: https, without user info or fragment', () => {
  const targets = anyUrl.map((raw) => judge(raw)).filter((judged) => judged.ok);
  const property = fc.property(targets, ({ target: { url, userinfo } }) => {
    expect(userinfo).toBeNull();
    expect(new URL(url)).toMatchObject({
      protocol: 'https:',
      username: '',
      password: '',
      hash: '',
      href: url,
    });
    expect(judge(url)).toEqual({ ok: true, target: { url, userinfo: null } });
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('whatever is refused is refused with a rule and what would be right', () => {
  const refusals = anyUrl.map((raw) => judge(raw)).filter((judged) => !judged.ok);
  const property = fc.property(refusals, ({ problem }) => {
    expect(problem).toEqual({ rule: expect.any(String), message: expect.stringMatching(/^The .+ must /) });
  });
  fc.assert(property, { numRuns: 1_000 });
});
