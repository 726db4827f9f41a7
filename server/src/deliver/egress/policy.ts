// What the operator lets out: the settings of the address guard as one value, replaced as a whole when they change.

import type { Secret } from '../../domain/secret.ts';
import type { Cidr } from './address.ts';

export type PortRange = { readonly from: number; readonly to: number };

/** The operator's forward proxy, through which every connection is asked for with CONNECT. */
export type EgressProxy = {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`. */
  readonly authorization: Secret | null;
};

export type EgressPolicy = {
  /** `EGRESS_ALLOW_CIDRS`: opened addresses; an IPv4-mapped entry stands as IPv4. */
  readonly cidrs: readonly Cidr[];
  /** `EGRESS_ALLOW_PORTS`: only these; empty allows any but 0. */
  readonly ports: readonly PortRange[];
  /** `EGRESS_ALLOW_NAMES`: `.internal` opens every name below it, `receiver` itself and every name below it. */
  readonly names: readonly string[];
  /** `EGRESS_ALLOW_HTTP` */
  readonly http: boolean;
  /** `EGRESS_ALLOW_METADATA`: lifts the rule that cloud metadata is denied even inside an opened network. */
  readonly metadata: boolean;
  /** `EGRESS_NAT64`: prefixes whose carried IPv4 address is judged instead. */
  readonly nat64: readonly Cidr[];
  /** `EGRESS_PROXY` */
  readonly proxy: EgressProxy | null;
  /** `DNS_SERVERS`, each `ADDRESS:PORT`; empty takes the system's. */
  readonly dnsServers: readonly string[];
  /** `EGRESS_TLS_VERIFY`: `always` overrides a webhook that has switched verification off. */
  readonly tlsVerify: 'webhook' | 'always';
};

/** Nothing opened: only global addresses and public names, over https. */
export const closedPolicy: EgressPolicy = {
  cidrs: [],
  ports: [],
  names: [],
  http: false,
  metadata: false,
  nat64: [],
  proxy: null,
  dnsServers: [],
  tlsVerify: 'webhook',
};

/** Whether a connection may go to a port. */
export function allowsPort(policy: EgressPolicy, port: number): boolean {
  if (port < 1 || port > 65_535) return false;
  return policy.ports.length === 0 || policy.ports.some(({ from, to }) => port >= from && port <= to);
}
