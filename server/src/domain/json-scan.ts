// Looks over JSON as bytes before anything parses it: UTF-8, syntax (RFC 8259), depth, number of members. One pass.

/** Where a member of an object lies: its key with quotes and its value, as offsets into the bytes (ends excluded). */
export type JsonMember = {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** Where a value lies in the bytes (end excluded). */
type JsonRange = { readonly start: number; readonly end: number };

/** The first two are no JSON at all, the others are JSON that a rule refuses. */
type JsonRule = 'encoding' | 'syntax' | 'depth' | 'members' | 'elements' | 'duplicate_member';

export type JsonProblem = {
  readonly rule: JsonRule;
  /** Offset of the byte at which it shows. */
  readonly at: number;
  /** JSON pointer (RFC 6901) to the member that comes twice, or to the verbatim one that is too deep; else ''. */
  readonly pointer: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
};

export type ScanRules = {
  readonly depthMax: number;
  /** Of all objects together. */
  readonly membersMax: number;
  /** Whether a key that comes twice in one object is refused. */
  readonly duplicates: 'kept' | 'refused';
  /**
   * A top-level member whose value is a text of its own, such as an event's `data`: duplicates in it are kept whatever
   * `duplicates` says, and it has as many levels as the whole.
   */
  readonly verbatim?: string;
};

/** What is under the root: where an object's members are, or an array's elements. */
type JsonRoot =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly elements: readonly JsonRange[] }
  | { readonly kind: 'scalar' };

export type Scan =
  | { readonly ok: true; readonly root: JsonRoot }
  | { readonly ok: false; readonly problem: JsonProblem };

/** For payloads: 64 levels, 100,000 members, duplicates kept as published. */
export const payloadRules: ScanRules = { depthMax: 64, membersMax: 100_000, duplicates: 'kept' };
/** For the control plane: 64 levels, 10,000 members, duplicates refused. */
export const controlRules: ScanRules = { depthMax: 64, membersMax: 10_000, duplicates: 'refused' };

/** Accepts exactly the UTF-8 texts that `JSON.parse` accepts, within the rules and without a byte order mark. */
export function scanJson(bytes: Uint8Array, rules: ScanRules): Scan {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return problem('encoding', 0, 'The text begins with a byte order mark; send UTF-8 without one');
  }
  const { depthMax, membersMax, verbatim } = rules;
  const isObject = new Uint8Array(depthMax + 2); // by depth, from 1: whether the open container is an object
  const names = rules.duplicates === 'refused' ? new OpenNames() : undefined;
  let namesOff = false; // inside the value of the verbatim member
  const members: JsonMember[] = [];
  const elements: JsonRange[] = [];
  let memberCount = 0;
  let depth = 0;
  let key = '';
  let keyStart = 0;
  let valueStart = 0;
  let keyComes = false;
  let at = skipSpace(bytes, 0);

  for (;;) {
    if (keyComes) {
      keyComes = false;
      if (bytes[at] !== quote) return unexpected(bytes, at, 'a member name in double quotes');
      const end = endOfString(bytes, at + 1);
      if (end < 0) return brokenString(bytes, ~end);
      if (++memberCount > membersMax) {
        return problem('members', at, `The text has more than ${membersMax} members; send fewer`);
      }
      const named = names !== undefined && !namesOff;
      if (depth === 1 || named) {
        const name = textOf(bytes, at, end);
        if (named && !names.add(depth, name)) {
          const pointer = names.pointer(depth);
          return problem('duplicate_member', at, 'The member comes twice; send it once', pointer);
        }
        if (depth === 1) {
          key = name;
          keyStart = at;
          namesOff = name === verbatim;
        }
      }
      at = skipSpace(bytes, end);
      if (bytes[at] !== colon) return unexpected(bytes, at, 'a colon after the member name');
      at = skipSpace(bytes, at + 1);
    }

    if (depth === 1) valueStart = at;
    const first = bytes[at];
    if (first === openBrace || first === openBracket) {
      if (depth === (namesOff ? depthMax + 1 : depthMax)) {
        const what = namesOff ? `'${verbatim}'` : 'The text';
        const message = `${what} is nested more than ${depthMax} levels deep; nest less`;
        return problem('depth', at, message, namesOff ? `/${verbatim}` : '');
      }
      depth++;
      isObject[depth] = first === openBrace ? 1 : 0;
      if (names !== undefined && !namesOff) names.open(depth, first === openBrace);
      at = skipSpace(bytes, at + 1);
      const empty = bytes[at] === (first === openBrace ? closeBrace : closeBracket);
      if (!empty) {
        keyComes = first === openBrace;
        continue;
      }
    } else {
      const end = endOfScalar(bytes, at);
      if (end < 0)
        return first === quote ? brokenString(bytes, ~end) : unexpected(bytes, ~end, 'a JSON value');
      at = end;
      if (depth === 1) note(at);
      if (depth > 0) at = skipSpace(bytes, at);
    }

    // A value is over, or a container is about to be: close what closes, up to the next comma.
    while (depth > 0) {
      const next = bytes[at];
      if (next === comma) {
        at = skipSpace(bytes, at + 1);
        keyComes = isObject[depth] === 1;
        if (names !== undefined && !namesOff && !keyComes) names.nextElement(depth);
        break;
      }
      if (next !== (isObject[depth] === 1 ? closeBrace : closeBracket)) {
        return unexpected(bytes, at, isObject[depth] === 1 ? 'a comma or }' : 'a comma or ]');
      }
      depth--;
      at++;
      if (depth === 1) note(at);
      if (depth > 0) at = skipSpace(bytes, at);
    }
    if (depth === 0) break;
  }

  const end = skipSpace(bytes, at);
  if (end < bytes.length) return unexpected(bytes, end, 'nothing after the value');
  return { ok: true, root: rootOf(bytes, members, elements) };

  function note(valueEnd: number): void {
    if (isObject[1] === 1) members.push({ key, keyStart, valueStart, valueEnd });
    else elements.push({ start: valueStart, end: valueEnd });
    namesOff = false;
  }
}

