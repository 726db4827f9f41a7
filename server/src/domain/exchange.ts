// One HTTP exchange with a receiver: the port through which the engine sends, and what comes back.

import type { RecordedResponse, Timing } from './attempt.ts';
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
};

/** The exchange of a request that could not even be made. */
export function nothingSent(outcome: Outcome): Exchange {
  return { outcome, response: null, timing: {}, durationMs: 0 };
}

/** Sends a request through the address guard. Never rejects: whatever happens is the exchange's outcome. */
export type Send = (request: OutgoingRequest, options: SendOptions, cut: AbortSignal) => Promise<Exchange>;

/** Sends what a person tests, outside of lanes: cut only when the server stops. */
export type SendTest = (request: OutgoingRequest, options: SendOptions) => Promise<Exchange>;
