// The addresses that are never global, with the reason for each: everything else may be reached.

import { cidr, parseAddress } from './address.ts';
import type { Address, Cidr } from './address.ts';

export type DeniedRange = { readonly network: Cidr; readonly reason: string };

/** IPv4 is allowed except here: IANA's special-purpose registry (RFC 6890) and Azure's wire server. */
export const deniedIpv4: readonly DeniedRange[] = [
  denied('0.0.0.0/8', 'this network; reaches loopback on Linux'),
  denied('10.0.0.0/8', 'private'),
  denied('100.64.0.0/10', 'shared address space (carrier-grade NAT)'),
  denied('127.0.0.0/8', 'loopback'),
  denied('168.63.129.16/32', 'Azure wire server'),
  denied('169.254.0.0/16', 'link-local'),
  denied('172.16.0.0/12', 'private'),
  denied('192.0.0.0/24', 'IETF protocol assignments'),
  denied('192.0.2.0/24', 'documentation'),
  denied('192.31.196.0/24', 'AS112'),
  denied('192.52.193.0/24', 'AMT'),
  denied('192.88.99.0/24', '6to4 relay anycast'),
  denied('192.168.0.0/16', 'private'),
  denied('192.175.48.0/24', 'AS112 direct delegation'),
  denied('198.18.0.0/15', 'benchmarking'),
  denied('198.51.100.0/24', 'documentation'),
  denied('203.0.113.0/24', 'documentation'),
  denied('224.0.0.0/4', 'multicast'),
  denied('240.0.0.0/4', 'reserved and broadcast'),
];

/** IPv6 is denied except here, where global unicast addresses are allocated (RFC 4291 §2.4). */
export const globalUnicast = cidr('2000::/3');

/** What is not global within `globalUnicast`. */
export const deniedIpv6: readonly DeniedRange[] = [
  denied('2001::/23', 'IETF protocol assignments'),
  denied('2001:db8::/32', 'documentation'),
  denied('3fff::/20', 'documentation'),
  denied('2002::/16', '6to4'),
  denied('2620:4f:8000::/48', 'AS112 direct delegation'),
];

/** Where cloud machines find their credentials: denied even inside a network that the operator opened. */
export const metadataAddresses: readonly Address[] = [
  '169.254.169.254', // AWS, GCP, Azure, OpenStack, DigitalOcean
  '169.254.170.2', // ECS
  'fd00:ec2::254', // AWS over IPv6
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  '168.63.129.16', // Azure
].map((text) => parseAddress(text)!);

function denied(text: string, reason: string): DeniedRange {
  return { network: cidr(text), reason };
}
