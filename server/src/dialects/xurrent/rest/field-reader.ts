// Reads typed values from fields in which every scalar may be a text, and collects all that is wrong (specification §2.2).

import { isPlain } from '../../../api/plain-texts.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';
import type { Fields } from './fields.ts';
import { fieldProblem } from './refusals.ts';

export type FieldReader = {
  readonly problems: readonly FieldProblem[];
  /** `text` goes on after the field's name, such as `is invalid`. Answers nothing, which is what was read. */
  fail(field: string, text: string): undefined;
  isGiven(field: string): boolean;
  raw(field: string): unknown;
  /** Undefined when absent, null when blank. */
  text(field: string, lengthMax: number): string | null | undefined;
  /** `1 T Y TRUE YES ON` in any case and JSON `true` are true, anything else is false; undefined when absent. */
  boolean(field: string): boolean | undefined;
  /** Whole and not negative; null when blank. */
  integer(field: string): number | null | undefined;
  /** An array of texts, or one text; blank ones are left out. */
  texts(field: string, lengthMax: number): readonly string[] | undefined;
};

const textsMax = 1_000;

export function readerOf(fields: Fields): FieldReader {
  const problems: FieldProblem[] = [];
  const raw = (field: string): unknown => (Object.hasOwn(fields, field) ? fields[field] : undefined);
  const fail = (field: string, text: string): undefined => {
    problems.push(fieldProblem(field, text));
  };
  const reader: FieldReader = {
    problems,
    fail,
    raw,
    isGiven: (field) => raw(field) !== undefined,

    text(field, lengthMax) {
      const value = raw(field);
      if (value === undefined) return undefined;
      if (isBlank(value)) return null;
      const text = scalarText(value);
      if (text === undefined || !isPlain(text)) return fail(field, 'is invalid');
      if (lengthOf(text) > lengthMax) return fail(field, `is too long (maximum is ${lengthMax} characters)`);
      return text;
    },

    boolean(field) {
      const value = raw(field);
      return value === undefined ? undefined : isTrue(value);
    },

    integer(field) {
      const value = raw(field);
      if (value === undefined) return undefined;
      if (isBlank(value)) return null;
      const text = scalarText(value) ?? '';
      if (!/^\d{1,15}$/.test(text)) return fail(field, 'is invalid');
      return Number(text);
    },

    texts(field, lengthMax) {
      const value = raw(field);
      if (value === undefined) return undefined;
      const given = (isBlank(value) ? [] : [value].flat()).filter((each) => !isBlank(each)).map(scalarText);
      const good = given.filter(
        (text) => text !== undefined && isPlain(text) && lengthOf(text) <= lengthMax,
      ) as string[];
      if (good.length < given.length || good.length > textsMax) return fail(field, 'is invalid');
      return good;
    },
  };
  return reader;
}

/** In characters as people count them: those beyond 16 bits are one. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The reading of booleans, in fields and filters alike. */
export function isTrue(value: unknown): boolean {
  return /^(1|T|Y|TRUE|YES|ON)$/i.test(scalarText(value) ?? '');
}

/** `null`, and a text of spaces at most. */
export function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

/** A scalar as its text; undefined for an object, an array and null. */
export function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}
