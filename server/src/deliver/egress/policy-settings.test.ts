import { expect, test } from 'vitest';
import {
  parseCidrs,
  parseNames,
  parseNat64,
  parsePorts,
  parseProxy,
  parseServers,
} from './policy-settings.ts';

test('empty settings open nothing', () => {
  for (const parse of [parseCidrs, parsePorts, parseNames, parseNat64, parseServers]) {
    expect(parse('')).toEqual({ ok: true, value: [] });
    expect(parse(' , ')).toEqual({ ok: true, value: [] });
  }
});

test('networks are read; a mapped one stands as IPv4', () => {
  const parsed = parseCidrs('10.0.0.0/8, fd00::/8,::ffff:192.168.0.0/112,0.0.0.0/0');
  expect(parsed.ok && parsed.value.map(({ family, length, text }) => [family, length, text])).toEqual([
    [4, 8, '10.0.0.0/8'],
    [6, 8, 'fd00::/8'],
    [4, 16, '::ffff:192.168.0.0/112'],
    [4, 0, '0.0.0.0/0'],
  ]);
});

test.each([
  ['127.0.0.1', 'write 127.0.0.1/32'],
  ['::1', 'write ::1/128'],
  ['10.0.0.1/8', 'write 10.0.0.0/8'],
  ['fd00::1/8', 'write fd00::/8'],
  ['10.0.0.0/33', '0 to 32'],
  ['fd00::/129', '0 to 128'],
  ['10.0.0.0/08', '0 to 32'],
  ['10.0.0.0/', '0 to 32'],
  ['10.0.0.0/8/8', 'ADDRESS/LENGTH'],
  ['10/8', 'ADDRESS/LENGTH'],
  ['010.0.0.0/8', 'ADDRESS/LENGTH'],
  ['localhost/8', 'ADDRESS/LENGTH'],
  ['fe80::%eth0/10', 'ADDRESS/LENGTH'],
])('SSR-20: the malformed network %s is refused with what would be right', (text, hint) => {
  const parsed = parseCidrs(`192.168.0.0/16,${text}`);
  expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(`'${text}': `) });
  expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(hint) });
});

test('every malformed entry is named', () => {
  const parsed = parseCidrs('x/1,10.0.0.0/8,y/2');
  expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(/'x\/1': .*'y\/2': /) });
});

test('ports and ranges', () => {
  expect(parsePorts('443, 8000-9000')).toEqual({
    ok: true,
    value: [
      { from: 443, to: 443 },
      { from: 8000, to: 9000 },
    ],
  });
  for (const bad of ['0', '65536', '90-80', '80-', '-80', 'http', '80-90-100', '1e3', '8 0']) {
    expect(parsePorts(bad)).toMatchObject({ ok: false });
  }
});

test('names', () => {
  expect(parseNames('.Internal,receiver,.corp.example')).toEqual({
    ok: true,
    value: ['.internal', 'receiver', '.corp.example'],
  });
  for (const bad of ['*.internal', '..internal', '.', 'a b', '-a', 'a/b']) {
    expect(parseNames(bad)).toMatchObject({ ok: false });
  }
});

test('NAT64 prefixes have a length of RFC 6052', () => {
  expect(parseNat64('64:ff9b::/96,2001:db8:1::/48')).toMatchObject({ ok: true });
  for (const bad of ['64:ff9b::/95', '10.0.0.0/8', '64:ff9b::', '::ffff:0.0.0.0/96']) {
    expect(parseNat64(bad)).toMatchObject({ ok: false });
  }
});

test('DNS servers', () => {
  expect(parseServers('127.0.0.1:5353,10.0.0.2,::1,[::1]:5353,[2606:4700::1111]')).toEqual({
    ok: true,
    value: ['127.0.0.1:5353', '10.0.0.2:53', '[::1]:53', '[::1]:5353', '[2606:4700::1111]:53'],
  });
  for (const bad of [
    'dns.example',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.1:53',
    '[::1',
    'fe80::1%eth0',
    '1.2.3.4:5:6',
  ]) {
    expect(parseServers(bad)).toMatchObject({ ok: false });
  }
});

test('a proxy, whose password no text shows', () => {
  const parsed = parseProxy('http://ann:p%40ss@proxy.example:4750');
  expect(parsed).toMatchObject({ ok: true, value: { tls: false, host: 'proxy.example', port: 4750 } });
  expect(parsed.ok && parsed.value.authorization?.reveal()).toBe(
    `Basic ${Buffer.from('ann:p@ss').toString('base64')}`,
  );
  expect(JSON.stringify(parsed)).not.toContain('YW5u');
  expect(parseProxy('https://[2606:4700::1111]')).toEqual({
    ok: true,
    value: { tls: true, host: '2606:4700::1111', port: 443, authorization: null },
  });
  for (const bad of [
    'proxy:3128',
    'socks5://p:1',
    'http://p:3128/path',
    'http://p:0',
    'http://a:%zz@p',
    '',
  ]) {
    expect(parseProxy(bad)).toMatchObject({ ok: false });
  }
});
