// The rules of host names: which are well-formed, which are internal, and which internal ones the operator opened.

import { domainToASCII, domainToUnicode } from 'node:url';
import type { EgressPolicy } from './policy.ts';

export type NameVerdict =
  | { readonly kind: 'public' }
  /** Only by `EGRESS_ALLOW_NAMES`: its addresses must lie in a network that the operator opened, too. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'malformed'; readonly problem: string }
  /** `openedBy` names the settings that would let it pass. */
  | { readonly kind: 'internal'; readonly problem: string; readonly openedBy: string };

const internalSuffixes = [
  'localhost',
  'internal',
  'local',
  'lan',
  'home.arpa',
  'corp',
  'in-addr.arpa',
  'ip6.arpa',
];
const thisMachine = 'localhost.localdomain';
const metadataName = 'metadata.google.internal';

/** Judges a host name in its ASCII form, lower case, without a dot at the end. Never asks the DNS. */
export function judgeName(name: string, policy: Pick<EgressPolicy, 'names' | 'metadata'>): NameVerdict {
  const malformed = nameProblem(name);
  if (malformed !== undefined) return { kind: 'malformed', problem: malformed };
  if (name === metadataName && !policy.metadata) {
    const openedBy = 'EGRESS_ALLOW_METADATA together with EGRESS_ALLOW_NAMES';
    return { kind: 'internal', problem: 'it is the name of a cloud metadata service', openedBy };
  }
  const internal = internalProblem(name);
  if (internal === undefined) return { kind: 'public' };
  return policy.names.some((suffix) => endsWithSuffix(name, suffix))
    ? { kind: 'opened' }
    : { kind: 'internal', problem: internal, openedBy: 'EGRESS_ALLOW_NAMES' };
}

/** What is wrong with the form of a name in ASCII: empty or long parts, stray hyphens, labels that are no IDNA (RFC 5890). */
export function nameProblem(name: string): string | undefined {
  if (name.length > 253) return 'it is longer than 253 characters';
  for (const label of name.split('.')) {
    if (label === '') return 'it has an empty part between or beside dots';
    if (label.length > 63) return `its part '${label.slice(0, 20)}…' is longer than 63 characters`;
    if (!/^[a-z0-9_-]+$/.test(label)) return `its part '${label}' has characters that no host name has`;
    if (label.startsWith('-') || label.endsWith('-'))
      return `its part '${label}' starts or ends with a hyphen`;
    if (label.startsWith('xn--') && !isPunycode(label)) return `its part '${label}' is no valid punycode`;
  }
  return undefined;
}

function internalProblem(name: string): string | undefined {
  if (!name.includes('.')) return 'it has a single part, as only internal names have';
  if (name === thisMachine) return 'it is a name of this machine';
  const suffix = internalSuffixes.find((each) => name === each || name.endsWith(`.${each}`));
  return suffix === undefined ? undefined : `names ending in '${suffix}' are internal`;
}

function endsWithSuffix(name: string, suffix: string): boolean {
  return suffix.startsWith('.') ? name.endsWith(suffix) : name === suffix || name.endsWith(`.${suffix}`);
}

/** Node reads an ASCII label as it stands, so a label is valid where decoding changes it and encoding gives it back. */
function isPunycode(label: string): boolean {
  const decoded = domainToUnicode(label);
  return decoded !== label && decoded !== '' && domainToASCII(decoded) === label;
}
