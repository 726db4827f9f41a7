// Whether a node's clock is right enough to work by: measured against the database's, which all nodes share.

import { minuteMs, type Instant } from './clock.ts';

/** What the database's clock told in answer to a question, and the node's own once the answer was there. */
export type ClockReading = {
  readonly database: Instant;
  readonly own: Instant;
  /** How long the question took: at any moment of that time the database may have looked at its clock. */
  readonly tookMs: number;
};

/**
 * Beyond it a clock is wrong: receivers take no signature whose time is five minutes off (Standard Webhooks, Verifying
 * timestamps). One that was wrong is right again only well below, so that one at the edge does not come and go.
 */
const aheadMsMax = { ofRight: 5 * minuteMs, ofWrong: 4 * minuteMs };

/** By how much the own clock is ahead at least, in milliseconds; negative where it is behind, 0 where the journey may be all of it. */
export function clockAheadMs({ database, own, tookMs }: ClockReading): number {
  const most = own - database;
  const least = most - tookMs;
  if (least > 0) return least;
  return most < 0 ? most : 0;
}

/** `wasRight` is what was said the last time. */
export function clockIsRight(aheadMs: number, wasRight: boolean): boolean {
  return Math.abs(aheadMs) <= (wasRight ? aheadMsMax.ofRight : aheadMsMax.ofWrong);
}
