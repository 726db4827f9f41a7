// Addresses and networks as bytes: what the guard judges. Texts are read here once and never matched on.

import { isIP } from 'node:net';

export type Address = { readonly family: 4 | 6; readonly bytes: readonly number[] };

export type Cidr = Address & {
  /** How many leading bits an address must share. */
  readonly length: number;
  readonly text: string;
};

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The address in a text, or undefined where there is none: no radix or part-count tricks (`127.1`), no zone id. An
 * IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address.
 */
export function parseAddress(text: string): Address | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 0) return undefined;
  const bytes = addressBytes(text);
  if (family === 4) return { family: 4, bytes };
  return isMapped(bytes) ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** The network in a text such as `10.0.0.0/8`, or a sentence part that says what would be right. */
export function parseCidr(
  text: string,
): { readonly ok: true; readonly cidr: Cidr } | { readonly ok: false; readonly hint: string } {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const family = addressText.includes('%') ? 0 : isIP(addressText);
  if (family === 0 || rest.length > 0) return { ok: false, hint: 'it is not ADDRESS/LENGTH' };
  const bits = family === 4 ? 32 : 128;
  if (lengthText === undefined) return { ok: false, hint: `write ${addressText}/${bits} for one address` };
  if (!/^(0|[1-9]\d{0,2})$/.test(lengthText) || Number(lengthText) > bits) {
    return { ok: false, hint: `its length must be 0 to ${bits}` };
  }
  const bytes = addressBytes(addressText);
  const length = Number(lengthText);
  if (bytes.some((byte, index) => (byte & ~mask(length, index)) !== 0)) {
    return { ok: false, hint: `it has bits set beyond its length: write ${networkText(bytes, length)}` };
  }
  const mapped = family === 6 && length >= 96 && isMapped(bytes);
  return {
    ok: true,
    cidr: mapped
      ? { family: 4, bytes: bytes.slice(12), length: length - 96, text }
      : { family: family === 4 ? 4 : 6, bytes, length, text },
  };
}

/** A network that the program itself names. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.hint}`);
  return parsed.cidr;
}

export function contains(network: Cidr, address: Address): boolean {
  if (network.family !== address.family) return false;
  return address.bytes.every((byte, index) => {
    const bits = mask(network.length, index);
    return (byte & bits) === (network.bytes[index]! & bits);
  });
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.bytes.every((byte, index) => byte === b.bytes[index]);
}

/**
 * The 4 or 16 bytes of a text that `isIP` accepts. No library's: ipaddr.js 2.5.0 takes the IPv4-compatible `::8.8.8.8`
 * for the IPv4-mapped `::ffff:8.8.8.8`, which is another address and judged otherwise.
 */
export function addressBytes(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = [], tail] = text.split('::').map(groupBytes);
  return tail === undefined
    ? head
    : [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: readonly number[]): boolean {
  return mappedPrefix.every((byte, index) => byte === bytes[index]);
}

/** The mask of one byte of a network with so many leading bits. */
function mask(length: number, index: number): number {
  const bits = Math.min(8, Math.max(0, length - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

function networkText(bytes: readonly number[], length: number): string {
  const network = bytes.map((byte, index) => byte & mask(length, index));
  if (network.length === 4) return `${network.join('.')}/${length}`;
  const groups = network.flatMap((byte, index) =>
    index % 2 === 0 ? [(byte << 8) | network[index + 1]!] : [],
  );
  const [, compressed] =
    /\[(.*)\]/.exec(new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).host) ?? [];
  return `${compressed}/${length}`;
}
