// The ids of everything: a prefix that tells the kind, then 128 bits in time order.

import type { Clock, Instant } from './clock.ts';
import type { Random } from './random.ts';

export type IdPrefix =
  | 'evt'
  | 'wh'
  | 'dlv'
  | 'att'
  | 'tnt'
  | 'usr'
  | 'cli'
  | 'rol'
  | 'key'
  | 'aud'
  | 'req'
  | 'typ'
  | 'pol'
  | 'ptl'
  | 'nod'
  | 'ses'
  | 'rpl';
export type Id = string;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeDigits = 10;
const randomDigits = 16;
const randomBytes = 10;

export interface Ids {
  /**
   * A new id such as `evt_01jd9z3k5n8q2r4t6v8w0xyzab`: 48 bits of time in milliseconds and 79 random bits, in
   * lower-case Crockford base32. Ids made by one node in one millisecond still ascend.
   */
  next(prefix: IdPrefix): Id;
  /** Ids have the time of the wall clock again, also where those made so far are ahead of it. */
  startAnew(): void;
}

export function makeIds(clock: Clock, random: Random): Ids {
  let lastAt = -1;
  let time = '';
  const tail = new Uint8Array(randomBytes);

  function refresh(now: number): void {
    if (now > lastAt) {
      lastAt = now;
      time = encodeTime(now);
      tail.set(random.bytes(randomBytes));
      tail[0] = tail[0]! & 0x7f; // room to count upwards within the millisecond
    } else {
      increment(tail, random);
    }
  }

  return {
    next(prefix) {
      refresh(clock.wall());
      return `${prefix}_${time}${encodeTail(tail)}`;
    },
    startAnew() {
      lastAt = -1;
    },
  };
}

/** How long every id of a kind is. */
export function idLength(prefix: IdPrefix): number {
  return prefix.length + 1 + timeDigits + randomDigits;
}

/** Below every id of its kind that was made at the instant or later, and above every earlier one. */
export function lowestIdAt(prefix: IdPrefix, at: Instant): Id {
  return `${prefix}_${encodeTime(at)}${alphabet[0]!.repeat(randomDigits)}`;
}

/** Any prefix, then 26 digits, the first of which holds the last three of 48 bits of time. */
const form = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The instant in an id, or undefined when the text is no id. */
export function timeOfId(id: Id): Instant | undefined {
  if (!form.test(id)) return undefined;
  const digits = id.slice(-timeDigits - randomDigits, -randomDigits);
  return Array.from(digits).reduce((at, digit) => at * 32 + alphabet.indexOf(digit), 0);
}

/** Whether a text has the form of an id of this kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && form.test(text);
}

/**
 * A UUID that is always the same for one id: its time and random bits laid out as UUIDv7 (RFC 9562 §5.7). For wires
 * that want a UUID per delivery, such as Confluence's `X-Request-Id`.
 */
export function uuidOfId(id: Id): string {
  const at = timeOfId(id);
  if (at === undefined) throw new Error('not an id');
  return uuidAt(at, decodeTail(id.slice(-randomDigits)));
}

/** The instant and the first ten bytes as UUIDv7 (RFC 9562 §5.7). Instants before 1970 have the time of 1970. */
export function uuidAt(at: Instant, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  let rest = Math.max(0, at);
  for (let index = 5; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  return uuidOf(bytes, 7);
}

/** Whether a text has the form of a UUID, in any case (RFC 9562 §4). */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** The first sixteen bytes as a UUID of a version: 4 for bytes that say nothing, 7 for such as begin with their time. */
export function uuidOf(from: Uint8Array, version: 4 | 7): string {
  const bytes = Uint8Array.from(from.subarray(0, 16));
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function encodeTime(at: number): string {
  let text = '';
  let rest = at;
  for (let digit = 0; digit < timeDigits; digit++) {
    text = alphabet[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Ten bytes are sixteen digits: five bytes, eight digits at a time. */
function encodeTail(bytes: Uint8Array): string {
  return encodeForty(bytes, 0) + encodeForty(bytes, 5);
}

function encodeForty(bytes: Uint8Array, from: number): string {
  const high = ((bytes[from]! << 12) | (bytes[from + 1]! << 4) | (bytes[from + 2]! >> 4)) >>> 0;
  const low = (((bytes[from + 2]! & 0x0f) << 16) | (bytes[from + 3]! << 8) | bytes[from + 4]!) >>> 0;
  return encodeTwenty(high) + encodeTwenty(low);
}

const pairs = Array.from({ length: 1_024 }, (_, bits) => alphabet[bits >>> 5]! + alphabet[bits & 31]!);

function encodeTwenty(bits: number): string {
  return pairs[bits >>> 10]! + pairs[bits & 1_023]!;
}

function decodeTail(digits: string): Uint8Array {
  const bytes = new Uint8Array(randomBytes);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 5) | alphabet.indexOf(digit)) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = (bits >> count) & 0xff;
    }
  }
  return bytes;
}

/** Adds a small random step, so that neighbours in one millisecond ascend and still can't be guessed one from another. */
function increment(bytes: Uint8Array, random: Random): void {
  let carry = 1 + Math.floor(random.fraction() * 0xffffff);
  for (let index = bytes.length - 1; index >= 0 && carry > 0; index--) {
    const sum = bytes[index]! + carry;
    bytes[index] = sum & 0xff;
    carry = Math.floor(sum / 256);
  }
}
