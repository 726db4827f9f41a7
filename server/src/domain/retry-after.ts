// The receiver's `Retry-After` (RFC 9110 §10.2.3), read strictly: garbage is as good as none.

/**
 * Milliseconds to wait, or undefined when the header is absent, repeated, negative or malformed. A date in the past
 * is 0. `wallNow` is the system's clock, since the date is the receiver's.
 */
export function retryAfterMs(
  value: string | readonly string[] | undefined,
  wallNow: number,
): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.max(0, at - wallNow);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** IMF-fixdate to epoch milliseconds, by arithmetic: days from civil, after Howard Hinnant's algorithm. */
function parseHttpDate(text: string): number | undefined {
  const month = months.indexOf(text.slice(8, 11)) + 1;
  const day = Number(text.slice(5, 7));
  const year = Number(text.slice(12, 16));
  const [hour, minute, second] = text.slice(17, 25).split(':').map(Number) as [number, number, number];
  if (month === 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}
