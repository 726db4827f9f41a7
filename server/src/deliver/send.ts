// Sends requests to receivers: every connection through the address guard, every ending an exchange, never an exception.

import type { SecureContext } from 'node:tls';
import type { Clock } from '../domain/clock.ts';
import { nothingSent, type Send, type SendOptions } from '../domain/exchange.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import type { Emit } from '../domain/signal.ts';
import { BoundedMap } from './egress/bounded-map.ts';
import { Connections } from './egress/connections.ts';
import type { Connection } from './egress/connections.ts';
import { open } from './egress/open.ts';
import type { OpenParts, Progress } from './egress/open.ts';
import type { EgressPolicy } from './egress/policy.ts';
import { makeResolve } from './egress/resolve.ts';
import { makeSecureContext } from './egress/secure.ts';
import type { Listening } from './egress/self.ts';
import { exchange } from './send-exchange.ts';
import { followRedirects } from './send-redirects.ts';
import { Cuts, Span } from './send-span.ts';
import { rememberTargets } from './send-target.ts';
import type { SendTarget } from './send-target.ts';

export type SendParts = {
  /** The policy of the moment; another object takes hold at once, on open connections too. */
  readonly policy: () => EgressPolicy;
  /** Where this installation itself listens: never connected to. */
  readonly listening: () => Listening;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Certificate authorities that the operator trusts besides the usual ones, in PEM. */
  readonly authorities?: readonly string[];
};

export type Sender = {
  readonly send: Send;
  /** Closes every connection. Requests in flight are cut: end them first. */
  readonly close: () => Promise<void>;
};

export function makeSend(parts: SendParts): Sender {
  const { clock, policy } = parts;
  const connections = new Connections(clock);
  const sessions = new BoundedMap<string, Buffer>(1_000);
  const targetOf = rememberTargets();
  const cuts = new Cuts();
  const openParts: OpenParts = { clock, resolve: makeResolve(clock), listening: parts.listening };
  let context: SecureContext | undefined;

  function once(request: OutgoingRequest, target: SendTarget, options: SendOptions, span: Span) {
    const current = policy();
    const inspects = options.inspects === true;
    const verify = options.tlsVerify || current.tlsVerify === 'always';
    const key = `${options.tenantId} ${verify} ${target.origin}`;

    async function connect(progress: Progress, signal: AbortSignal): Promise<Connection> {
      context ??= makeSecureContext(parts.authorities ?? []);
      const opened = await open(openParts, target, {
        policy: current,
        progress,
        signal,
        context,
        verify,
        // A handshake that is taken up again shows no certificate.
        session: inspects ? undefined : sessions.get(key),
        onSession: (session) => sessions.set(key, session),
      });
      return connections.add(key, target.origin, opened, current);
    }

    return exchange(request, target.path, span, {
      connections,
      reuse: () => (inspects ? undefined : connections.take(key, current)),
      connect,
      onRefused: (refused) =>
        parts.emit({
          kind: 'target.refused',
          tenantId: options.tenantId,
          host: target.host,
          ...refused,
        }),
      wall: () => clock.wall(),
      inspects,
    });
  }

  return {
    async send(request, options, cut) {
      const target = targetOf(request.url);
      if (target === undefined) return unsendable;
      const span = new Span(clock, options.timeoutMs, cuts, cut);
      try {
        if (options.redirectsMax === 0) return await once(request, target, options, span);
        const first = { request, target, hopsLeft: options.redirectsMax };
        return await followRedirects(first, policy, (hop) => once(hop.request, hop.target, options, span));
      } finally {
        span.close();
      }
    },
    close: () => connections.close(),
  };
}

const unsendable = nothingSent({
  kind: 'error',
  reason: 'request_invalid',
  detail: 'The URL of the webhook is not http or https',
});
