// Accepts events: deduplicate → match → store, in one transaction; then hands the fresh deliveries to the lanes.

import type { Caller } from '../domain/access.ts';
import type { EventContext } from '../domain/event.ts';
import type { Accepted, IdempotencyKey, QueuedDelivery } from '../storage/store.ts';

/** An event as a dialect has read it from its wire: checked, with the bytes of its data. */
export type Submission = {
  readonly type: string;
  readonly occurredAt: number | null;
  readonly data: Uint8Array;
  readonly context: EventContext;
  /** SHA-256 in hex of the event as submitted: the same publisher's id with another hash is a conflict. */
  readonly bodyHash: string;
};

/**
 * Resolves once the events and all their deliveries are committed and survive power loss: one answer per submission,
 * in order. Refuses with `conflict` when a publisher's id comes again with another body, with `idempotency_key_reuse`,
 * with `storage_full` or `unavailable` (then nothing is stored).
 */
export type Publish = (caller: Caller, submissions: readonly Submission[], idempotency: IdempotencyKey | null) => Promise<readonly Accepted[]>;

/** Takes fresh deliveries straight from the commit into their lanes. */
export type HandOver = (fresh: readonly QueuedDelivery[]) => void;
