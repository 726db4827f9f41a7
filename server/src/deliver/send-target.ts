// Where a request goes, taken from its URL: the origin to connect to and the path to ask for.

import { BoundedMap } from './egress/bounded-map.ts';
import type { Origin } from './egress/open.ts';
import { requestTarget } from '../domain/target.ts';
import { portOf } from './egress/target-rules.ts';

export type SendTarget = Origin & {
  readonly url: URL;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
};

const targetsMax = 10_000;

/** `sendTarget`, which parses the URL of a busy webhook once. */
export function rememberTargets(): typeof sendTarget {
  const known = new BoundedMap<string, SendTarget>(targetsMax);
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const target = sendTarget(text);
    if (target !== undefined) known.set(text, target);
    return target;
  };
}

/** Undefined for what is no http or https URL. */
export function sendTarget(text: string): SendTarget | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return {
    url,
    tls: url.protocol === 'https:',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''),
    port: portOf(url),
    origin: url.origin,
    path: requestTarget(url),
  };
}
