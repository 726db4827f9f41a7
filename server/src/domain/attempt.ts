// One HTTP request made for a delivery, as it is recorded: what was sent, what came back, how long each part took.

import type { Instant } from './clock.ts';
import type { DeliveryId } from './delivery.ts';
import type { Id } from './id.ts';
import type { Outcome } from './outcome.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

type AttemptId = Id;

export type Attempt = {
  readonly id: AttemptId;
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  readonly webhookId: WebhookId;
  readonly eventType: string;
  /** From 1 within its delivery. */
  readonly number: number;
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly outcome: Exclude<Outcome, { kind: 'platform' }>;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse | null;
  readonly timing: Timing;
};

/** The request with every secret masked. The body is the event's, formatted: it can be made again and is not kept twice. */
export type RecordedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type RecordedResponse = {
  readonly status: number;
  readonly reason: string;
  /** At most 32 headers and 8 KiB; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 16 KiB, as they came: never inflated. */
  readonly body: Uint8Array;
  /** Bytes read, at most 64 KiB, and their SHA-256 in hex. */
  readonly bodyLength: number;
  readonly bodySha256: string;
  /** The body was longer than what was read, or was cut before its end. */
  readonly bodyTruncated: boolean;
};

/** Milliseconds from the start of the attempt to the end of each phase; absent for phases that did not happen. */
export type Timing = {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
};
