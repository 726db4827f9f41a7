// Reads a JSON body of the control plane: scan, refuse what is ambiguous, parse, check against the schema.

import type { Static, TSchema } from 'typebox';
import {
  controlRules,
  escapePointer,
  payloadRules,
  scanJson,
  type JsonMember,
  type JsonProblem,
} from '../domain/json-scan.ts';
import { invalid, Refusal, type FieldProblem } from '../domain/refusal.ts';
import { compileCheck, type Check } from './check.ts';
import { problemsOfTexts } from './plain-texts.ts';

/** A schema made ready. */
export interface BodyReader<T> {
  /**
   * The checked value; `pointer` is where it lies in the request, '' for a body. No bytes at all are an empty object. Refuses what is no JSON in UTF-8 with `bad_request`; depth,
   * number of members, duplicates, `__proto__`, `constructor.prototype`, texts with NUL or broken Unicode and what breaks
   * the schema with `invalid`.
   */
  read(bytes: Uint8Array, pointer?: string): T;
}

/** Reads bodies of which every member is the control plane's. */
export function bodyReader<S extends TSchema>(schema: S): BodyReader<Static<S>> {
  const check = compileCheck(schema);
  const checkAll: Check = (value, at = '') => [...check(value, at), ...problemsOfTexts(value, at)];
  return {
    read(bytes, pointer = '') {
      const text = bytes.length === 0 ? emptyObject : bytes;
      const scan = scanJson(text, controlRules);
      if (!scan.ok) throw refusalOfJson(scan.problem, pointer);
      return checked(text, checkAll, pointer) as Static<S>;
    },
  };
}

const knownMax = 1_000;
const knownBytesMax = 256;

/** What a body is whose one top-level member is kept as published. */
type Verbatim<T> = {
  /** The body without the member; equal bodies may share it. */
  readonly rest: T;
  /** The member's value, byte for byte; undefined when there is none. */
  readonly verbatim: Uint8Array | undefined;
};

export interface VerbatimReader<T> {
  /** As `BodyReader.read`; `pointer` is where the body lies in the request: '' or `/3` in a batch. */
  read(bytes: Uint8Array, pointer?: string): Verbatim<T>;
}

/**
 * Reads bodies with a top-level member that belongs to the publisher, such as an event's `data`: in its value
 * duplicates and any names are kept and only syntax, depth and number of members are judged. The schema describes the
 * body without it.
 */
export function verbatimReader<S extends TSchema>(schema: S, member: string): VerbatimReader<Static<S>> {
  const check = compileCheck(schema);
  const rules = { ...payloadRules, duplicates: 'refused', verbatim: member } as const;
  const known = new Map<string, Static<S>>();

  /** Publishers send the same few envelopes again and again: a short one is checked once. */
  function checkedRest(bytes: Uint8Array, pointer: string): Static<S> {
    if (bytes.length > knownBytesMax) return checked(bytes, check, pointer) as Static<S>;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const before = known.get(text);
    if (before !== undefined) return before;
    const rest = checked(bytes, check, pointer) as Static<S>;
    if (known.size === knownMax) known.clear();
    known.set(text, rest);
    return rest;
  }

  return {
    read(bytes, pointer = '') {
      const scan = scanJson(bytes, rules);
      if (!scan.ok) throw refusalOfJson(scan.problem, pointer);
      const members = scan.root.kind === 'object' ? scan.root.members : [];
      const at = members.findIndex(({ key }) => key === member);
      if (at === -1) return { rest: checkedRest(bytes, pointer), verbatim: undefined };
      const rest = checkedRest(withoutMember(bytes, members, at), pointer);
      return { rest, verbatim: bytes.subarray(members[at]!.valueStart, members[at]!.valueEnd) };
    },
  };
}

const emptyObject = new TextEncoder().encode('{}');
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The object's text without one of its members and the comma beside it. */
function withoutMember(bytes: Uint8Array, members: readonly JsonMember[], at: number): Uint8Array {
  const [before, member, after] = [members[at - 1], members[at]!, members[at + 1]];
  const start = after === undefined ? (before?.valueEnd ?? member.keyStart) : member.keyStart;
  const end = after === undefined ? member.valueEnd : after.keyStart;
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function checked(text: Uint8Array, check: Check, pointer = ''): unknown {
  const [value, judged] = parse(text);
  const [first, ...others] = [...poisonous(value, pointer), ...check(judged, pointer)];
  if (first !== undefined) throw invalid([first, ...others]);
  return value;
}

/**
 * The value, and what the schema is to judge: numbers written with an exponent, and integers that a double can't hold,
 * stand in it as NaN, which is of no type, so that no member that asks for a number or for a text takes them.
 */
function parse(bytes: Uint8Array): readonly [value: unknown, judged: unknown] {
  const text = decoder.decode(bytes);
  const value: unknown = JSON.parse(text);
  return [value, /\d[eE]|\d{16}/.test(text) ? JSON.parse(text, oddNumbersAsNaN) : value];
}

function oddNumbersAsNaN(
  this: unknown,
  _: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  const odd = /[eE]/.test(source) || (!source.includes('.') && !Number.isSafeInteger(value));
  return odd ? Number.NaN : value;
}

/** Members that reach into prototypes where a program merges objects carelessly. */
function poisonous(value: unknown, pointer: string): readonly FieldProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const inner: unknown = (value as Record<string, unknown>)[name];
    const here = `${pointer}/${escapePointer(name)}`;
    if (name === '__proto__') return [forbidden(here)];
    if (
      name === 'constructor' &&
      typeof inner === 'object' &&
      inner !== null &&
      Object.hasOwn(inner, 'prototype')
    ) {
      return [forbidden(`${here}/prototype`)];
    }
    return poisonous(inner, here);
  });
}

function forbidden(pointer: string): FieldProblem {
  return { pointer, rule: 'forbidden_member', message: 'A member of this name is not taken; leave it out' };
}

/** What is no JSON is a bad request, what breaks a limit or comes twice is an invalid one. */
export function refusalOfJson({ rule, pointer, message }: JsonProblem, within = ''): Refusal {
  if (rule === 'encoding' || rule === 'syntax') return new Refusal('bad_request', message);
  return invalid([{ pointer: within + pointer, rule, message }]);
}