/** The members of an object that was scanned when it came in; throws when the bytes are no JSON object. */
export function membersOf(bytes: Uint8Array): readonly JsonMember[] {
  const scan = scanJson(bytes, { depthMax: payloadRules.depthMax, membersMax: Infinity, duplicates: 'kept' });
  if (!scan.ok || scan.root.kind !== 'object') throw new Error('no JSON object');
  return scan.root.members;
}

export type Cut =
  | { readonly ok: true; readonly elements: readonly JsonRange[] }
  | { readonly ok: false; readonly problem: JsonProblem };

/**
 * Cuts a JSON array into its elements by looking at strings, brackets and commas only, so that a large batch can be
 * scanned piece by piece. Each element must still be scanned: the whole is JSON exactly when they all are.
 */
export function cutArray(bytes: Uint8Array, elementsMax: number): Cut {
  const elements: JsonRange[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== openBracket) return unexpected(bytes, at, 'an array');
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === closeBracket) return cutEnd(bytes, at, elements);
  for (;;) {
    if (elements.length === elementsMax) {
      return problem('elements', at, `The array has more than ${elementsMax} elements; send fewer`);
    }
    const end = endOfElement(bytes, at);
    if (end < 0) return brokenString(bytes, ~end);
    elements.push({ start: at, end: trimEnd(bytes, at, end) });
    if (bytes[end] === closeBracket) return cutEnd(bytes, end, elements);
    if (bytes[end] !== comma) return unexpected(bytes, end, 'a comma or ]');
    at = skipSpace(bytes, end + 1);
  }
}

function cutEnd(bytes: Uint8Array, closeAt: number, elements: readonly JsonRange[]): Cut {
  const end = skipSpace(bytes, closeAt + 1);
  return end < bytes.length ? unexpected(bytes, end, 'nothing after the value') : { ok: true, elements };
}

/** Where the comma or bracket after an element is, or the end of the bytes; the complement of an offset for a broken string. */
function endOfElement(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfString(bytes, at + 1);
      if (end < 0) return end;
      at = end - 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at;
      depth--;
    } else if (byte === comma && depth === 0) {
      return at;
    }
  }
  return bytes.length;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(bytes[at - 1])) at--;
  return at;
}

/** The names of each open object, to find duplicates and to say where one is. */
class OpenNames {
  readonly #seen: Set<string>[] = [];
  readonly #path: (string | number)[] = [];

  open(depth: number, object: boolean): void {
    if (object) this.#seen[depth] = new Set();
    this.#path[depth] = object ? '' : 0;
  }

  /** False when the open object at this depth has the name already. */
  add(depth: number, name: string): boolean {
    this.#path[depth] = name;
    const seen = this.#seen[depth]!;
    const before = seen.size;
    return seen.add(name).size > before;
  }

  nextElement(depth: number): void {
    this.#path[depth] = Number(this.#path[depth]) + 1;
  }

  pointer(depth: number): string {
    return this.#path
      .slice(1, depth + 1)
      .map((step) => `/${escapePointer(String(step))}`)
      .join('');
  }
}

