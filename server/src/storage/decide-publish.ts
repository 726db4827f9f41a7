// What becomes of a publish, by what was published before: decided before anything is written, so that an entry that is
// declined leaves its neighbours untouched.

import type { Accepted, PublishResult } from './port/publish-store.ts';
import type { KeyRow, PublishedEventRows, PublishRows } from './rows/publish-rows.ts';
import type { EventRow, IdempotencyRow } from './schema.ts';

/** What the database knows already. */
export type PublishedBefore = {
  /** What the idempotency key was used for, unless it has expired by `now`. */
  key(key: KeyRow, now: number): UsedKey | undefined;
  /** The event that came before under the publisher's id of this one. */
  event(event: EventRow): PublishedAs | undefined;
};

export type UsedKey = Pick<IdempotencyRow, 'body_hash' | 'kind' | 'answer'>;
export type PublishedAs = { readonly bodyHash: string; readonly accepted: Accepted };

export type Decision =
  | { readonly kind: 'declined'; readonly result: PublishResult }
  /** The events to store, and what the entry is answered with once they are; null stands for every event fresh. */
  | {
      readonly kind: 'store';
      readonly fresh: readonly PublishedEventRows[];
      readonly accepted: readonly Accepted[];
      readonly result: PublishResult | null;
    };

export function decidePublish(entry: PublishRows, before: PublishedBefore): Decision {
  if (entry.key !== null) {
    const used = before.key(entry.key, entry.now);
    if (used !== undefined) return { kind: 'declined', result: repeated(used, entry.key) };
  }
  const known = publishedBefore(entry, before);
  if (typeof known === 'number') {
    return { kind: 'declined', result: { kind: 'publisher_id_reused', index: known } };
  }
  const accepted = entry.events.map((published, index) => known.get(index) ?? acceptedAs(published));
  const fresh = entry.events.filter((_, index) => !known.has(index));
  if (known.size === 0) return { kind: 'store', fresh, accepted, result: null };
  const result = { kind: 'stored', accepted, fresh: accepted.map((_, index) => !known.has(index)) } as const;
  return { kind: 'store', fresh, accepted, result };
}

function repeated(used: UsedKey, key: KeyRow): PublishResult {
  if (used.kind !== 'accepted' || used.body_hash !== key.body_hash) return { kind: 'key_reused' };
  return { kind: 'repeated', accepted: JSON.parse(used.answer) as Accepted[] };
}

/**
 * What each event that came before under its publisher's id was accepted as; or the index of the first one whose body
 * is another now. Events of one entry are held against each other too.
 */
function publishedBefore(
  entry: PublishRows,
  before: PublishedBefore,
): ReadonlyMap<number, Accepted> | number {
  const known = new Map<number, Accepted>();
  const inEntry = new Map<string, PublishedAs>();
  for (const [index, published] of entry.events.entries()) {
    const { event } = published;
    if (event.publisher_id === null) continue;
    const key = JSON.stringify([event.publisher_source, event.publisher_id]);
    const first = inEntry.get(key) ?? before.event(event);
    if (first === undefined) {
      inEntry.set(key, { bodyHash: event.body_hash!, accepted: acceptedAs(published) });
    } else {
      if (first.bodyHash !== event.body_hash) return index;
      known.set(index, first.accepted);
    }
  }
  return known;
}

function acceptedAs({ event, deliveries }: PublishedEventRows): Accepted {
  return { eventId: event.id, deliveries: deliveries.length };
}
