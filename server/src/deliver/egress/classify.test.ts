import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networks } from '../../../test/receivers/sender.ts';
import { addressBytes } from './address.ts';
import { classify } from './classify.ts';
import { closedPolicy } from './policy.ts';
import { parseNat64 } from './policy-settings.ts';

const denied = `127.0.0.1 0.0.0.0 10.1.1.1 172.31.255.255 192.168.1.1 169.254.169.254 169.254.170.2 100.64.0.1
  100.100.100.200 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 240.0.0.1
  255.255.255.255 168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::7f00:1 ::127.0.0.1 ::ffff:0:7f00:1
  ::5efe:7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1 2002:7f00:1::1 2001:0:7f00:1::1 2001:db8::1
  3fff::1 100::1 100:0:0:1::1 fc00::1 fd00:ec2::254 fe80::1 fe80::5efe:7f00:1 fec0::1 ff02::1 5f00::1 4000::1`.split(
  /\s+/,
);
const allowed = `8.8.8.8 1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 11.0.0.1
  126.255.255.255 128.0.0.1 192.0.1.1 198.17.255.255 198.20.0.0 223.255.255.255 ::ffff:8.8.8.8
  2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001::1 2400:cb00::1`.split(/\s+/);

test.each(denied)('SSR-01: %s is denied', (address) => {
  expect(classify(address, closedPolicy)).toMatchObject({ allowed: false });
});

test.each(allowed)('SSR-02: %s, a neighbour of a denied range, is allowed', (address) => {
  expect(classify(address, closedPolicy)).toEqual({ allowed: true, by: 'global' });
});

test.each([
  '',
  ' 8.8.8.8',
  ...`example.com localhost 127.1 2130706433 0177.0.0.1 0x7f.0.0.1 8.8.8 8.8.8.8. 08.8.8.8 8.8.8.8%eth0 8.8.8.8:80
  [2606:4700::1] 2606:4700::1%eth0 ::ffff:8.8.8 2606:4700 1::2::3 ::g`.split(/\s+/),
])('what is no plain address is denied: %j', (text) => {
  expect(classify(text, closedPolicy)).toMatchObject({ allowed: false });
});

test('SSR-25: an address with a zone is denied, even where the operator opened it', () => {
  const policy = { ...closedPolicy, cidrs: networks('fe80::/10') };
  expect(classify('fe80::1', policy)).toEqual({ allowed: true, by: 'operator' });
  expect(classify('fe80::1%eth0', policy)).toMatchObject({ allowed: false, rule: 'address with a zone' });
});

test('SSR-20: an opened network opens its own family and mapped addresses, and nothing beside it', () => {
  const policy = { ...closedPolicy, cidrs: networks('127.0.0.1/32') };
  expect(classify('127.0.0.1', policy)).toEqual({ allowed: true, by: 'operator' });
  expect(classify('::ffff:127.0.0.1', policy)).toEqual({ allowed: true, by: 'operator' });
  for (const address of ['127.0.0.2', '::1', '::127.0.0.1', '64:ff9b::7f00:1']) {
    expect(classify(address, policy)).toMatchObject({ allowed: false });
  }
});

describe('SSR-26: metadata services', () => {
  const everything = networks('0.0.0.0/0,::/0');
  const metadata = `169.254.169.254 169.254.170.2 fd00:ec2::254 100.100.100.200 192.0.0.192 168.63.129.16
    ::ffff:169.254.169.254 ::169.254.169.254 ::ffff:0:a9fe:a9fe 64:ff9b::a9fe:a9fe 64:ff9b:1:a9fe:a9:fe00::
    64:ff9b:1::a9fe:a9fe 2002:a9fe:a9fe::1 2001:0:a9fe:a9fe::1 2001:0:808:808::5601:5601 2600::200:5efe:a9fe:a9fe`.split(
    /\s+/,
  );

  test.each(metadata)('%s is denied inside a network that the operator opened', (address) => {
    expect(classify(address, { ...closedPolicy, cidrs: everything })).toMatchObject({
      allowed: false,
      rule: 'metadata service',
    });
  });

  test.each(metadata)('%s is open with both the network and the explicit flag', (address) => {
    const policy = { ...closedPolicy, cidrs: everything, metadata: true };
    expect(classify(address, policy)).toEqual({ allowed: true, by: 'operator' });
  });

  test('the flag alone opens nothing', () => {
    const policy = { ...closedPolicy, metadata: true };
    for (const address of metadata) expect(classify(address, policy)).toMatchObject({ allowed: false });
  });
});

