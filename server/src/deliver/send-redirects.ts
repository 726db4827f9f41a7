// Follows redirects where a profile does so, with method and body kept: each hop is judged like a webhook's own target.

import type { Exchange } from '../domain/exchange.ts';
import type { ErrorReason } from '../domain/outcome.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { judgeTarget } from './egress/target-rules.ts';
import type { EgressPolicy } from './egress/policy.ts';
import { sendTarget } from './send-target.ts';
import type { SendTarget } from './send-target.ts';

const redirects = new Set([301, 302, 303, 307, 308]);

export type Hop = {
  readonly request: OutgoingRequest;
  readonly target: SendTarget;
  readonly hopsLeft: number;
};

/** An answer that is no redirect, names no place to go to, or is one redirect too many, is the exchange. */
export async function followRedirects(
  hop: Hop,
  policy: () => EgressPolicy,
  once: (hop: Hop) => Promise<Exchange>,
): Promise<Exchange> {
  const exchange = await once(hop);
  const location = redirectLocation(exchange, hop.target);
  if (location === undefined || hop.hopsLeft === 0) return exchange;
  if (hop.target.tls && location.protocol === 'http:') {
    return refuse(exchange, 'redirect_refused', 'A redirect leads from https to http');
  }
  const judged = judgeTarget(location.href, { http: true, userinfo: false }, policy());
  if (!judged.ok) return refuse(exchange, ...refusalOf(judged.problem.rule));
  return followRedirects(nextHop(hop, sendTarget(judged.target.url)!), policy, once);
}

function redirectLocation({ response }: Exchange, target: SendTarget): URL | undefined {
  if (response === null || !redirects.has(response.status)) return undefined;
  const location = response.headers['location'];
  return location === undefined ? undefined : (URL.parse(location, target.url.href) ?? undefined);
}

/** Method and body stay; credentials stay with the origin that they were meant for. */
function nextHop({ request, target, hopsLeft }: Hop, next: SendTarget): Hop {
  const headers = next.origin === target.origin ? request.headers : withoutCredentials(request.headers);
  return { request: { ...request, url: next.url.href, headers }, target: next, hopsLeft: hopsLeft - 1 };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}

function refusalOf(rule: string): [ErrorReason, string] {
  return rule === 'target_not_allowed' || rule === 'port'
    ? ['target_not_allowed', 'The address guard does not allow the target of a redirect']
    : ['redirect_refused', 'A redirect leads to a URL that is not allowed'];
}

function refuse(exchange: Exchange, reason: ErrorReason, detail: string): Exchange {
  return { ...exchange, outcome: { kind: 'error', reason, detail } };
}