/** A step of a JSON pointer (RFC 6901 §3). */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function rootOf(bytes: Uint8Array, members: readonly JsonMember[], elements: readonly JsonRange[]): JsonRoot {
  const first = bytes[skipSpace(bytes, 0)];
  if (first === openBrace) return { kind: 'object', members };
  return first === openBracket ? { kind: 'array', elements } : { kind: 'scalar' };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

/** The offset after a string, number or literal that begins here, or the complement of the offset that breaks it. */
function endOfScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case quote:
      return endOfString(bytes, at + 1);
    case 0x74:
      return endOfLiteral(bytes, at, trueBytes);
    case 0x66:
      return endOfLiteral(bytes, at, falseBytes);
    case 0x6e:
      return endOfLiteral(bytes, at, nullBytes);
    default:
      return endOfNumber(bytes, at);
  }
}

const encode = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const trueBytes = encode('true');
const falseBytes = encode('false');
const nullBytes = encode('null');

function endOfLiteral(bytes: Uint8Array, at: number, literal: Uint8Array): number {
  for (let index = 0; index < literal.length; index++) {
    if (bytes[at + index] !== literal[index]) return ~(at + index);
  }
  return at + literal.length;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  if (bytes[at] === 0x30) {
    at++;
  } else {
    const end = skipDigits(bytes, at);
    if (end === at) return ~at;
    at = end;
  }
  if (bytes[at] === 0x2e) {
    const end = skipDigits(bytes, at + 1);
    if (end === at + 1) return ~end;
    at = end;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    const end = skipDigits(bytes, at);
    if (end === at) return ~end;
    at = end;
  }
  return at;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}

/** What a byte in a string is: 0 stands for itself, 1 ends it, 2 begins an escape, 3 may not stand there, 4 begins a sequence. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === quote) return 1;
  if (byte === 0x5c) return 2;
  if (byte < 0x20) return 3;
  return byte < 0x80 ? 0 : 4;
});

/** The offset after the closing quote of a string whose content begins here, or the complement of the offset that breaks it. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    switch (kinds[bytes[at]!]) {
      case 0:
        at++;
        break;
      case 1:
        return at + 1;
      case 2: {
        const length = escapeLength(bytes, at + 1);
        if (length === 0) return ~at;
        at += length;
        break;
      }
      case 4: {
        const length = sequenceLength(bytes, at);
        if (length === 0) return ~at;
        at += length;
        break;
      }
      default: // a control character, or the end of the bytes
        return ~at;
    }
  }
}

/** The length of an escape with its backslash, 0 when it is none. */
function escapeLength(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x75: // u
      return isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && isHex(bytes[at + 3]) && isHex(bytes[at + 4])
        ? 6
        : 0;
    case quote:
    case 0x5c: // backslash
    case 0x2f: // slash
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    default:
      return 0;
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** The length of a well-formed UTF-8 sequence of more than one byte (Unicode, table 3-7), 0 when it is ill-formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1] ?? 0;
  if (lead >= 0xc2 && lead <= 0xdf) return isTail(second) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const low = lead === 0xe0 ? 0xa0 : 0x80; // overlong
    const high = lead === 0xed ? 0x9f : 0xbf; // surrogates
    return second >= low && second <= high && isTail(bytes[at + 2]) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const low = lead === 0xf0 ? 0x90 : 0x80; // overlong
    const high = lead === 0xf4 ? 0x8f : 0xbf; // beyond U+10FFFF
    return second >= low && second <= high && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a well-formed string that lies here with its quotes. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 66) return parsed(bytes, start, end);
  for (let at = start + 1; at < end - 1; at++) {
    if (bytes[at]! >= 0x80 || bytes[at] === 0x5c) return parsed(bytes, start, end);
  }
  return String.fromCharCode(...bytes.subarray(start + 1, end - 1));
}

function parsed(bytes: Uint8Array, start: number, end: number): string {
  return JSON.parse(decoder.decode(bytes.subarray(start, end))) as string;
}

type Problem = { readonly ok: false; readonly problem: JsonProblem };

function brokenString(bytes: Uint8Array, at: number): Problem {
  if (bytes[at]! >= 0x80) return problem('encoding', at, `The byte at offset ${at} is not UTF-8; send UTF-8`);
  if (bytes[at] === 0x5c) return problem('syntax', at, `The escape at offset ${at} is not one of JSON's`);
  return unexpected(bytes, at, 'the rest of a string, with control characters escaped');
}

function unexpected(bytes: Uint8Array, at: number, expected: string): Problem {
  if (at >= bytes.length) return problem('syntax', at, `The JSON text ends where ${expected} is expected`);
  return problem('syntax', at, `The text is not JSON: ${expected} is expected at offset ${at}`);
}

function problem(rule: JsonRule, at: number, message: string, pointer = ''): Problem {
  return { ok: false, problem: { rule, at, pointer, message } };
}
