// Which deliveries of a webhook go one after the other. Pure.

import type { Instant } from './clock.ts';
import type { EventContext } from './event.ts';

/**
 * Deliveries with the same ordering key form a line: the first is attempted until it has ended, however that is, and the
 * others wait behind it. `webhook` makes one line of all, `key` one for each ordering key of the events.
 */
export const orderings = ['none', 'key', 'webhook'] as const;
export type Ordering = (typeof orderings)[number];

/** No event has it for its own key, since that has a character at least. */
const keyOfAll = '';

/** The ordering key of an event's delivery to a webhook; null where it stands in no line. */
export function orderingKeyOf(ordering: Ordering, { orderingKey }: EventContext): string | null {
  switch (ordering) {
    case 'none':
      return null;
    case 'key':
      return orderingKey ?? null;
    case 'webhook':
      return keyOfAll;
  }
}

/**
 * When a delivery is due that is not the first of its line: not before the store makes it the first. The latest instant
 * there is, so that whoever looks for what is due passes over it.
 */
export const behindOthers: Instant = 8_640_000_000_000_000;
