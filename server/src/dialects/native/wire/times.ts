// Instants on the wire: ISO 8601 in UTC with milliseconds out, RFC 3339 with any offset in.

import { timeRule } from '../../../api/check.ts';
import type { CreatedBetween } from '../../../api/reads.ts';
import type { Instant } from '../../../domain/clock.ts';
import { isoTime } from '../../../domain/iso-time.ts';
import { invalid } from '../../../domain/refusal.ts';

export function showTime(at: Instant): string {
  return isoTime(at);
}

export function showTimeOrNull(at: Instant | null): string | null {
  return at === null ? null : showTime(at);
}

const form = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const firstAt = Date.parse('0001-01-01T00:00:00Z');
const lastAt = Date.parse('9999-12-31T23:59:59.999Z');

/** The instant of an RFC 3339 date-time (§5.6), cut to milliseconds; undefined for anything else, such as 30 February. */
export function parseTime(text: string): Instant | undefined {
  const upper = text.toUpperCase();
  const date = form.exec(upper)?.[1];
  if (date === undefined) return undefined;
  const day = Date.parse(`${date}T00:00:00Z`);
  const at = Date.parse(upper);
  if (Number.isNaN(day) || !showTime(day).startsWith(date) || Number.isNaN(at)) return undefined;
  return at >= firstAt && at <= lastAt ? at : undefined;
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