describe('NAT64', () => {
  const policy = (text: string) => {
    const parsed = parseNat64(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return { ...closedPolicy, nat64: parsed.value };
  };
  /** The examples of RFC 6052 §2.4, with 8.8.8.8, 10.0.0.1 and the metadata service. */
  test.each([
    ['2400:db8::/32', '2400:db8:808:808::', '2400:db8:a00:1::', '2400:db8:a9fe:a9fe::'],
    ['2400:db8:100::/40', '2400:db8:108:808:8::', '2400:db8:10a:0:1::', '2400:db8:1a9:fea9:fe::'],
    [
      '2400:db8:122::/48',
      '2400:db8:122:808:8:800::',
      '2400:db8:122:a00:0:100::',
      '2400:db8:122:a9fe:a9:fe00::',
    ],
    [
      '2400:db8:122:300::/56',
      '2400:db8:122:308:8:808::',
      '2400:db8:122:30a:0:1::',
      '2400:db8:122:3a9:fe:a9fe::',
    ],
    [
      '2400:db8:122:344::/64',
      '2400:db8:122:344:8:808:800::',
      '2400:db8:122:344:a:0:100::',
      '2400:db8:122:344:a9:fea9:fe00::',
    ],
    ['64:ff9b::/96', '64:ff9b::808:808', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe'],
  ])('under %s the carried address is judged', (prefix, global, inner, metadata) => {
    expect(classify(global, policy(prefix))).toMatchObject({ allowed: true });
    expect(classify(inner, policy(prefix))).toMatchObject({ allowed: false, rule: '10.0.0.0/8: private' });
    expect(classify(metadata, policy(prefix))).toMatchObject({ allowed: false, rule: 'metadata service' });
  });

  test('the operator opens a carried address by its IPv4 network', () => {
    const opened = { ...policy('64:ff9b::/96'), cidrs: networks('10.0.0.0/8') };
    expect(classify('64:ff9b::a00:1', opened)).toEqual({ allowed: true, by: 'operator' });
  });
});

describe('ISATAP within global unicast', () => {
  test('is denied where the carried address is', () => {
    expect(classify('2600::5efe:10.0.0.1', closedPolicy)).toMatchObject({ allowed: false });
    expect(classify('2600::200:5efe:127.0.0.1', closedPolicy)).toMatchObject({ allowed: false });
    expect(classify('2600::200:5efe:8.8.8.8', closedPolicy)).toEqual({ allowed: true, by: 'global' });
  });
});

/** The specification's list, held by Node's own matcher. */
const oracle = new BlockList();
for (const network of `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
  192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15
  198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`.split(/\s+/)) {
  const [address = '', length] = network.split('/');
  oracle.addSubnet(address, Number(length), 'ipv4');
}
for (const network of `2001::/23 2001:db8::/32 3fff::/20 2002::/16 2620:4f:8000::/48`.split(/\s+/)) {
  const [address = '', length] = network.split('/');
  oracle.addSubnet(address, Number(length), 'ipv6');
}

/** Addresses at random, and as often near the edges of the ranges. */
const edges = [
  '10.0.0.0',
  '100.64.0.0',
  '127.255.255.255',
  '172.16.0.0',
  '192.0.2.255',
  '198.20.0.0',
  '224.0.0.0',
];
const ipv4 = fc.oneof(
  fc.ipV4(),
  fc
    .tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 }))
    .map(([edge, step]) => shifted(edge, step)),
);

test('every IPv4 address is allowed unless a range denies it', () => {
  const property = fc.property(ipv4, (address) => {
    expect(classify(address, closedPolicy).allowed).toBe(!oracle.check(address, 'ipv4'));
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('an address is judged alike in mapped form', () => {
  const property = fc.property(ipv4, (address) => {
    expect(classify(`::ffff:${address}`, closedPolicy)).toEqual(classify(address, closedPolicy));
  });
  fc.assert(property, { numRuns: 500 });
});

test('no form that carries an IPv4 address is allowed by itself', () => {
  const property = fc.property(ipv4, (address) => {
    const hex = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
    const carried = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
    const forms = [`::${address}`, `::ffff:0:${carried}`, `64:ff9b::${carried}`, `64:ff9b:1::${carried}`];
    for (const form of [...forms, `2002:${carried}::1`, `2001:0:${carried}::1`]) {
      expect(classify(form, closedPolicy)).toMatchObject({ allowed: false });
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('IPv6 is allowed only as global unicast outside the table, or mapped', () => {
  const property = fc.property(fc.ipV6(), (address) => {
    const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
    const mayPass = /^[23]...:/.test(canonical) && !oracle.check(address, 'ipv6');
    const isMapped = /^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(canonical);
    expect(classify(address, closedPolicy).allowed && !mayPass && !isMapped).toBe(false);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('an IPv6 address is read as the URL parser reads it', () => {
  const property = fc.property(fc.ipV6(), (text) => {
    const bytes = addressBytes(text);
    const groups = Array.from({ length: 8 }, (_, at) =>
      ((bytes[at * 2]! << 8) | bytes[at * 2 + 1]!).toString(16),
    );
    expect(new URL(`http://[${groups.join(':')}]/`).hostname).toBe(new URL(`http://[${text}]/`).hostname);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('no text makes it throw', () => {
  const property = fc.property(fc.string(), (text) => {
    expect(typeof classify(text, closedPolicy).allowed).toBe('boolean');
  });
  fc.assert(property, { numRuns: 1_000 });
});

function shifted(address: string, step: number): string {
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + step;
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}
