// The HTTP request that a delivery becomes, and the port through which each dialect makes it.

import type { Instant } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { Event } from './event.ts';
import type { Webhook } from './webhook.ts';

export type OutgoingRequest = {
  /** Deliveries are POSTs; `HEAD` only asks whether somebody is there. */
  readonly method: 'POST' | 'HEAD';
  readonly url: string;
  /** In the order in which they go out; names as they appear on the wire. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Set by a format whose webhooks may sign by a policy: who says it of what. Signing so takes it away. */
  readonly jwt?: TokenClaims;
  /** The headers, in lower case, that an HTTP message signature covers beside the digest. Signing so takes it away. */
  readonly covered?: readonly string[];
};

/** What a dialect puts into the tokens of its webhooks; the rest is the policy's. */
export type TokenClaims = {
  readonly issuer: string;
  readonly subject: string;
  /** Whether the token says which of the policy's keys signed it, for receivers that look keys up. */
  readonly namesKey: boolean;
};

/** One delivery about to be attempted. */
type Message = { readonly delivery: Delivery; readonly event: Event; readonly webhook: Webhook };

/**
 * A dialect's wire format: envelope around the published bytes, headers, credentials; everything but the signature.
 * Pure, and the same bytes for every attempt of a delivery.
 */
export type Format = (
  message: Message,
  attempt: { readonly number: number; readonly at: Instant },
) => OutgoingRequest;
