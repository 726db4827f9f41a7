// Notes which attempts are in flight where a crash can't take them along: the next start knows what may arrive twice.

import type { DeliveryId } from './delivery.ts';

/** An attempt that was begun: its delivery, and its number within it. */
export type BegunAttempt = { readonly deliveryId: DeliveryId; readonly number: number };

/** Survives the end of the process, not of the machine: a mark costs no fsync. */
export interface InFlightMarks {
  /** Marks the attempt that now holds a place; the place's former mark is gone. */
  begun(place: number, attempt: BegunAttempt): void;
  /** Clears a place whose attempt ended without a record. */
  unmark(place: number): void;
}
