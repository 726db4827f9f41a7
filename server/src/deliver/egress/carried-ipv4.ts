// IPv6 addresses that carry an IPv4 address: which one, and whether the form itself may be used.

import { cidr, contains } from './address.ts';
import type { Address, Cidr } from './address.ts';

/** Where the octets of the carried address lie, counted from 0 over the 16 bytes. */
type Octets = readonly [number, number, number, number];

const last: Octets = [12, 13, 14, 15];

/** RFC 6052 §2.2: the octets by the length of the NAT64 prefix; octet 8 is always zero and skipped. */
const nat64Octets: ReadonlyMap<number, Octets> = new Map([
  [32, [4, 5, 6, 7]],
  [40, [5, 6, 7, 9]],
  [48, [6, 7, 9, 10]],
  [56, [7, 9, 10, 11]],
  [64, [9, 10, 11, 12]],
  [96, last],
]);

export const nat64Lengths = [...nat64Octets.keys()];

/** Forms that are denied by themselves; decoded for the metadata rule and the operator's log. */
const deniedForms: readonly {
  readonly network: Cidr;
  readonly octets: readonly Octets[];
  readonly flipped?: true;
}[] = [
  { network: cidr('::/96'), octets: [last] }, // IPv4-compatible
  { network: cidr('::ffff:0:0:0/96'), octets: [last] }, // IPv4-translated (SIIT)
  { network: cidr('64:ff9b::/96'), octets: [last] }, // NAT64, well known
  // NAT64, local use: the prefix length in use is unknown, so each possible reading counts.
  { network: cidr('64:ff9b:1::/48'), octets: [48, 56, 64, 96].map((length) => nat64Octets.get(length)!) },
  { network: cidr('2002::/16'), octets: [[2, 3, 4, 5]] }, // 6to4
  { network: cidr('2001::/32'), octets: [[4, 5, 6, 7]] }, // Teredo server
  { network: cidr('2001::/32'), octets: [last], flipped: true }, // Teredo client, each octet XOR 0xff
];

/** Every IPv4 address that an IPv6 address may be read to carry, in any form, declared NAT64 prefixes included. */
export function carriedIpv4s(address: Address, nat64: readonly Cidr[]): Address[] {
  if (address.family === 4) return [];
  const carried: Address[] = [];
  for (const { network, octets, flipped } of deniedForms) {
    if (!contains(network, address)) continue;
    for (const places of octets) carried.push(pick(address, places, flipped === true ? 0xff : 0));
  }
  const translated = nat64Ipv4(address, nat64);
  if (translated !== undefined) carried.push(translated);
  const tunnelled = isatapIpv4(address);
  if (tunnelled !== undefined) carried.push(tunnelled);
  return carried;
}

/** The IPv4 address behind the most specific of the declared NAT64 prefixes, if one covers the address. */
export function nat64Ipv4(address: Address, nat64: readonly Cidr[]): Address | undefined {
  const [prefix] = nat64.filter((each) => contains(each, address)).toSorted((a, b) => b.length - a.length);
  return prefix === undefined ? undefined : pick(address, nat64Octets.get(prefix.length)!, 0);
}

/** The IPv4 address in an ISATAP interface identifier (RFC 5214 §6.1): 00 or 02, 00, 5e, fe, then the address. */
export function isatapIpv4(address: Address): Address | undefined {
  if (address.family === 4) return undefined;
  const [first, ...rest] = address.bytes.slice(8, 12);
  const identifies = (first === 0 || first === 2) && rest[0] === 0 && rest[1] === 0x5e && rest[2] === 0xfe;
  return identifies ? pick(address, last, 0) : undefined;
}

function pick(address: Address, places: Octets, flip: number): Address {
  return { family: 4, bytes: places.map((place) => address.bytes[place]! ^ flip) };
}
