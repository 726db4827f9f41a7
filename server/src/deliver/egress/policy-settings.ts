// Reads the settings of the address guard. A problem continues the sentence "POSTHORN_X …" and names every bad entry.

import { isIPv4, isIPv6 } from 'node:net';
import { Secret } from '../../domain/secret.ts';
import { parseCidr } from './address.ts';
import type { Cidr } from './address.ts';
import { nat64Lengths } from './carried-ipv4.ts';
import { nameProblem } from './host-name.ts';
import type { EgressProxy, PortRange } from './policy.ts';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** `EGRESS_ALLOW_CIDRS`, such as `10.0.0.0/8,fd00::/8`. */
export function parseCidrs(text: string): Parsed<readonly Cidr[]> {
  return parseList(text, 'networks such as 10.0.0.0/8', parseNetwork);
}

/** `EGRESS_ALLOW_PORTS`, such as `443,8000-9000`. */
export function parsePorts(text: string): Parsed<readonly PortRange[]> {
  return parseList(text, 'ports and ranges such as 443,8000-9000', (entry) => {
    const [, first, end = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry) ?? [];
    const [from, to] = [Number(first), Number(end)];
    if (!isPort(from) || !isPort(to)) return bad('ports are 1 to 65535');
    return from > to ? bad('a range goes upwards') : good({ from, to });
  });
}

/** `EGRESS_ALLOW_NAMES`, such as `.internal,receiver`. */
export function parseNames(text: string): Parsed<readonly string[]> {
  return parseList(text, 'name suffixes such as .internal', (entry) => {
    const name = entry.toLowerCase();
    const problem = nameProblem(name.replace(/^\./, ''));
    return problem === undefined ? good(name) : bad(problem);
  });
}

/** `EGRESS_NAT64`, such as `64:ff9b::/96`, with the lengths of RFC 6052 §2.2. */
export function parseNat64(text: string): Parsed<readonly Cidr[]> {
  return parseList(text, 'NAT64 prefixes such as 64:ff9b::/96', (entry) => {
    const network = parseNetwork(entry);
    if (!network.ok) return network;
    const fits = network.value.family === 6 && nat64Lengths.includes(network.value.length);
    return fits ? network : bad(`it must be an IPv6 prefix of length ${nat64Lengths.join(', ')}`);
  });
}

/** `DNS_SERVERS`, such as `127.0.0.1:5353,[::1]:53`; the port is 53 unless given. */
export function parseServers(text: string): Parsed<readonly string[]> {
  return parseList(text, 'resolver addresses such as 127.0.0.1:5353', (entry) => {
    if (isIPv6(entry) && !entry.includes('%')) return good(`[${entry}]:53`);
    const [, bracketed, plain, port = '53'] =
      /^(?:\[([^\]%]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
    if (!isIPv6(bracketed ?? '') && !isIPv4(plain ?? '')) return bad('it is not ADDRESS or ADDRESS:PORT');
    if (!isPort(Number(port))) return bad('ports are 1 to 65535');
    return good(bracketed === undefined ? `${plain}:${port}` : `[${bracketed}]:${port}`);
  });
}

/** `EGRESS_PROXY`, such as `http://user:pass@proxy.internal:4750`. */
export function parseProxy(text: string): Parsed<EgressProxy> {
  const url = URL.parse(text.trim());
  const bare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!bare || !/^https?:$/.test(url.protocol) || url.port === '0') {
    return { ok: false, problem: 'must be the URL of a forward proxy such as http://10.0.0.9:3128' };
  }
  const tls = url.protocol === 'https:';
  const credentials = credentialsOf(url);
  if (credentials === undefined) return { ok: false, problem: 'has credentials with a bad percent-encoding' };
  const authorization =
    credentials === '' ? null : new Secret(`Basic ${Buffer.from(credentials).toString('base64')}`);
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  return { ok: true, value: { tls, host: url.hostname.replaceAll(/[[\]]/g, ''), port, authorization } };
}

function credentialsOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return '';
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    return undefined;
  }
}

type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly hint: string };

function parseList<Value>(
  text: string,
  what: string,
  parse: (entry: string) => Read<Value>,
): Parsed<readonly Value[]> {
  const values: Value[] = [];
  const hints: string[] = [];
  for (const entry of text.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const read = parse(entry);
    if (read.ok) values.push(read.value);
    else hints.push(`'${entry}': ${read.hint}`);
  }
  if (hints.length === 0) return { ok: true, value: values };
  return { ok: false, problem: `must be a comma list of ${what}; ${hints.join('; ')}` };
}

function parseNetwork(entry: string): Read<Cidr> {
  const parsed = parseCidr(entry);
  return parsed.ok ? good(parsed.cidr) : bad(parsed.hint);
}

function isPort(value: number): boolean {
  return value >= 1 && value <= 65_535;
}

function good<Value>(value: Value): Read<Value> {
  return { ok: true, value };
}

function bad(hint: string): Read<never> {
  return { ok: false, hint };
}
