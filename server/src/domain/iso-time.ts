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
  if (Number.isNaN(day) || !isoTime(day).startsWith(date) || Number.isNaN(at)) return undefined;
  return at >= firstAt && at <= lastAt ? at : undefined;
}
