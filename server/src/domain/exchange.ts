// One HTTP exchange with a receiver: the port through which the engine sends, and what comes back.

import type { RecordedResponse, Timing } from './attempt.ts';
import type { Instant } from './clock.ts';
import type { Outcome } from './outcome.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { TenantId } from './tenant.ts';

export type SendOptions = {
  /** Connections are never shared between tenants. */
  readonly tenantId: TenantId;
  /** One wall-clock deadline over DNS, connect, TLS, headers and body. */
  readonly timeoutMs: number;
  readonly tlsVerify: boolean;
  /** How many redirects to follow with method and body kept; 0 takes a redirect as the answer. */
  readonly redirectsMax: number;
  /** Goes over a connection of its own, and tells what was found out about the receiver on the way. */
  readonly inspects?: true;
};

/** What opening a connection found out about a receiver that the address guard allows. */
export type FoundReceiver = {
  /** What its name resolves to; null where no name was looked up. */
  readonly addresses: readonly string[] | null;
  /** What its TLS handshake showed, whether or not the certificate is good; null where none came so far. */
  readonly tls: FoundTls | null;
};

/** Issuer and subject as the certificate has them, such as `CN=example.com`. */
export type FoundTls = {
  readonly protocol: string;
  readonly issuer: string;
  readonly subject: string;
  /** NaN where the certificate tells no time that can be read. */
  readonly validTo: Instant;
};

export type Exchange = {
  readonly outcome: Outcome;
  readonly response: RecordedResponse | null;
  readonly timing: Timing;
  readonly durationMs: number;
  /**
   * A kept connection turned out to be closed as the request was written, and no byte of an answer came: the one case
   * in which another attempt, formatted and signed again, may follow at once.
   */
  readonly staleConnection?: true;
  /** Of an exchange that inspects. */
  readonly found?: FoundReceiver;
};

/** The exchange of a request that could not even be made. */
export function nothingSent(outcome: Outcome): Exchange {
  return { outcome, response: null, timing: {}, durationMs: 0 };
}

/** Sends a request through the address guard. Never rejects: whatever happens is the exchange's outcome. */
export type Send = (request: OutgoingRequest, options: SendOptions, cut: AbortSignal) => Promise<Exchange>;

/** Sends what a person tests, outside of lanes: cut only when the server stops. */
export type SendTest = (request: OutgoingRequest, options: SendOptions) => Promise<Exchange>;
