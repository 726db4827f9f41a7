// The kinds of text that settings hold, each with a parser that says what would be right.

import { isIP } from 'node:net';
import { emailProblem, usernameProblem } from '../domain/access.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../domain/clock.ts';
import { isUuid } from '../domain/id.ts';
import { scheduleProblem, type RetrySchedule } from '../domain/retry-schedule.ts';
import { Secret } from '../domain/secret.ts';
import type { Parse, Parsed } from './setting.ts';

export const text: Parse<string> = (given) => good(given);

/** The value of a header: visible ASCII and single spaces. */
export const headerText: Parse<string> = (given) =>
  /^[!-~]+( [!-~]+)*$/.test(given) && given.length <= 200
    ? good(given)
    : bad('must be at most 200 visible ASCII characters');

export const username: Parse<string> = (given) => {
  const problem = usernameProblem(given);
  return problem === undefined ? good(given) : bad(`does not hold: ${problem}`);
};

export const email: Parse<string> = (given) => {
  const problem = emailProblem(given);
  return problem === undefined ? good(given) : bad(`does not hold: ${problem}`);
};

/** What can be sent as `Authorization: Bearer`, and is too long to guess. */
export const token: Parse<Secret> = (given) =>
  /^[!-~]{20,512}$/.test(given)
    ? good(new Secret(given))
    : bad('must have 20 to 512 visible ASCII characters, without spaces');

/** A secret that is too short to guess is refused before it is used. */
export function secretOfLength(min: number): Parse<Secret> {
  return (given) =>
    given.length < min ? bad(`must have at least ${min} characters`) : good(new Secret(given));
}

export const host: Parse<string> = (given) =>
  isIP(given) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(given)
    ? good(given)
    : bad('must be an address or a host name, without port or brackets');

export function integer(min: number, max: number): Parse<number> {
  return (given) => {
    const value = Number(given);
    return /^\d{1,15}$/.test(given) && value >= min && value <= max
      ? good(value)
      : bad(`must be a whole number, ${min} to ${max}`);
  };
}

export const yesNo: Parse<boolean> = (given) => {
  const word = given.toLowerCase();
  if (['true', 'on', 'yes', '1'].includes(word)) return good(true);
  if (['false', 'off', 'no', '0'].includes(word)) return good(false);
  return bad('must be true or false');
};

export function oneOf<const Word extends string>(...words: readonly Word[]): Parse<Word> {
  return (given) => {
    const word = words.find((known) => known === given);
    return word === undefined ? bad(`must be ${orList(words)}`) : good(word);
  };
}

/** An `http:` or `https:` URL without query; its path has no final slash. */
export const baseUrl: Parse<string> = (given) => {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    return bad('must be an http or https URL without query, such as https://hooks.example.com');
  }
  if (url.username !== '' || url.password !== '') return bad('must not contain a user name or password');
  return good(url.href.replace(/\/$/, ''));
};

/** A URL in which `{account}` and `{domain}` are filled in, such as `https://{account}.{domain}`. */
export const urlTemplate: Parse<string> = (given) =>
  baseUrl(given.replaceAll('{account}', 'acme').replaceAll('{domain}', 'example.com')).ok
    ? good(given.replace(/\/+$/, ''))
    : bad('must be an http or https URL such as https://{account}.{domain}');

/** A label of a host name, such as `acme`. */
export const hostLabel: Parse<string> = (given) =>
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(given)
    ? good(given)
    : bad('must be lower-case letters, digits and inner hyphens, such as acme');

/** A UUID, in lower case. */
export const uuid: Parse<string> = (given) =>
  isUuid(given)
    ? good(given.toLowerCase())
    : bad('must be a UUID such as 3d0f6c1e-7a52-4b8d-8f10-5c2f9e7b6a01');

/** A path such as `/confluence`. */
export const contextPath: Parse<string> = (given) =>
  /^(\/[A-Za-z0-9._~-]+)+$/.test(given) ? good(given) : bad('must be a path such as /confluence');

export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** With the password. */
  | { readonly kind: 'postgres'; readonly url: Secret };

export const databaseUrl: Parse<DatabaseUrl> = (given) => {
  if (/^postgres(ql)?:/.test(given)) return postgresUrl(given);
  const path = /^sqlite:(.+)$/.exec(given)?.[1];
  if (path === undefined || path.endsWith('/') || path === ':memory:') {
    return bad(
      'must be sqlite:PATH with the path of a file, such as sqlite:./data/posthorn.db, or postgres://USER:PASSWORD@HOST/DATABASE',
    );
  }
  return good({ kind: 'sqlite', path });
};

function postgresUrl(given: string): Parsed<DatabaseUrl> {
  const url = URL.parse(given);
  return url === null || url.pathname.length < 2 || url.hash !== ''
    ? bad('must be postgres://USER:PASSWORD@HOST/DATABASE, with special characters of the password as %XX')
    : good({ kind: 'postgres', url: new Secret(given) });
}

/** The URL as people may see it: without its password. */
export function withoutPassword(given: string): string {
  const url = URL.parse(given);
  if (url === null) return given;
  if (url.password !== '') url.password = '****';
  for (const name of ['password', 'sslpassword']) {
    if (url.searchParams.has(name)) url.searchParams.set(name, '****');
  }
  return url.href;
}

/** 32 bytes in base64. A key with few different bytes was typed or counted, not drawn. */
export const masterKey: Parse<Secret> = (given) => {
  const bytes = Buffer.from(given, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64').replace(/=$/, '') !== given.replace(/=$/, '')) {
    return bad('must be 32 bytes in base64, such as the answer of: openssl rand -base64 32');
  }
  if (new Set(bytes).size < 16) return bad('is too weak: draw 32 random bytes with openssl rand -base64 32');
  return good(new Secret(given));
};

const unitsMs = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs } as const;

/** Waits such as `5s,30s,2m,1h,1d`. */
export const retrySchedule: Parse<RetrySchedule> = (given) => {
  const waits = splitList(given).map((wait) => {
    const [, count, unit] = /^(\d{1,9})(s|m|h|d)$/.exec(wait) ?? [];
    return count === undefined ? Number.NaN : Number(count) * unitsMs[unit as keyof typeof unitsMs];
  });
  if (waits.some((wait) => Number.isNaN(wait)))
    return bad('must be a comma list of waits such as 5s,30s,2m,1h,1d');
  const problem = scheduleProblem(waits);
  return problem === undefined ? good(waits) : bad(`does not hold: ${problem}`);
};

/** Addresses or networks, such as `10.0.0.0/8,::1`. */
export const networks: Parse<readonly string[]> = (given) => {
  const entries = splitList(given);
  const wrong = entries.find((entry) => !isNetwork(entry));
  return wrong === undefined
    ? good(entries)
    : bad(`must be a comma list of addresses or networks such as 10.0.0.0/8; '${wrong}' is neither`);
};

function isNetwork(entry: string): boolean {
  const [address = '', length, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/** The entries of a comma list, spaces around them and empty ones left out. */
function splitList(given: string): string[] {
  return given
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function good<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

function bad(problem: string): Parsed<never> {
  return { ok: false, problem };
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
