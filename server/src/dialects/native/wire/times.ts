// Instants on the wire: ISO 8601 in UTC with milliseconds out, RFC 3339 with any offset in.

import { timeRule } from '../../../api/check.ts';
import type { CreatedBetween } from '../../../api/reads.ts';
import type { Instant } from '../../../domain/clock.ts';
import { isoTime, parseTime } from '../../../domain/iso-time.ts';
import { invalid } from '../../../domain/refusal.ts';

export function showTime(at: Instant): string {
  return isoTime(at);
}

export function showTimeOrNull(at: Instant | null): string | null {
  return at === null ? null : showTime(at);
}

/** The window of a list: `from` included, `to` excluded. Refuses what is no time. */
export function readWindow(query: { readonly from?: string; readonly to?: string }): {
  readonly from?: Instant;
  readonly to?: Instant;
} {
  return {
    ...(query.from === undefined ? {} : { from: readTime(query.from, 'query/from') }),
    ...(query.to === undefined ? {} : { to: readTime(query.to, 'query/to') }),
  };
}

/** The same window, for a list of what is created. */
export function readCreatedBetween(query: Parameters<typeof readWindow>[0]): CreatedBetween {
  const { from, to } = readWindow(query);
  return {
    ...(from === undefined ? {} : { createdFrom: from }),
    ...(to === undefined ? {} : { createdTo: to }),
  };
}

export function readTime(text: string, pointer: string): Instant {
  const at = parseTime(text);
  if (at !== undefined) return at;
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  throw invalid([{ pointer, rule: 'date_time', message: `'${name}' ${timeRule}` }]);
}
