// The body of an event: `timestamp`, `event` and `userKey`, then the published members spliced in as they came.

import type { Event } from '../../domain/event.ts';

/**
 * `{"timestamp":…,"event":…,"userKey":…,<members of data>}` in UTF-8 (specification §6): `timestamp` is `occurredAt` in
 * epoch ms and never rounded, since receivers de-duplicate by it; `userKey` is `actor.key`, left out for anonymous and
 * system actions. A member that the data brings itself is not written twice: the published one stands.
 */
export function envelope(event: Pick<Event, 'type' | 'occurredAt' | 'context' | 'data'>): Uint8Array {
  const own: [name: string, value: string | number | undefined][] = [
    ['timestamp', event.occurredAt],
    ['event', event.type],
    ['userKey', event.context.actor?.key],
  ];
  const brought = broughtNames(
    event.data,
    own.map(([name]) => name),
  );
  const head = own
    .filter(([name, value]) => value !== undefined && !brought.has(name))
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  const members = membersOf(event.data);
  const separator = head.length > 0 && members.length > 0 ? ',' : '';
  return Buffer.concat([Buffer.from(`{${head.join(',')}${separator}`), members, Buffer.from('}')]);
}

/** The bytes between the outer braces, without the white space at both ends; the data is known to be an object. */
function membersOf(data: Uint8Array): Uint8Array {
  let start = data.indexOf(openingBrace) + 1;
  let end = data.lastIndexOf(closingBrace);
  while (start < end && isSpace(data[start]!)) start++;
  while (end > start && isSpace(data[end - 1]!)) end--;
  return data.subarray(start, end);
}

const openingBrace = 0x7b;
const closingBrace = 0x7d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Which of the names are members of the data. Parsing is worth it only where one may occur: as it is, or escaped. */
function broughtNames(data: Uint8Array, names: readonly string[]): ReadonlySet<string> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const mayOccur = bytes.includes('\\u00') || names.some((name) => bytes.includes(`"${name}"`));
  if (!mayOccur) return new Set();
  const members: unknown = JSON.parse(bytes.toString('utf8'));
  return new Set(names.filter((name) => Object.hasOwn(members as object, name)));
}
