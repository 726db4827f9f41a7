// Times of wires that know no fractions of a second.

import { secondMs, type Instant } from '../domain/clock.ts';

/** ISO 8601 in UTC and whole seconds, such as `2025-01-15T09:30:00Z`: what is beyond is cut off. */
export function wholeSeconds(at: Instant): string {
  return new Date(Math.floor(at / secondMs) * secondMs).toISOString().replace('.000Z', 'Z');
}
