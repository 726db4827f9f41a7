// Keyset pages: a page starts after (or before) a position, never at an offset.

import type { Instant } from '../../domain/clock.ts';

/** When what a list answers was created: `createdFrom` included, `createdTo` not. */
export type CreatedBetween = { readonly createdFrom?: Instant; readonly createdTo?: Instant };

/** The sort key of a row: its time (or 0 where the id alone orders) and its id. */
export type Position = { readonly at: number; readonly id: string };

export type PageRequest = {
  readonly limit: number;
  /** Rows after this position in list order; null from the start. */
  readonly after: Position | null;
  /** Rows before this position, still answered in list order: the way back. At most one of the two is set. */
  readonly before: Position | null;
};

export type Page<Row> = {
  readonly rows: readonly Row[];
  /** Where the next page starts, null on the last; where the previous one ends, null on the first. */
  readonly next: Position | null;
  readonly previous: Position | null;
};
