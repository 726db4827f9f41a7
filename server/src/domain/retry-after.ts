// The receiver's `Retry-After` (RFC 9110 §10.2.3), read strictly: garbage is as good as none.

/**
 * Milliseconds to wait, or undefined when the header is absent, repeated, negative or malformed. A date in the past
 * is 0. Of the three forms of a date only IMF-fixdate counts, the one that may still be sent. `wallNow` is the
 * system's clock, since the date is the receiver's.
 */
export function retryAfterMs(
  value: string | readonly string[] | undefined,
  wallNow: number,
): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text), secondsMax) * 1000;
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.max(0, at - wallNow);
}

/** More than any cap: what a number with too many digits stands for (RFC 9111 §1.2.2). */
const secondsMax = 2 ** 31;
const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const daysInMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** IMF-fixdate (RFC 9110 §5.6.7) to epoch milliseconds; second 60 is a leap second. */
function parseHttpDate(text: string): number | undefined {
  const [, dayText, monthName, ...rest] = httpDate.exec(text) ?? [];
  if (dayText === undefined || monthName === undefined) return undefined;
  const [day, month] = [Number(dayText), months.indexOf(monthName)];
  const [year, hour, minute, second] = rest.map(Number) as [number, number, number, number];
  if (month === -1 || day < 1 || day > daysIn(month, year)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return (((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

/** `month` counts from 0. */
function daysIn(month: number, year: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 1 && isLeap ? 29 : daysInMonths[month]!;
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  let days = daysBefore(year) - daysBefore(1970) + day - 1;
  for (let earlier = 0; earlier < month; earlier++) days += daysIn(earlier, year);
  return days;
}

/** Days before a year of the Gregorian calendar, counted from an arbitrary one. */
function daysBefore(year: number): number {
  const last = year - 1;
  return year * 365 + Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
}
