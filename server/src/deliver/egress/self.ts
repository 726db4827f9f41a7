// Refuses connections to Posthorn itself: a webhook that points back here would deliver to the one who delivers.

import { networkInterfaces } from 'node:os';
import { cidr, contains, parseAddress, sameAddress } from './address.ts';
import type { Address } from './address.ts';

/** Where this installation listens, and the host and port under which the world knows it. */
export type Listening = {
  readonly ports: readonly number[];
  readonly publicHost: { readonly host: string; readonly port: number } | null;
};

const thisMachine = [cidr('127.0.0.0/8'), cidr('0.0.0.0/8'), cidr('::/127')];

/** Whether an address and port are a listener of this process, by whatever address of the machine. */
export function isOwnListener(text: string, port: number, listening: Listening): boolean {
  if (!listening.ports.includes(port)) return false;
  const address = parseAddress(text);
  return address === undefined || isLocal(address);
}

/** Whether a target is named by the installation's own public host and port. */
export function isPublicSelf(host: string, port: number, { publicHost }: Listening): boolean {
  return publicHost !== null && publicHost.port === port && publicHost.host === host;
}

function isLocal(address: Address): boolean {
  if (thisMachine.some((network) => contains(network, address))) return true;
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .some((own) => {
      const ownAddress = parseAddress(own.address);
      return ownAddress !== undefined && sameAddress(ownAddress, address);
    });
}
