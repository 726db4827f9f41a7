// Opens connections for send: resolve → judge every address → refuse ourselves → dial → judge what was reached → secure.

import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../domain/clock.ts';
import { classify } from './classify.ts';
import { dial } from './dial.ts';
import { Failure, notAllowed } from './failure.ts';
import { judgeName } from './host-name.ts';
import { allowsPort } from './policy.ts';
import type { EgressPolicy, EgressProxy } from './policy.ts';
import type { Resolve } from './resolve.ts';
import { secure } from './secure.ts';
import type { Handshake } from './secure.ts';
import { isOwnListener, isPublicSelf } from './self.ts';
import type { Listening } from './self.ts';
import { tunnel } from './tunnel.ts';

export type Origin = {
  readonly tls: boolean;
  /** A name without a dot at its end, or an address without brackets. */
  readonly host: string;
  readonly port: number;
};

/** How far an opening is, and how long its phases took, in milliseconds since the attempt's start. */
export type Progress = {
  phase: 'dns' | 'connect' | 'tls' | 'proxy';
  /** Says that a phase is over, so that its time can be noted. */
  ended(phase: 'dns' | 'connect' | 'tls'): void;
  /** Tells what the target's name resolves to, once all of it is found to be allowed. */
  resolved(addresses: readonly string[]): void;
  /** Shows the target's handshake, before its certificate is judged. */
  shookHands(socket: TLSSocket): void;
};

export type OpenParts = {
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly listening: () => Listening;
};

type Opening = Omit<Handshake, 'host' | 'onHandshake'> & {
  readonly policy: EgressPolicy;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** A connection ready for a request, and the TCP socket it runs over: the same one, but for TLS. */
export type Opened = { readonly socket: Socket; readonly wire: Socket };

const candidatesMax = 16;

/**
 * A connection to an origin that the policy allows, ready for a request. Rejects with a `Failure`, or with the
 * signal's reason once it is aborted. Through an egress proxy the proxy's address is judged and dialled, and of the
 * target the name, port or literal.
 */
export async function open(parts: OpenParts, origin: Origin, opening: Opening): Promise<Opened> {
  const { policy, progress, signal } = opening;
  const nameIsOpened = judgeOrigin(origin, policy, parts.listening());
  const wire =
    policy.proxy === null
      ? await reach(parts, origin, opening, nameIsOpened)
      : await reachThroughProxy(parts, origin, policy.proxy, opening);
  if (!origin.tls) return { socket: wire, wire };
  progress.phase = 'tls';
  const onHandshake = (socket: TLSSocket) => progress.shookHands(socket);
  const socket = await secure(wire, { ...opening, host: origin.host, onHandshake }, parts.clock, signal);
  progress.ended('tls');
  return { socket, wire };
}

/** What can be judged before the DNS is asked. Answers whether the name is an internal one that the operator opened. */
function judgeOrigin(origin: Origin, policy: EgressPolicy, listening: Listening): boolean {
  const { host, port } = origin;
  if (!allowsPort(policy, port)) throw notAllowed(`port ${port}`);
  if (isPublicSelf(host, port, listening)) throw notAllowed('own public host and port');
  if (isIP(host) !== 0) {
    judgeAddress(host, port, policy, listening, false);
    return false;
  }
  const verdict = judgeName(host, policy);
  if (verdict.kind === 'malformed' || verdict.kind === 'internal')
    throw notAllowed(`name: ${verdict.problem}`);
  return verdict.kind === 'opened';
}

/** Throws unless the policy allows the address. An internal name reaches only what the operator opened by address, too. */
function judgeAddress(
  address: string,
  port: number,
  policy: EgressPolicy,
  listening: Listening,
  nameIsOpened: boolean,
): void {
  const verdict = classify(address, policy);
  if (!verdict.allowed) throw notAllowed(verdict.rule, address);
  if (nameIsOpened && verdict.by !== 'operator')
    throw notAllowed('internal name, address not opened', address);
  if (isOwnListener(address, port, listening)) throw notAllowed('own listener', address);
}

/** Dials the first address that answers. Every address is judged first: one that is denied refuses them all. */
async function reach(
  parts: OpenParts,
  { host, port }: Pick<Origin, 'host' | 'port'>,
  { policy, progress, signal }: Opening,
  nameIsOpened: boolean,
): Promise<Socket> {
  const addresses = await addressesOf(parts, host, policy, progress, signal);
  const listening = parts.listening();
  for (const address of addresses) judgeAddress(address, port, policy, listening, nameIsOpened);
  if (isIP(host) === 0) progress.resolved(addresses);

  progress.phase = 'connect';
  const socket = await dialFirst(addresses.slice(0, candidatesMax), port, parts.clock, signal);
  try {
    judgeAddress(socket.remoteAddress ?? '', port, policy, listening, nameIsOpened);
  } catch (refusal) {
    socket.destroy();
    throw refusal;
  }
  progress.ended('connect');
  return socket;
}

async function addressesOf(
  parts: OpenParts,
  host: string,
  policy: EgressPolicy,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  progress.phase = 'dns';
  const addresses = await parts.resolve(host, policy.dnsServers);
  signal.throwIfAborted();
  progress.ended('dns');
  return addresses;
}

async function dialFirst(
  candidates: readonly string[],
  port: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  let last: unknown;
  for (const address of candidates) {
    try {
      return await dial(address, port, clock, signal);
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw last;
}

/** The proxy is the operator's: whatever keeps us from it is the platform's fault. */
async function reachThroughProxy(
  parts: OpenParts,
  origin: Origin,
  proxy: EgressProxy,
  opening: Opening,
): Promise<Socket> {
  const { progress, signal } = opening;
  const silent: Progress = {
    phase: 'proxy',
    ended: () => undefined,
    resolved: () => undefined,
    shookHands: () => undefined,
  };
  progress.phase = 'proxy';
  let socket: Socket;
  try {
    const plain = await reach(parts, proxy, { ...opening, progress: silent }, false);
    socket = proxy.tls ? await secure(plain, proxyHandshake(proxy, opening), parts.clock, signal) : plain;
  } catch (error) {
    if (error instanceof Failure) throw proxyFailure(error);
    throw error;
  }
  const tunnelled = await tunnel(socket, origin, proxy, signal);
  progress.ended('connect');
  return tunnelled;
}

function proxyHandshake(proxy: EgressProxy, { context }: Opening): Handshake {
  return {
    host: proxy.host,
    verify: true,
    context,
    session: undefined,
    onSession: nothing,
    onHandshake: nothing,
  };
}

function nothing(): void {}

function proxyFailure(failure: Failure): Failure {
  const why =
    failure.refused === undefined ? failure.outcome.detail : 'the address guard does not allow its address';
  const detail = `The egress proxy (EGRESS_PROXY) can not be used: ${why}`;
  return new Failure({ kind: 'platform', reason: 'egress_proxy_down', detail }, failure.refused);
}
