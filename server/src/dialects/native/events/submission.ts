// What every spelling of an event becomes before it is published.

import { createHash } from 'node:crypto';
import type { EventContext } from '../../../domain/event.ts';
import type { Submission } from '../../../publish/publish.ts';
import { parseTime } from '../../../domain/iso-time.ts';

export type ReadEvent = {
  readonly type: string;
  /** Checked before. */
  readonly occurredAt: string | undefined;
  readonly data: Uint8Array;
  readonly context: EventContext;
  /** The event's own in its request, where that is not a batch. */
  readonly idPointer: string;
};

export function submissionOf({ type, occurredAt, data, context, idPointer }: ReadEvent): Submission {
  const at = occurredAt === undefined ? null : (parseTime(occurredAt) ?? null);
  // A copy of its own: the data must not keep the whole request in memory.
  const bytes = Buffer.from(data);
  const bodyHash = () => hashOf(type, at, bytes, context);
  return { type, occurredAt: at, data: bytes, context, bodyHash, idPointer };
}

/**
 * The hash is over the content, not the bytes of the request, so that the same event is known again in a batch or as
 * a CloudEvent of another mode.
 */
function hashOf(type: string, at: number | null, data: Uint8Array, context: EventContext): string {
  return createHash('sha256')
    .update(JSON.stringify([type, at, sorted(context)]))
    .update('\n')
    .update(data)
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, member]) => [key, sorted(member)]);
}
