// What the two ends of a remote send say to each other. Requests and exchanges travel in batches, as lists of values with
// all their bytes in one buffer that changes hands: a message, an object or a buffer of its own for each costs more than
// what it carries.

import type { Exchange, SendOptions } from '../domain/exchange.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { Secret } from '../domain/secret.ts';
import type { Signal } from '../domain/signal.ts';
import type { EgressPolicy } from './egress/policy.ts';
import type { Listening } from './egress/self.ts';

/** What the guard goes by. */
export type EgressRules = { readonly policy: EgressPolicy; readonly listening: Listening };

/** To the thread that sends. The rules come first. */
export type Order =
  | { readonly kind: 'rules'; readonly rules: PackedRules }
  | { readonly kind: 'send'; readonly requests: Packed }
  /** Ends all requests that were sent under this number. */
  | { readonly kind: 'cut'; readonly cut: number }
  | { readonly kind: 'close' };

/** From it. */
export type Report =
  | { readonly kind: 'ended'; readonly exchanges: Packed }
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'closed' };

export type NumberedRequest = {
  readonly id: number;
  /** Stands for the signal that cuts it. */
  readonly cut: number;
  readonly request: Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'body'>;
  readonly options: SendOptions;
};
export type NumberedExchange = { readonly id: number; readonly exchange: Exchange };

/** `bytes` is to be transferred. */
export type Packed = { readonly values: readonly unknown[]; readonly bytes: Uint8Array<ArrayBuffer> };

export function packRequests(requests: readonly NumberedRequest[]): Packed {
  const values: unknown[] = [];
  for (const { id, cut, request, options } of requests) {
    const { tenantId, timeoutMs, tlsVerify, redirectsMax, inspects } = options;
    values.push(id, cut, request.method, request.url, request.headers, request.body.length);
    values.push(tenantId, timeoutMs, tlsVerify, redirectsMax, inspects);
  }
  return { values, bytes: joined(requests.map(({ request }) => request.body)) };
}

export function unpackRequests({ values, bytes }: Packed): NumberedRequest[] {
  const { take, takeBytes, isOver } = taking(values, bytes);
  const requests: NumberedRequest[] = [];
  while (!isOver()) {
    const id = take() as number;
    const cut = take() as number;
    const request = {
      method: take() as OutgoingRequest['method'],
      url: take() as string,
      headers: take() as OutgoingRequest['headers'],
      body: takeBytes(take() as number),
    };
    const options = {
      tenantId: take() as string,
      timeoutMs: take() as number,
      tlsVerify: take() as boolean,
      redirectsMax: take() as number,
    };
    const inspects = take() as true | undefined;
    requests.push({ id, cut, request, options: { ...options, ...(inspects && { inspects }) } });
  }
  return requests;
}

export function packExchanges(ended: readonly NumberedExchange[]): Packed {
  const values: unknown[] = [];
  const bodies: Uint8Array[] = [];
  for (const { id, exchange } of ended) {
    const { outcome, response, timing, durationMs, staleConnection, found } = exchange;
    values.push(id, outcome, timing, durationMs, staleConnection, found, response !== null);
    if (response === null) continue;
    const { status, reason, headers, body, bodyLength, bodySha256, bodyTruncated } = response;
    values.push(status, reason, headers, body.length, bodyLength, bodySha256, bodyTruncated);
    bodies.push(body);
  }
  return { values, bytes: joined(bodies) };
}

export function unpackExchanges({ values, bytes }: Packed): NumberedExchange[] {
  const { take, takeBytes, isOver } = taking(values, bytes);
  const ended: NumberedExchange[] = [];
  while (!isOver()) {
    const id = take() as number;
    const outcome = take() as Exchange['outcome'];
    const timing = take() as Exchange['timing'];
    const durationMs = take() as number;
    const stale = take() as true | undefined;
    const found = take() as Exchange['found'];
    const response = take() === true ? takeResponse(take, takeBytes) : null;
    const rare = { ...(stale && { staleConnection: stale }), ...(found && { found }) };
    ended.push({ id, exchange: { outcome, response, timing, durationMs, ...rare } });
  }
  return ended;
}

function takeResponse(take: Take, takeBytes: TakeBytes): Exchange['response'] {
  return {
    status: take() as number,
    reason: take() as string,
    headers: take() as Readonly<Record<string, string>>,
    // Of its own: what is kept of one answer must not hold on to those that came with it.
    body: takeBytes(take() as number).slice(),
    bodyLength: take() as number,
    bodySha256: take() as string,
    bodyTruncated: take() as boolean,
  };
}

type Take = () => unknown;
type TakeBytes = (length: number) => Uint8Array;

function taking(values: readonly unknown[], bytes: Uint8Array) {
  let at = 0;
  let byte = 0;
  const take: Take = () => values[at++];
  const takeBytes: TakeBytes = (length) => bytes.subarray(byte, (byte += length));
  return { take, takeBytes, isOver: () => at === values.length };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  // Not of Node's pool, which can't change hands.
  const all = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A secret keeps to itself when it is copied: the proxy's goes beside the policy. */
type PackedRules = {
  readonly policy: EgressPolicy;
  readonly listening: Listening;
  readonly authorization: string | null;
};

export function packRules({ policy, listening }: EgressRules): PackedRules {
  const authorization = policy.proxy?.authorization?.reveal() ?? null;
  const proxy = policy.proxy === null ? null : { ...policy.proxy, authorization: null };
  return { policy: { ...policy, proxy }, listening, authorization };
}

export function unpackRules({ policy, listening, authorization }: PackedRules): EgressRules {
  if (policy.proxy === null || authorization === null) return { policy, listening };
  return {
    policy: { ...policy, proxy: { ...policy.proxy, authorization: new Secret(authorization) } },
    listening,
  };
}
