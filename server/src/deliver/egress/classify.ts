// The verdict on one address: the rule that every literal, every DNS record and every open connection goes through.

import { contains, parseAddress, sameAddress } from './address.ts';
import type { Address } from './address.ts';
import { carriedIpv4s, isatapIpv4, nat64Ipv4 } from './carried-ipv4.ts';
import { deniedIpv4, deniedIpv6, globalUnicast, metadataAddresses } from './denied-addresses.ts';
import type { DeniedRange } from './denied-addresses.ts';
import type { EgressPolicy } from './policy.ts';

export type Verdict =
  /** `operator`: open only because a network of `EGRESS_ALLOW_CIDRS` covers it. */
  | { readonly allowed: true; readonly by: 'global' | 'operator' }
  /** `rule` is for the operator's log; tenants never see it. */
  | { readonly allowed: false; readonly rule: string };

export const metadataRule = 'metadata service';

export type AddressPolicy = Pick<EgressPolicy, 'cidrs' | 'metadata' | 'nat64'>;

/** Judges an address given as text, as a DNS answer or a socket reports it. */
export function classify(text: string, policy: AddressPolicy): Verdict {
  const address = parseAddress(text);
  if (address === undefined) return denied(text.includes('%') ? 'address with a zone' : 'not an address');
  return judge(address, policy);
}

function judge(address: Address, policy: AddressPolicy): Verdict {
  if (!policy.metadata && isMetadata(address, policy)) return denied(metadataRule);
  if (policy.cidrs.some((network) => contains(network, address))) return { allowed: true, by: 'operator' };
  if (address.family === 4) return judgeByTable(deniedIpv4, address);

  const translated = nat64Ipv4(address, policy.nat64);
  if (translated !== undefined) return judge(translated, policy);
  if (!contains(globalUnicast, address)) return denied('outside 2000::/3');
  const verdict = judgeByTable(deniedIpv6, address);
  const tunnelled = isatapIpv4(address);
  return verdict.allowed && tunnelled !== undefined ? carriedVerdict(judge(tunnelled, policy)) : verdict;
}

function isMetadata(address: Address, policy: AddressPolicy): boolean {
  return [address, ...carriedIpv4s(address, policy.nat64)].some((candidate) =>
    metadataAddresses.some((metadata) => sameAddress(metadata, candidate)),
  );
}

function judgeByTable(table: readonly DeniedRange[], address: Address): Verdict {
  const range = table.find(({ network }) => contains(network, address));
  return range === undefined
    ? { allowed: true, by: 'global' }
    : denied(`${range.network.text}: ${range.reason}`);
}

/** An ISATAP address is itself global; the operator's networks open only what they name. */
function carriedVerdict(carried: Verdict): Verdict {
  return carried.allowed ? { allowed: true, by: 'global' } : denied(`ISATAP of ${carried.rule}`);
}

function denied(rule: string): Verdict {
  return { allowed: false, rule };
}
