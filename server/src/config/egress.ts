// The settings of the address guard are read by its own rules.

export {
  parseCidrs,
  parseNames,
  parseNat64,
  parsePorts,
  parseProxy,
  parseServers,
} from '../deliver/egress/policy-settings.ts';
