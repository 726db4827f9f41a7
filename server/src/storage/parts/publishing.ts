// The store's part that publishing uses.

import { hourMs } from '../../domain/clock.ts';
import type { Executor } from '../executor.ts';
import type { PublishEntry, PublishResult, PublishStore, RoutedEvent } from '../port/publish-store.ts';
import { publishRows } from '../rows/publish-rows.ts';

/** Routings known to be stored, so that a decision over many webhooks crosses to the database once, not per event. */
export type KnownRoutings = Set<string>;

const knownRoutingsMax = 10_000;
/** Another node may remove a routing that was not used for a day; so nothing is taken for granted for that long. */
const knownForMs = hourMs;

export function makePublishing(executor: Executor, knownRoutings: KnownRoutings): PublishStore {
  let knownSince = 0;
  return {
    async publish(entry) {
      forgetInTime(entry);
      const rows = publishRows(entry, (id) => knownRoutings.has(id));
      try {
        const result = (await executor.write('publish', rows)) ?? allFresh(entry);
        if (result.kind === 'stored') remember(entry.events.filter((_, index) => result.fresh[index]));
        return result;
      } catch (error) {
        knownRoutings.clear();
        throw error;
      }
    },
  };

  function forgetInTime({ events: [first] }: PublishEntry): void {
    const now = first?.event.acceptedAt ?? knownSince;
    if (Math.abs(now - knownSince) < knownForMs) return;
    knownRoutings.clear();
    knownSince = now;
  }

  function remember(events: readonly RoutedEvent[]): void {
    if (knownRoutings.size > knownRoutingsMax) knownRoutings.clear();
    for (const { routing } of events) knownRoutings.add(routing.id);
  }
}

function allFresh({ events }: PublishEntry): PublishResult {
  return {
    kind: 'stored',
    accepted: events.map(({ event, deliveries }) => ({ eventId: event.id, deliveries: deliveries.length })),
    fresh: events.map(() => true),
  };
}
