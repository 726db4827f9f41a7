// Reads typed members of a JSON object under their names and aliases, and collects all that is wrong (specification §5.1).

import type { FieldFault } from '../refusals.ts';

export type Members = Readonly<Record<string, unknown>>;

/** A member's name on the wire, and the others that it is taken under. */
export type Named = { readonly name: string; readonly aliases?: readonly string[] };

export type FieldReader = {
  readonly faults: readonly FieldFault[];
  /** Answers nothing, which is what was read. `text` goes on after the name, such as `must be a text`. */
  fail(name: string, reason: string, text: string): undefined;
  /** The value under the name, else under the first alias that is given; `null` means not given. */
  raw(named: Named): unknown;
  /** Fails where nothing is given. */
  required(named: Named): void;
  text(named: Named): string | undefined;
  boolean(named: Named): boolean | undefined;
  integer(named: Named): number | undefined;
  texts(named: Named): readonly string[] | undefined;
};

/** A reader of these members. */
export function readerOf(members: Members): FieldReader {
  const faults: FieldFault[] = [];
  const fail = (name: string, reason: string, text: string): undefined => {
    faults.push({ name, reason, message: `${name} ${text}` });
  };
  const raw = ({ name, aliases = [] }: Named): unknown => {
    const known = [name, ...aliases].map((each) =>
      Object.hasOwn(members, each) ? members[each] : undefined,
    );
    return known.find((value) => value !== undefined && value !== null);
  };
  const read = <Value>(
    named: Named,
    isRight: (value: unknown) => value is Value,
    text: string,
  ): Value | undefined => {
    const value = raw(named);
    if (value === undefined || isRight(value)) return value;
    return fail(named.name, 'type', text);
  };
  return {
    faults,
    fail,
    raw,
    required(named) {
      if (raw(named) === undefined) fail(named.name, 'missing', 'is required');
    },
    text: (named) => read(named, isText, 'must be a text'),
    boolean: (named) => read(named, isBoolean, 'must be true or false'),
    integer: (named) => read(named, isInteger, 'must be a whole number'),
    texts: (named) => read(named, isTexts, 'must be a list of texts'),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
