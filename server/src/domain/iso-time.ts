// An instant as text, as the native API, the log and filters have it: ISO 8601 in UTC with milliseconds. No clock is read here.
/* oxlint-disable no-restricted-globals -- Date only spells instants that are given */

import type { Instant } from './clock.ts';

export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

/** Whether it is spelled so, on a day that exists. */
export function isIsoTime(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && isoTime(at) === text;
}
