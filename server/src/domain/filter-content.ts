// What a filter finds in an event: the values at a path, looked up once however many conditions ask for it.

import { isObject, isScalar, type Path, type Scalar } from './filter.ts';

export interface Content {
  at(path: Path): Found;
}

/** What is at a path. Of a list there, the elements count as values, too, as in MongoDB. */
export type Found = {
  /** Something is there, be it null. */
  exists: boolean;
  /** An object on the way lacks the member, which counts as null. */
  missing: boolean;
  readonly scalars: Set<Scalar>;
  readonly lists: (readonly unknown[])[];
  readonly numbers: Span<number>;
  readonly texts: Span<string>;
};

/** The least and the greatest, so that a limit is compared once, however many values there are. */
type Span<Value> = { least: Value | undefined; greatest: Value | undefined };

/** The root is asked for its members one by one, so that an event's data is parsed only where a path leads into it. */
export function makeContent(memberOf: (name: string) => unknown): Content {
  const known = new Map<string, Found>();
  return {
    at({ text, steps }) {
      const before = known.get(text);
      if (before !== undefined) return before;
      const found = nothingYet();
      const root = memberOf(steps[0]!);
      if (root === undefined) found.missing = true;
      else look(root, steps, 1, found);
      known.set(text, found);
      return found;
    },
  };
}

/** What is in an element of a list. */
export function contentOf(element: unknown): Content {
  return {
    at({ steps }) {
      const found = nothingYet();
      look(element, steps, 0, found);
      return found;
    },
  };
}

function nothingYet(): Found {
  return {
    exists: false,
    missing: false,
    scalars: new Set(),
    lists: [],
    numbers: { least: undefined, greatest: undefined },
    texts: { least: undefined, greatest: undefined },
  };
}

/** Only own members are found: `constructor` is what the publisher sent under that name, or nothing. */
function look(value: unknown, steps: readonly string[], index: number, found: Found): void {
  const step = steps[index];
  if (step === undefined) {
    found.exists = true;
    if (Array.isArray(value)) addList(value, found);
    else if (isScalar(value)) addScalar(value, found);
  } else if (!Array.isArray(value)) {
    if (isObject(value) && Object.hasOwn(value, step)) look(value[step], steps, index + 1, found);
    else found.missing = true;
  } else if (/^\d+$/.test(step)) {
    if (Object.hasOwn(value, step)) look(value[Number(step)], steps, index + 1, found);
    else found.missing = true;
  } else {
    for (const element of value as readonly unknown[])
      if (isObject(element)) look(element, steps, index, found);
  }
}

function addList(list: readonly unknown[], found: Found): void {
  found.lists.push(list);
  for (const element of list) if (isScalar(element)) addScalar(element, found);
}

function addScalar(value: Scalar, { scalars, numbers, texts }: Found): void {
  scalars.add(value);
  if (typeof value === 'number') widen(numbers, value);
  else if (typeof value === 'string') widen(texts, value);
}

function widen<Value extends number | string>(span: Span<Value>, value: Value): void {
  if (span.least === undefined || value < span.least) span.least = value;
  if (span.greatest === undefined || value > span.greatest) span.greatest = value;
}
